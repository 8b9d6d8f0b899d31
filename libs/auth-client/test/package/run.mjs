// `npm run test:package`: installs the packed package in services outside of this workspace, and tests it there.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { installEverywhere } from './installed-folders.mjs';

const FILES = ['tarball.test.mjs', 'consumers.test.mjs', 'modules.test.mjs', 'types.test.mjs'];

const root = await installEverywhere();
process.env['PACKAGE_TEST_ROOT'] = root;
const counts = { passed: 0, failed: 0 };
const events = run({ files: FILES.map((file) => resolve(import.meta.dirname, file)), concurrency: 2 });
events.on('test:pass', ({ details }) => (counts.passed += details.type === 'suite' ? 0 : 1));
events.on('test:fail', ({ details }) => (counts.failed += details.type === 'suite' ? 0 : 1));
for await (const line of events.compose(new spec())) process.stdout.write(line);
rmSync(root, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
