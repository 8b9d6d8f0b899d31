// Makes dist/, the published form, from what `tsc -b` left in out-tsc/: every subpath as ECMAScript and as CommonJS
// module, with types for both. `@sa-platform/contracts` isn't published and goes in; nothing else is bundled.
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dts } from 'rollup-plugin-dts';

const ROOT = import.meta.dirname;
const CONTRACTS = '@sa-platform/contracts';
const { exports } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));

/** The source of each subpath by the name of its published file, for example `nest` and `src/nest/index.ts`. */
const sources = Object.entries(exports).flatMap(([subpath, target]) =>
  subpath === './package.json' ? [] : [[subpath === '.' ? 'index' : basename(subpath), target['@sa-platform/source']]],
);
const compiled = (source, extension) => resolve(ROOT, source.replace(/^\.\/src/, 'out-tsc').replace(/\.ts$/, extension));

/** What several subpaths use is in `core`, once: an `AuthError` of one is an `AuthError` of the other. */
function chunkOf(id, extension) {
  const isOfSubpath = sources.some(([name, source]) =>
    name === 'index' ? id === compiled(source, extension) : id.startsWith(`${dirname(compiled(source, extension))}/`),
  );
  return isOfSubpath ? null : 'core';
}

function bundle({ extension, contracts, plugins, outputs }) {
  return {
    input: Object.fromEntries(sources.map(([name, source]) => [name, compiled(source, extension)])),
    external: (id) => id !== CONTRACTS && !/^[./]/.test(id),
    plugins: [{ name: 'contracts', resolveId: (id) => (id === CONTRACTS ? contracts : null) }, ...plugins],
    output: outputs.map(({ format, suffix }) => ({
      dir: 'dist',
      format,
      entryFileNames: `[name]${suffix}`,
      chunkFileNames: `[name]${suffix}`,
      manualChunks: (id) => chunkOf(id, extension),
      minifyInternalExports: false,
      hoistTransitiveImports: false,
      // As Node does it itself for `import passport from 'passport'`: the default is `module.exports`.
      interop: 'default',
    })),
    // TypeScript's decorator helper asks for a `this` that no module has. Any other warning is an error.
    onLog: (level, log) => {
      if (level === 'warn' && log.code !== 'THIS_IS_UNDEFINED') throw new Error(log.message);
    },
  };
}

const contractsFile = fileURLToPath(import.meta.resolve(CONTRACTS));

// A file that is no longer made must not be published.
rmSync(resolve(ROOT, 'dist'), { recursive: true, force: true });

export default [
  bundle({
    extension: '.js',
    contracts: contractsFile,
    plugins: [],
    outputs: [{ format: 'es', suffix: '.js' }, { format: 'cjs', suffix: '.cjs' }],
  }),
  bundle({
    extension: '.d.ts',
    contracts: contractsFile.replace(/\.js$/, '.d.ts'),
    plugins: [dts()],
    outputs: [{ format: 'es', suffix: '.d.ts' }, { format: 'es', suffix: '.d.cts' }],
  }),
];
