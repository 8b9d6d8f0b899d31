import { findEngines } from './apps/user-management/test/engines.js';

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

const project = (displayName, rootDir, more = {}) => ({
  displayName,
  rootDir,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@sa-platform/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  ...more,
});

/** The suites of the service run once on each engine that answers; `TEST_ENGINES=pglite` picks. */
const found = await findEngines();
const required = process.env.REQUIRED_ENGINES?.split(',') ?? [];
const missing = required.filter((name) => name !== 'pglite' && !found.servers[name]);
if (missing.length > 0) throw new Error(`REQUIRED_ENGINES: ${missing.join(', ')} can not be reached`);
const wanted = process.env.TEST_ENGINES?.split(',') ?? found.engines;
const engines = found.engines.filter((engine) => wanted.includes(engine));

/**
 * Where PostgreSQL answers it runs every suite but the model of who may do what. PGlite is the same SQL and the slowest to run: there
 * it shows that it starts, migrates and outlives a kill. MySQL runs what its SQL, its locks and its collations could make
 * differ. `TEST_ENGINES` with one engine runs every suite on it, and `EVERY_SUITE=true` on each of them.
 */
const LEFT_OUT = {
  pglite: '/test/(?!(context|governance|health|idempotency-key|kill|schema-parity)[.]spec)',
  mysql:
    '/test/(?!(audit-chain|concurrency|context|idempotency-key|import|mails|membership-expiry|migrations|replicas|schema-parity|users-list|webhooks-delivery)[.]spec)',
};
/**
 * The model plays thousands of sequences on one connection: on PGlite, or else on PostgreSQL. Pages look the same whatever
 * the database, and a browser has enough to do beside one that runs elsewhere: on PostgreSQL, or else on PGlite.
 */
const modelEngine = engines.find((engine) => engine !== 'mysql');
const pagesEngine = engines.includes('postgresql') ? 'postgresql' : modelEngine;
/** `npm run test:pages` plays every page; beside all the other suites those that go through the most of them do. */
const LONG_PAGES = '/test/admin-ui-(catalogue|identity|looks|onboarding|settings|user|user-acting|users)[.]spec';
const skipped = (engine) => [
  ...(process.env.PAGES === 'all' ? [] : [LONG_PAGES]),
  ...(engines.includes('postgresql') && process.env.EVERY_SUITE !== 'true' && LEFT_OUT[engine] ? [LEFT_OUT[engine]] : []),
  ...(engine === modelEngine ? [] : ['/test/governance[.]spec']),
  ...(engine === pagesEngine ? [] : ['/test/admin-ui(-[a-z-]+)?[.]spec']),
];

const service = engines.map((engine) =>
  project(`user-management:${engine}`, '<rootDir>/apps/user-management', {
    testMatch: ['<rootDir>/test/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', ...skipped(engine)],
    // MySQL has no way to copy a database.
    ...(engine === 'mysql' ? {} : { globalSetup: '<rootDir>/test/make-template.js', globalTeardown: '<rootDir>/test/remove-template.js' }),
    globals: { ENGINE: engine, SERVERS: found.servers },
  }),
);

export default {
  projects: [
    project('contracts', '<rootDir>/libs/contracts'),
    project('auth-client', '<rootDir>/libs/auth-client'),
    project('identity-port', '<rootDir>/libs/identity-provider/port'),
    project('identity-mock', '<rootDir>/libs/identity-provider/mock'),
    project('identity-fakes', '<rootDir>/libs/identity-provider/fakes'),
    project('identity-auth0', '<rootDir>/libs/identity-provider/auth0'),
    project('identity-cognito', '<rootDir>/libs/identity-provider/cognito'),
    project('example-service', '<rootDir>/apps/example-service'),
    project('user-management', '<rootDir>/apps/user-management', { testMatch: ['<rootDir>/src/**/*.spec.ts'] }),
    ...service,
  ],
  testSequencer: '<rootDir>/apps/user-management/test/long-suites-first.js',
  // Many suites wait for leases, timers and killed processes.
  maxWorkers: 4,
  // A test's own deadline is for what hangs, not for a busy machine: 10,000 verifications take a second, or twelve.
  testTimeout: 60_000,
  // oidc-provider warns of Node 20 in every suite that starts the mock.
  silent: true,
  // Each suite loads the service anew, and Node keeps the modules of the last one: a worker starts over before it swaps.
  workerIdleMemoryLimit: '1500MB',
  reporters: ['default', ['<rootDir>/apps/user-management/test/summary-reporter.js', { engines, servers: found.servers }]],
};
