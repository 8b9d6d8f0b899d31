// The built service as a process of its own, and what the bench of the import asks of it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, migrate } from '../apps/user-management/dist/platform/database/open-database.js';
import { findFreePort, isUpWithin } from '../apps/user-management/scripts/child-service.mjs';

const MAIN = fileURLToPath(new URL('../apps/user-management/dist/main.js', import.meta.url));
const BASE = '/v1/user-management/admin';
const START_LIMIT_MS = 60_000;
const POLL_MS = 50;
const OVER = ['done', 'failed', 'cancelled'];

/** @typedef {{ state: string, percent: number, created: number, failed: number }} View */

export class ImportService {
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null;
  #url = '';
  #token = '';
  #dataDir = mkdtempSync(join(tmpdir(), 'um-bench-'));

  /** @param {string} databaseUrl */
  constructor(databaseUrl) {
    this.databaseUrl = databaseUrl;
  }

  /** Makes the tables. */
  async migrate() {
    const connection = await connect({ url: this.databaseUrl, dataDir: this.#dataDir, poolSize: 1 });
    await migrate(connection);
    await connection.close();
  }

  /** At the same address each time, so that tokens stay valid. */
  async start() {
    this.#url ||= `http://127.0.0.1:${await findFreePort()}`;
    const env = {
      ...process.env,
      NODE_ENV: 'development',
      LOG_LEVEL: 'error',
      DEMO_DATA: 'true',
      HOST: '127.0.0.1',
      PORT: new URL(this.#url).port,
      PUBLIC_URL: this.#url,
      DATA_DIR: this.#dataDir,
      DATABASE_URL: this.databaseUrl,
    };
    const child = spawn(process.execPath, [MAIN], { env, cwd: this.#dataDir, stdio: ['ignore', 'ignore', 'inherit'] });
    this.#child = child;
    if (!(await isUpWithin(`${this.#url}/health/ready`, child, START_LIMIT_MS))) throw new Error('The service did not start');
    const body = JSON.stringify({ email: 'admin@example.com' });
    const answer = await fetch(`${this.#url}/mock-idp/dev-token`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    this.#token = (await answer.json()).access_token;
  }

  async kill() {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** @param {string} file @returns {Promise<string>} the import's id */
  async upload(file) {
    const { import_id: id } = await this.#ask('POST', '/users/import?delivery=none', file);
    return id;
  }

  /** @param {string} id @returns {Promise<View>} */
  view(id) {
    return this.#ask('GET', `/imports/${id}`);
  }

  /** @param {string} id @param {(view: View) => boolean} isDone */
  async until(id, isDone) {
    while (!isDone(await this.view(id))) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }

  /** @param {string} id */
  async whenOver(id) {
    await this.until(id, ({ state }) => OVER.includes(state));
    const view = await this.view(id);
    if (view.state !== 'done' || view.failed > 0) throw new Error(`import ${id}: ${JSON.stringify(view)}`);
  }

  /** Line and column of every bad row. @param {string} id */
  async faults(id) {
    const all = [];
    for (let after = 0; ; ) {
      const { items } = await this.#ask('GET', `/imports/${id}/rows?state=failed&limit=100&after=${after}`);
      if (items.length === 0) return all;
      for (const { line, field } of items) all.push({ line, field });
      after = all.at(-1)?.line ?? 0;
    }
  }

  residentMb() {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** The largest of what was resident until `stop`. */
  watchMemory() {
    let most = this.residentMb();
    const timer = setInterval(() => (most = Math.max(most, this.residentMb())), 100);
    return {
      stop: () => {
        clearInterval(timer);
        return most;
      },
    };
  }

  /** @param {string} method @param {string} path @param {string} [body] */
  async #ask(method, path, body) {
    const headers = { authorization: `Bearer ${this.#token}`, ...(body ? { 'content-type': 'text/csv' } : {}) };
    const response = await fetch(`${this.#url}${BASE}${path}`, { method, headers, ...(body ? { body } : {}) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
