// The package as a sibling gets it: packed, and installed in folders outside of this workspace.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { run } from './commands.mjs';

export const NAME = '@sa-platform/auth-client';
export const CONSUMERS = ['nest-12', 'nest-11-commonjs', 'express-5', 'fastify-5'];
/** A service of which nobody knows what it is made of: it has the package and nothing that the package could use. */
export const BARE = 'bare';

const LIBRARY = resolve(import.meta.dirname, '../..');
const AT_ONCE = 2;
const BARE_MANIFEST = { private: true, devDependencies: { '@types/node': '^20.19.43', typescript: '~5.9.3' } };

/**
 * Packs what is built, and installs it in a folder for each consumer.
 *
 * @returns {Promise<string>} the folder that has them, to be removed by the caller
 */
export async function installEverywhere() {
  const root = mkdtempSync(join(tmpdir(), 'auth-client-package-'));
  try {
    const tarball = await pack(root);
    const waiting = [...CONSUMERS, BARE];
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await install(join(root, name), name, tarball);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return root;
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

/** In a copy, because `prepack` changes package.json for a moment, which is in use here. */
async function pack(root) {
  const copy = join(root, 'packed');
  cpSync(LIBRARY, copy, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  await run(copy, ['npm', 'pack', `--pack-destination=${root}`]);
  const tarball = join(root, readdirSync(root).find((file) => file.endsWith('.tgz')) ?? '');
  const entries = (await run(root, ['tar', '--list', '--file', tarball])).trim().split('\n');
  writeFileSync(join(root, 'files.json'), JSON.stringify(entries.map((entry) => entry.replace(/^package\//, ''))));
  return tarball;
}

async function install(folder, name, tarball) {
  if (name === BARE) mkdirSync(folder);
  else cpSync(join(import.meta.dirname, 'consumers', name), folder, { recursive: true });
  const manifest = name === BARE ? BARE_MANIFEST : JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const dependencies = { ...manifest.dependencies, [NAME]: `file:${tarball}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
  // A range that doesn't fit is an error, not a warning among others.
  const options = ['--strict-peer-deps', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run(folder, ['npm', 'install', ...options]);
}
