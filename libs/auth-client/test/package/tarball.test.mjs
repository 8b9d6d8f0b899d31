// What is in the package, by its files alone.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { BARE, NAME } from './installed-folders.mjs';

const root = process.env['PACKAGE_TEST_ROOT'] ?? '';
const WORKSPACE = resolve(import.meta.dirname, '../../../..');
const SUBPATHS = ['.', './express', './fastify', './nest', './redis', './testing'];
const SUFFIXES = ['.cjs', '.d.cts', '.d.ts', '.js'];

const folder = join(root, BARE, 'node_modules', NAME);
const read = (path) => readFileSync(join(folder, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const files = JSON.parse(readFileSync(join(root, 'files.json'), 'utf8'));
const built = files.filter((path) => path.startsWith('dist/'));

/** The conditions of an `exports` target with the file that each leads to. */
function listTargets(target, conditions = []) {
  if (typeof target === 'string') return [{ conditions, file: target }];
  return Object.entries(target).flatMap(([condition, inner]) => listTargets(inner, [...conditions, condition]));
}

describe('the tarball', () => {
  it('has README, manifest, and for each subpath its module and types in both forms, beside one core', () => {
    const names = ['core', ...SUBPATHS.map((subpath) => subpath.replace('./', '').replace('.', 'index'))];
    const expected = names.flatMap((name) => SUFFIXES.map((suffix) => `dist/${name}${suffix}`));
    assert.deepEqual(files.toSorted(), ['README.md', 'package.json', ...expected].toSorted());
  });

  it('exports files that are in it, types first, nothing of the workspace', () => {
    assert.deepEqual(Object.keys(manifest.exports).toSorted(), [...SUBPATHS, './package.json'].toSorted());
    for (const subpath of SUBPATHS) {
      const targets = listTargets(manifest.exports[subpath]);
      const conditions = targets.map((target) => target.conditions.join(' '));
      assert.deepEqual(conditions, ['import types', 'import default', 'require types', 'require default']);
      const extensions = targets.map(({ file }) => file.replace(/^\.\/dist\/[a-z]+/, ''));
      assert.deepEqual(extensions, ['.d.ts', '.js', '.d.cts', '.cjs']);
    }
    const named = [...listTargets(manifest.exports), ...listTargets(manifest.typesVersions['*'])].map(({ file }) => file);
    for (const file of [...named, manifest.main, manifest.module, manifest.types]) assert.ok(existsSync(join(folder, file)), file);
  });

  it('has types at every subpath for those who do not read exports', () => {
    assert.deepEqual(Object.keys(manifest.typesVersions['*']).map((name) => `./${name}`).toSorted(), SUBPATHS.slice(1));
  });

  it('depends on nothing, and leaves every framework to the service', () => {
    assert.deepEqual(Object.keys(manifest).filter((name) => /dependencies$/i.test(name)), ['peerDependencies']);
    for (const name of Object.keys(manifest.peerDependencies)) {
      assert.deepEqual(manifest.peerDependenciesMeta[name], { optional: true }, name);
    }
  });

  it('says nothing that only this workspace understands', () => {
    for (const name of ['scripts', 'nx', 'devDependencies']) assert.equal(manifest[name], undefined);
    for (const path of files.filter((name) => name !== 'README.md')) {
      for (const word of ['@sa-platform/source', '@sa-platform/contracts', WORKSPACE]) {
        assert.ok(!read(path).includes(word), `${path} names ${word}`);
      }
    }
  });

  it('imports what Node has, and what the manifest names', () => {
    for (const path of built) {
      const code = read(path);
      const imports = code.matchAll(/(?:\bfrom |\bimport |\bimport\(|\brequire\()'([^'.][^']*)'/g);
      for (const [, specifier] of imports) {
        const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
        assert.ok(specifier.startsWith('node:') || name in manifest.peerDependencies, `${path} imports ${specifier}`);
      }
    }
  });

  it('leaves package.json of the library as it was', () => {
    assert.equal(
      readFileSync(join(root, 'packed/package.json'), 'utf8'),
      readFileSync(join(WORKSPACE, 'libs/auth-client/package.json'), 'utf8'),
    );
  });
});
