import comments from '@eslint-community/eslint-plugin-eslint-comments';
import nx from '@nx/eslint-plugin';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** A vendor's SDK is known to its adapter alone; everybody else talks to the port. */
const VENDORS = ['auth0', 'auth0/*', '@aws-sdk/*', 'oidc-provider', 'oidc-provider/*'];
const vendor = { group: VENDORS, message: 'Only the adapter of this vendor may import it.' };
const prisma = {
  group: ['@prisma/*', '**/generated/**', 'pglite-prisma-adapter', 'pg', 'mariadb', '@electric-sql/*'],
  message: 'Only *.repository.ts and platform/database know the database.',
};
const foreignRepository = {
  regex: '^\\.\\./[^/]+/.*\\.repository\\.js$',
  message: "Use another module's service, never its repository.",
  allowTypeImports: true,
};
const business = { group: ['**/modules/**'], message: 'platform/ knows no business noun.' };

/** Stateful stand-ins of the vendors: for tests alone. */
const fakes = { group: ['@sa-platform/identity-provider-fakes'], message: 'The fakes are test code.' };

const environment = [
  'error',
  { object: 'process', property: 'env', message: 'Only platform/config reads the environment.' },
];

const imports = (...patterns) => ['error', { patterns }];

export default tseslint.config(
  { ignores: ['**/dist/', '**/out-tsc/', '**/generated/', '**/node_modules/', '.nx/', '.data/', 'coverage/'] },
  // Services as other teams write them, compiled with settings of their own.
  { ignores: ['libs/auth-client/test/package/consumers/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.eslint.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@nx': nx, comments },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 11],
      'comments/require-description': ['error', { ignore: ['eslint-enable'] }],
      // Constructors name their dependencies, which are not arguments that anybody passes.
      '@typescript-eslint/max-params': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[params.length>4]:not(MethodDefinition[kind="constructor"] > FunctionExpression)',
          message: 'At most four parameters.',
        },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Nest's options are a class; everybody passes an object.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Nest modules are classes that carry their decorator and nothing else.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          depConstraints: [
            { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:auth-client', 'layer:identity-port', 'layer:identity-adapter', 'layer:identity-fakes', 'layer:contracts'] },
            { sourceTag: 'layer:identity-adapter', onlyDependOnLibsWithTags: ['layer:identity-port', 'layer:identity-fakes', 'layer:contracts'] },
            { sourceTag: 'layer:identity-fakes', onlyDependOnLibsWithTags: ['layer:identity-port', 'layer:contracts'] },
            { sourceTag: 'layer:identity-port', onlyDependOnLibsWithTags: ['layer:contracts'] },
            { sourceTag: 'layer:auth-client', onlyDependOnLibsWithTags: ['layer:contracts'] },
            { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
          ],
        },
      ],
    },
  },
  {
    // Pages run in a browser: settings of their own, and React's rules.
    files: ['apps/admin-ui/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './apps/admin-ui/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules, '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }] },
  },
  {
    files: ['apps/user-management/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': imports(vendor, fakes, prisma, foreignRepository),
      'no-restricted-properties': environment,
    },
  },
  {
    files: ['apps/user-management/src/platform/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': imports(vendor, fakes, prisma, business) },
  },
  {
    files: ['apps/user-management/src/**/*.repository.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': imports(vendor, fakes, foreignRepository) },
  },
  {
    files: ['apps/user-management/src/platform/database/**/*.ts', 'apps/user-management/src/platform/**/*.repository.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': imports(vendor, fakes, business) },
  },
  {
    files: ['apps/user-management/src/platform/config/environment.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['libs/{contracts,auth-client}/src/**/*.ts', 'libs/identity-provider/port/src/**/*.ts', 'apps/example-service/src/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': imports(vendor, prisma) },
  },
  {
    files: ['libs/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-properties': environment },
  },
  {
    files: ['libs/identity-provider/{auth0,cognito,mock}/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': imports(fakes, prisma) },
  },
  {
    // Written as a sibling would write it: they import the library by its name, and read their own environment.
    files: ['libs/auth-client/examples/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off', 'no-restricted-properties': 'off' },
  },
  {
    // A describe block is not a function that anybody reads from top to bottom; answers of HTTP are read as they come.
    files: ['**/*.spec.ts', '**/test/**/*.ts', '**/examples/**/*.ts', '**/conformance/**/*.ts', '**/testing/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
);
