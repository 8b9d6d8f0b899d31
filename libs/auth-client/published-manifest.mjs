// npm runs this around `npm pack` and `npm publish`. What is published is package.json without what only this
// workspace can use: the condition that leads to src/, which isn't in the package, and what builds and tests it.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const MANIFEST = resolve(import.meta.dirname, 'package.json');
const KEPT = resolve(import.meta.dirname, 'out-tsc/package.json.kept');
const WORKSPACE_CONDITION = '@sa-platform/source';
const WORKSPACE_MEMBERS = ['scripts', 'nx', 'devDependencies'];

/**
 * @param {Record<string, any>} manifest package.json of the workspace
 * @returns {Record<string, unknown>} package.json of the package
 */
function toPublished(manifest) {
  const published = structuredClone(manifest);
  for (const name of WORKSPACE_MEMBERS) delete published[name];
  for (const target of Object.values(published.exports)) if (typeof target === 'object') delete target[WORKSPACE_CONDITION];
  return published;
}

/** @param {unknown} target a value of `exports` @returns {string[]} the files that it names */
function listFiles(target) {
  return typeof target === 'string' ? [target] : Object.values(/** @type {object} */ (target)).flatMap(listFiles);
}

function write() {
  // A pack that was cut off left it behind.
  restore();
  const text = readFileSync(MANIFEST, 'utf8');
  const published = toPublished(JSON.parse(text));
  const missing = listFiles(published.exports).filter((file) => !existsSync(resolve(import.meta.dirname, file)));
  if (missing.length > 0) throw new Error(`Not built, run \`npm run build\` first: ${missing.join(', ')}`);
  writeFileSync(KEPT, text);
  writeFileSync(MANIFEST, `${JSON.stringify(published, null, 2)}\n`);
}

function restore() {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}

if (process.argv[2] === 'write') write();
else restore();
