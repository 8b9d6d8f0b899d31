// `npm run bench:audit [-- --quick]`: how long proving an audit chain takes beside only reading it, in one interleaved run.
// `floor` is the driver's own SELECT of the same rows in the same pieces; `read` is this service's reading of them. A
// server at `BENCH_POSTGRES_URL` (127.0.0.1:5432 when not set); the run makes a database of its own and drops it.
import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import pg from 'pg';
import { AuditRepository } from '../apps/user-management/dist/modules/audit/audit.repository.js';
import { AuditTrail } from '../apps/user-management/dist/modules/audit/audit-trail.js';
import { ChainWalk } from '../apps/user-management/dist/modules/audit/verify-chain.js';
import { Database } from '../apps/user-management/dist/platform/database/database.js';
import { connect, migrate } from '../apps/user-management/dist/platform/database/open-database.js';

const SERVER = process.env.BENCH_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const FULL = { entries: 100_000, rounds: 5 };
const QUICK = { entries: 10_000, rounds: 3 };
const CHAIN = 'texas';
const WRITTEN_AT_ONCE = 500;
const READ_AT_ONCE = 5_000;

/** @param {Database} database @param {number} entries */
async function write(database, entries) {
  const trail = new AuditTrail(database, new AuditRepository(database));
  const started = performance.now();
  for (let from = 0; from < entries; from += WRITTEN_AT_ONCE) {
    const records = Array.from({ length: WRITTEN_AT_ONCE }, (_, index) => recordOf(from + index));
    await database.transaction(() => trail.record(...records));
  }
  return entries / ((performance.now() - started) / 1000);
}

/** What a change of a user leaves. @param {number} index @returns {import('../apps/user-management/dist/modules/audit/audit-trail.js').AuditRecord} */
function recordOf(index) {
  return {
    action: 'USER_UPDATED',
    actor: { type: 'user', id: '0197a0b1-0000-7000-8000-000000000001' },
    target: { type: 'user', id: `0197a0b1-0000-7000-8000-${String(index).padStart(12, '0')}` },
    organisationId: CHAIN,
    before: { status: 'active', memberships: [{ membership_id: `m-${index}`, role_key: 'BILLER', product_ids: ['claims'] }] },
    after: { status: 'suspended', memberships: [{ membership_id: `m-${index}`, role_key: 'READONLY', product_ids: [] }] },
    personal: { before: { display_name: `Person ${index}`, phone: null }, after: { display_name: `Other ${index}`, phone: '+27 82' } },
  };
}

/** @param {pg.Client} client @param {number} entries */
async function readPlainly(client, entries) {
  for (let after = 0; after < entries; after += READ_AT_ONCE) {
    const text = 'SELECT * FROM audit_entries WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT $3';
    const { rows } = await client.query(text, [CHAIN, after, READ_AT_ONCE]);
    if (rows.length !== READ_AT_ONCE) throw new Error('entries are missing');
  }
}

/** @param {AuditRepository} repository @param {number} entries */
async function read(repository, entries) {
  for (let after = 0; after < entries; after += READ_AT_ONCE) {
    await repository.read(CHAIN, BigInt(after), BigInt(entries), READ_AT_ONCE);
  }
}

/** @param {AuditRepository} repository */
async function verify(repository) {
  const stated = await repository.findChain(CHAIN);
  if (stated === null) throw new Error('there is no chain');
  const walk = new ChainWalk(stated);
  while (!walk.isOver) walk.follow(await repository.read(CHAIN, BigInt(walk.reached.sequence), stated.sequence, READ_AT_ONCE));
  if (walk.end() !== null) throw new Error('the chain does not hold');
}

/** @param {() => Promise<void>} work */
async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** @param {string} text */
const print = (text) => process.stdout.write(`${text}\n`);

async function main() {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--quick');
  if (unknown.length > 0) throw new Error(`Unknown argument ${unknown.join(' ')}; there is only --quick`);
  const { entries, rounds } = process.argv.includes('--quick') ? QUICK : FULL;
  const [load = 0] = loadavg();
  print(`Node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} before`);
  const name = `um_bench_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(SERVER), { pathname: `/${name}` }).href;
  const connection = await connect({ url, dataDir: '', poolSize: 2 });
  const client = new pg.Client({ connectionString: url });
  try {
    await migrate(connection);
    await client.connect();
    const database = new Database(connection);
    const repository = new AuditRepository(database);
    print(`${entries} entries written at ${Math.round(await write(database, entries))} per second, ${WRITTEN_AT_ONCE} a transaction`);
    const times = { floor: /** @type {number[]} */ ([]), read: /** @type {number[]} */ ([]), verified: /** @type {number[]} */ ([]) };
    for (let round = 0; round <= rounds; round++) {
      const [floor, ours, verified] = [
        await timed(() => readPlainly(client, entries)),
        await timed(() => read(repository, entries)),
        await timed(() => verify(repository)),
      ];
      // The first round warms all three up.
      if (round === 0) continue;
      times.floor.push(floor);
      times.read.push(ours);
      times.verified.push(verified);
    }
    const [floor, ours, verified] = [median(times.floor), median(times.read), median(times.verified)];
    print(`medians of ${rounds} interleaved rounds: floor ${floor.toFixed(0)} ms, read ${ours.toFixed(0)} ms, verified ${verified.toFixed(0)} ms`);
    print(`verifying takes ${(verified / floor).toFixed(2)} times the floor and ${(verified / ours).toFixed(2)} times this service's reading (at most 3)`);
  } finally {
    await client.end().catch(() => undefined);
    await connection.close();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
