// Every subpath loads as ECMAScript and as CommonJS module, beside no more than it needs.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { run } from './commands.mjs';
import { BARE, NAME } from './installed-folders.mjs';

const root = process.env['PACKAGE_TEST_ROOT'] ?? '';

/** Where each subpath is loaded, and something that it has. */
const CASES = [
  { subpath: '', folder: BARE, name: 'createAuthClient' },
  { subpath: '/testing', folder: BARE, name: 'startTestIssuer' },
  // Their frameworks are nothing but types to these two.
  { subpath: '/express', folder: BARE, name: 'createExpressAuth' },
  { subpath: '/fastify', folder: BARE, name: 'fastifyAuth' },
  { subpath: '/redis', folder: 'express-5', name: 'RedisEvents' },
  { subpath: '/nest', folder: 'nest-11-commonjs', name: 'AuthModule' },
  { subpath: '/nest', folder: 'nest-12', name: 'AuthModule' },
];

/** How a program of each form gets at a module. */
const LOADS = {
  module: (specifier) => `(await import('${specifier}'))`,
  commonjs: (specifier) => `require('${specifier}')`,
};

/** @param {string} folder @param {string} form a key of `LOADS` @param {string} code @returns {Promise<any>} the JSON that it prints */
async function evaluate(folder, form, code) {
  return JSON.parse(await run(join(root, folder), [process.execPath, `--input-type=${form}`, '-e', code]));
}

describe('a module', () => {
  for (const { subpath, folder, name } of CASES) {
    it(`${NAME}${subpath} in ${folder}: the same by import and by require`, async () => {
      const listExports = (form) =>
        evaluate(folder, form, `console.log(JSON.stringify(Object.keys(${LOADS[form](`${NAME}${subpath}`)}).sort()))`);
      const imported = await listExports('module');
      assert.ok(imported.includes(name), imported.join());
      assert.deepEqual(await listExports('commonjs'), imported);
    });
  }

  for (const form of Object.keys(LOADS)) {
    it(`throws an error that another subpath knows (${form})`, async () => {
      const code = `
        const { ConfigurationError } = ${LOADS[form](NAME)};
        const { createExpressAuth } = ${LOADS[form](`${NAME}/express`)};
        try { createExpressAuth({}).access(); }
        catch (error) { console.log(error instanceof ConfigurationError); }`;
      assert.equal(await evaluate(BARE, form, code), true);
    });
  }

  it('brings nothing else along', () => {
    const installed = readdirSync(join(root, BARE, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(installed.toSorted(), ['@sa-platform', '@types', 'typescript', 'undici-types']);
  });
});
