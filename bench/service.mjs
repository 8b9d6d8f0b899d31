// The service under measurement, a child on a database that was migrated and filled before.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort, isUpWithin } from '../apps/user-management/scripts/child-service.mjs';

const DIST = fileURLToPath(new URL('../apps/user-management/dist/', import.meta.url));
const START_LIMIT_MS = 30_000;

/**
 * PGlite in a folder of its own, or what `DATABASE_URL` and `REDIS_URL` name.
 *
 * @param {number} users how many the database gets
 * @param {string | undefined} databaseUrl
 * @returns {Promise<{ port: number, url: string, stop: () => Promise<void> }>}
 */
export async function startService(users, databaseUrl = process.env.DATABASE_URL) {
  if (!existsSync(join(DIST, 'main.js'))) throw new Error('The service is not built: run `npm run build` first');
  const { seedUsers } = await import('./seed.mjs');
  const port = await findFreePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'um-bench-'));
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    LOG_LEVEL: 'error',
    DEMO_DATA: 'true',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: dataDir,
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
  };
  await seedUsers({ url: databaseUrl || null, dataDir }, users);
  // In the folder of its own no .env is found, so that the measured settings are those that were seeded.
  const child = spawn(process.execPath, [join(DIST, 'main.js')], { env, cwd: dataDir, stdio: ['ignore', 'ignore', 'pipe'] });
  const errors = /** @type {string[]} */ ([]);
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  process.once('exit', () => child.kill('SIGKILL'));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };

  const url = `http://127.0.0.1:${port}`;
  if (!(await isUpWithin(`${url}/health/ready`, child, START_LIMIT_MS))) {
    await stop();
    throw new Error(`The service did not start:\n${errors.join('')}`);
  }
  return { port, url, stop };
}

/** @param {string} address @param {string} token @returns {Promise<any>} */
export async function fetchJson(address, token) {
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** @param {string} url @param {string} email @returns {Promise<string>} */
export async function fetchUserToken(url, email) {
  const response = await fetch(`${url}/mock-idp/dev-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  });
  return (await response.json()).access_token;
}
