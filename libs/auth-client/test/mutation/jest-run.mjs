import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @typedef {import('./progress-reporter.mjs').Progress} Progress */
/**
 * What came of a run: `hung` when a test, or all of them, took too long; `crashed` when the process died.
 *
 * @typedef {{ outcome: 'passed' | 'failed' | 'hung' | 'crashed', by: string, reason: string, durationMs: number, longestTestMs: number }} Run
 */

const jest = join(createRequire(import.meta.url).resolve('jest/package.json'), '..', 'bin', 'jest.js');
/** Jest's words for a test, or a hook, that waits for what never comes. */
const TIMED_OUT = /Exceeded timeout of/;
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs specs in their order, up to the first test that fails.
 *
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {string[]} specs from the root
 * @param {number} patienceMs how long no test may end
 * @returns {Promise<Run>}
 */
export function runJest(sandbox, specs, patienceMs) {
  const paths = specs.map((spec) => join(sandbox.root, spec));
  const args = ['--config', sandbox.jestConfig, '--runInBand', '--bail', '--runTestsByPath', ...paths];
  const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...args], {
    cwd: sandbox.root,
    env: { ...process.env, SPEC_ORDER: JSON.stringify(paths) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: what the tests started ends with it.
    detached: true,
  });
  return watch(child, patienceMs);
}

/** @param {import('node:child_process').ChildProcess} child @param {number} patienceMs @returns {Promise<Run>} */
function watch(child, patienceMs) {
  const startedAt = performance.now();
  let longestTestMs = 0;
  let complaint = '';
  /** @type {Pick<Run, 'outcome' | 'by' | 'reason'> | null} */
  let verdict = null;
  running.add(child);
  child.stderr?.on('data', (data) => (complaint = (complaint + String(data)).slice(-2000)));
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      verdict = { outcome: 'hung', by: `no test ended for ${Math.round(patienceMs / 1000)} s`, reason: complaint };
      killGroup(child);
    }, patienceMs);
    child.on('message', (message) => {
      const progress = /** @type {Progress} */ (message);
      limit.refresh();
      if (progress.kind === 'passed') longestTestMs = Math.max(longestTestMs, progress.durationMs);
      if (progress.kind === 'failed') verdict = { outcome: TIMED_OUT.test(progress.reason) ? 'hung' : 'failed', by: progress.test, reason: progress.reason };
      if (progress.kind === 'ended' && progress.passed > 0) verdict ??= { outcome: 'passed', by: '', reason: '' };
    });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(limit);
      killGroup(child);
      running.delete(child);
      verdict ??= { outcome: 'crashed', by: complaint.trim(), reason: '' };
      resolve({ ...verdict, durationMs: performance.now() - startedAt, longestTestMs });
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function killGroup({ pid }) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

/** To be called when this process is told to end. */
export function killRuns() {
  for (const child of running) killGroup(child);
}
