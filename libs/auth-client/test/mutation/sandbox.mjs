import { cp, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** @typedef {Record<string, unknown> & { rootDir: string, displayName: string }} JestProject */

const SPEC = /\.spec\.ts$/;
const LEFT_OUT = new Set(['node_modules', 'dist', 'out-tsc', 'coverage']);
/** A counterexample is enough; looking for a smaller one takes longer than all the rest. */
const STOP_AT_COUNTEREXAMPLE = '\nfc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });\n';

/** A copy of `libs/` in which a file may be changed while others work on the original. */
export class Sandbox {
  /** @type {Map<string, string>} */
  #originals = new Map();

  /** @param {string} root of the copy */
  constructor(root) {
    this.root = root;
  }

  /**
   * @param {string} repository its root
   * @param {string} parent an existing folder beside whose sandboxes `node_modules` stands
   * @param {string} name of the sandbox
   * @param {JestProject} project the project of jest.config.js that runs the specs
   */
  static async create(repository, parent, name, project) {
    const sandbox = new Sandbox(join(parent, name));
    await cp(join(repository, 'libs'), join(sandbox.root, 'libs'), { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) });
    for (const file of ['package.json', 'tsconfig.base.json']) await cp(join(repository, file), join(sandbox.root, file));
    await linkWorkspaces(repository, sandbox.root);
    await writeFile(sandbox.jestConfig, JSON.stringify(adapt(project, repository, sandbox.root, join(parent, 'cache'))));
    return sandbox;
  }

  get jestConfig() {
    return join(this.root, 'jest.config.json');
  }

  /** Puts a text in the place of a file, until `restore`. @param {string} file from the root @param {string} text */
  async replace(file, text) {
    const path = join(this.root, file);
    if (!this.#originals.has(path)) this.#originals.set(path, await readFile(path, 'utf8'));
    await writeFile(path, text);
  }

  async restore() {
    for (const [path, text] of this.#originals) await writeFile(path, text);
    this.#originals.clear();
  }

  /** Every spec of a folder, from the root. @param {string} folder @returns {Promise<string[]>} */
  async listSpecs(folder) {
    const entries = await readdir(join(this.root, folder), { recursive: true });
    return entries.filter((entry) => SPEC.test(entry)).map((entry) => join(folder, entry)).sort();
  }

  /** @param {string[]} specs from the root */
  async stopAtCounterexample(specs) {
    for (const spec of specs) {
      const path = join(this.root, spec);
      const text = await readFile(path, 'utf8');
      if (/^import fc\b.* from 'fast-check'/m.test(text)) await writeFile(path, text + STOP_AT_COUNTEREXAMPLE);
    }
  }
}

/** What `@sa-platform/…` means to the copy is the copy. @param {string} repository @param {string} root */
async function linkWorkspaces(repository, root) {
  const links = join(repository, 'node_modules', '@sa-platform');
  await mkdir(join(root, 'node_modules', '@sa-platform'), { recursive: true });
  for (const name of await readdir(links)) {
    const target = join(root, relative(repository, join(links, await readlink(join(links, name)))));
    if (existsSync(target)) await symlink(target, join(root, 'node_modules', '@sa-platform', name));
  }
}

/** @param {JestProject} project @param {string} from @param {string} to @param {string} cacheDirectory */
function adapt(project, from, to, cacheDirectory) {
  const { displayName: _name, ...moved } = JSON.parse(JSON.stringify(project).replaceAll(from, to));
  return {
    ...moved,
    rootDir: project.rootDir.replace('<rootDir>', to),
    cacheDirectory,
    watchman: false,
    silent: true,
    reporters: [join(import.meta.dirname, 'progress-reporter.mjs')],
    testSequencer: join(import.meta.dirname, 'given-order.mjs'),
  };
}

/** @param {string} repository @param {string} parent */
export async function shareNodeModules(repository, parent) {
  await symlink(join(repository, 'node_modules'), join(parent, 'node_modules'));
}

/** @param {string} parent */
export async function removeSandboxes(parent) {
  await rm(parent, { recursive: true, force: true });
}
