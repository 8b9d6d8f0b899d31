// `npm run bench:revocation [-- --quick]`: how long after a deactivation two services still let the user in, each a process
// of its own with the built auth-client, while all is well and while they are cut off from Redis in four ways. Needs
// `redis-server`; PostgreSQL at DATABASE_URL (where a user `revocation-…` stays behind), or one on 127.0.0.1 for a database
// of its own, or PGlite. Exits 1 when a bound is broken.
import { randomBytes } from 'node:crypto';
import { availableParallelism, cpus, loadavg } from 'node:os';
import pg from 'pg';
import { listCuts, measureCut, measureWell } from './revocation-cuts.mjs';
import { OwnRedis, Proxy } from './revocation-redis.mjs';
import { listBroken, printDelays } from './revocation-report.mjs';
import { Subject } from './revocation-subject.mjs';
import { startService } from './service.mjs';

const FULL = { deactivations: 1000, cuts: 10 };
const QUICK = { deactivations: 100, cuts: 3 };
const OWN_SERVER = 'postgresql://postgres@127.0.0.1:5432/postgres';

/** @returns {Promise<() => Promise<void>>} what drops it again */
async function prepareDatabase() {
  if (process.env.DATABASE_URL) return () => Promise.resolve();
  const server = new pg.Client({ connectionString: OWN_SERVER });
  const isThere = await server.connect().then(() => true, () => false);
  if (!isThere) return () => Promise.resolve();
  const name = `um_bench_${randomBytes(6).toString('hex')}`;
  await server.query(`CREATE DATABASE ${name}`);
  process.env.DATABASE_URL = OWN_SERVER.replace(/postgres$/, name);
  return async () => {
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.end();
  };
}

/** @param {Subject} subject @param {typeof FULL} plan @param {import('./revocation-cuts.mjs').Cut[]} cuts */
async function measureAll(subject, plan, cuts) {
  const [load = 0] = loadavg();
  print(`Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load.toFixed(1)} before`);
  const engine = process.env.DATABASE_URL ? new URL(process.env.DATABASE_URL).protocol.replace(':', '') : 'pglite';
  print(`Engine ${engine}, a Redis of its own, ${subject.clients.length} clients that ask every millisecond\n`);
  const well = await measureWell(subject, plan.deactivations);
  const measured = [];
  for (const cut of cuts) {
    await subject.renew();
    measured.push(await measureCut(subject, cut, plan.cuts));
  }
  printDelays(well, measured);
  for (const client of subject.clients) {
    const { decisions, longestGapMs } = await client.statistics();
    print(`\nA client decided ${decisions} times, at most ${longestGapMs.toFixed(0)} ms apart`);
  }
  return listBroken(well, measured, subject.listContradictions());
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

async function main() {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--quick');
  if (unknown.length > 0) throw new Error(`Unknown argument ${unknown.join(' ')}; there is only --quick`);
  const plan = process.argv.includes('--quick') ? QUICK : FULL;
  /** What ends all that was started, the last first. @type {(() => unknown)[]} */
  const endings = [];
  try {
    endings.unshift(await prepareDatabase());
    const redis = await OwnRedis.start();
    endings.unshift(() => redis.kill());
    const proxy = await Proxy.start(redis.port);
    endings.unshift(() => proxy.stop());
    process.env.REDIS_URL = redis.url;
    const service = await startService(0);
    endings.unshift(() => service.stop());
    const subject = await Subject.create(service.url);
    endings.unshift(() => subject.stop());
    await subject.startClients(proxy.url);
    const broken = await measureAll(subject, plan, listCuts(redis, proxy, subject.clients.length));
    for (const line of broken) print(`\nBroken: ${line}`);
    process.exitCode = broken.length === 0 ? 0 : 1;
  } finally {
    for (const end of endings) await end();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
