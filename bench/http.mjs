// `npm run bench [-- --quick]`: requests per second of the context endpoint and of the list, beside a bare `node:http`
// server that answers the very same bytes. One interleaved run, so that a slow moment of the machine falls on both.
// PGlite unless `DATABASE_URL` (and `REDIS_URL`) say otherwise; such a database is migrated and gets users `bench-…`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measure } from './load.mjs';
import { fetchJson, fetchUserToken, startService } from './service.mjs';

const CONCURRENCY = 16;
const FULL = { users: 1000, rounds: 7, durationMs: 1500, warmUpMs: 700 };
const QUICK = { users: 1000, rounds: 3, durationMs: 200, warmUpMs: 100 };
const BASE = '/v1/user-management';
const SERVICE_CLIENT = 'example-service:example-service-secret';
/** What differs from answer to answer, or is Node's own to add. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

/** @typedef {{ name: string, path: string, token: string, headers: Record<string, string>, body: string }} Endpoint */

/** @param {string} url @returns {Promise<Endpoint[]>} */
async function findEndpoints(url) {
  const [admin, clinician, service] = await Promise.all([
    fetchUserToken(url, 'admin@example.com'),
    fetchUserToken(url, 'clinician@example.com'),
    fetchServiceToken(url),
  ]);
  const { user_id: id } = await fetchJson(`${url}${BASE}/users/me/context`, clinician);
  return Promise.all([
    capture(url, { name: 'GET /users/me/context', path: `${BASE}/users/me/context`, token: clinician }),
    capture(url, { name: 'GET /users/:id/context (service)', path: `${BASE}/users/${id}/context`, token: service }),
    capture(url, { name: 'GET /admin/users?limit=25', path: `${BASE}/admin/users?limit=25`, token: admin }),
  ]);
}

/** The bytes that the bare server is to answer. @param {string} url @param {Pick<Endpoint, 'name' | 'path' | 'token'>} endpoint */
async function capture(url, endpoint) {
  const response = await fetch(`${url}${endpoint.path}`, { headers: { authorization: `Bearer ${endpoint.token}` } });
  const body = await response.text();
  if (!response.ok) throw new Error(`${endpoint.name}: ${response.status} ${body}`);
  return { ...endpoint, body, headers: Object.fromEntries([...response.headers].filter(([name]) => !OWN_HEADERS.has(name))) };
}

/** @param {Endpoint[]} endpoints */
async function startBareServer(endpoints) {
  const child = fork(fileURLToPath(new URL('bare-server.mjs', import.meta.url)));
  child.send({ paths: endpoints.map(({ path, headers, body }) => ({ path, headers, body })) });
  const [{ port }] = /** @type {[{ port: number }]} */ (await once(child, 'message'));
  return { port: Number(port), stop: () => child.disconnect() };
}

/**
 * Round robin over endpoints and servers, so that a slow second of the machine falls on one round of each.
 *
 * @param {Endpoint[]} endpoints
 * @param {{ ours: number, bare: number }} ports
 * @param {typeof FULL} plan
 */
async function measureAll(endpoints, ports, { rounds, durationMs, warmUpMs }) {
  const rows = endpoints.map((endpoint) => ({ endpoint, ours: /** @type {number[]} */ ([]), bare: /** @type {number[]} */ ([]) }));
  for (let round = -1; round < rounds; round++) {
    const isWarmUp = round < 0;
    for (const row of rows) {
      for (const server of /** @type {const} */ (['ours', 'bare'])) {
        const { path, token, body } = row.endpoint;
        const target = { port: ports[server], path, token, bodyBytes: Buffer.byteLength(body) };
        const perSecond = await measure(target, { concurrency: CONCURRENCY, durationMs: isWarmUp ? warmUpMs : durationMs });
        if (!isWarmUp) row[server].push(perSecond);
      }
    }
  }
  return rows;
}

/** @param {Awaited<ReturnType<typeof measureAll>>} rows */
function printTable(rows) {
  const lines = rows.map(({ endpoint, ours, bare }) => [
    endpoint.name,
    String(Buffer.byteLength(endpoint.body)),
    `${Math.round(median(ours))} (${Math.round(Math.min(...ours))} to ${Math.round(Math.max(...ours))})`,
    String(Math.round(median(bare))),
    (median(ours) / median(bare)).toFixed(3),
  ]);
  const table = [['endpoint', 'bytes', 'requests/s (least to most)', 'bare node:http', 'ratio'], ...lines];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  const [head, ...rest] = table.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  print([head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n'));
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? Number(sorted[middle]) : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/** @param {string} url @returns {Promise<string>} */
async function fetchServiceToken(url) {
  const response = await fetch(`${url}/mock-idp/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(SERVICE_CLIENT).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'context:read' }),
  });
  return (await response.json()).access_token;
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

async function main() {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--quick');
  if (unknown.length > 0) throw new Error(`Unknown argument ${unknown.join(' ')}; there is only --quick`);
  const plan = process.argv.includes('--quick') ? QUICK : FULL;
  const engine = process.env.DATABASE_URL ? new URL(process.env.DATABASE_URL).protocol.replace(':', '') : 'pglite';
  const [load = 0] = loadavg();
  const service = await startService(plan.users);
  try {
    const endpoints = await findEndpoints(service.url);
    const { total: users } = JSON.parse(String(endpoints.at(-1)?.body));
    const bare = await startBareServer(endpoints);
    print(`Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load.toFixed(1)} before`);
    // The bare server needs one process, the service also its database: others on the machine don't hit both alike.
    if (load > availableParallelism() / 2) print('Others use this machine: neither the rates nor the ratios say much');
    print(`Engine ${engine}, ${process.env.REDIS_URL ? 'Redis' : 'events in the process'}, ${users} users in the database`);
    print(`${CONCURRENCY} connections with keep-alive, medians of ${plan.rounds} interleaved rounds of ${plan.durationMs} ms\n`);
    printTable(await measureAll(endpoints, { ours: service.port, bare: bare.port }, plan));
    bare.stop();
  } finally {
    await service.stop();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
