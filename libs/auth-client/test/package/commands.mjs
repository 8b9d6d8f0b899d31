// Runs what a sibling team would type, in the folder of its service.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The compiler of a folder's own. */
export const TSC = [process.execPath, 'node_modules/typescript/bin/tsc'];

/** Without what npm tells its scripts about this workspace. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_)/i.test(name)));

/**
 * @param {string} folder
 * @param {string[]} command for example `['npm', 'ci']`
 * @returns {Promise<string>} what it printed
 * @throws {Error} with all of that, when it fails
 */
export async function run(folder, [program = '', ...parameters]) {
  const child = spawn(program, parameters, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${parameters.join(' ')} ended with ${code}:\n${output.text}`);
  return output.text;
}

/**
 * Starts `dist/main.js`, which prints its address.
 *
 * @param {string} folder
 * @param {Record<string, string>} settings environment variables
 * @returns {Promise<{ url: string, stop: () => Promise<number | null> }>}
 * @throws {Error} with its output, when it ends before that
 */
export async function start(folder, settings) {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env: { ...environment, ...settings, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const closed = once(child, 'close').then(([code]) => code);
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const address = /http:\/\/\S+/.exec(output.text)?.[0];
      if (address) resolve(address);
    });
    void closed.then((code) => reject(new Error(`The service ended with ${code}:\n${output.text}`)));
  });
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return closed;
    },
  };
}

/** @param {import('node:child_process').ChildProcess} child */
function collect(child) {
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output.text += String(chunk)));
  return output;
}
