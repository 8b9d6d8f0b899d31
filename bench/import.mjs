// `npm run bench:import [-- --quick]`: the import of users on PostgreSQL. In one interleaved run: rows per second beside a
// plain multi-row INSERT of the very rows that the import wrote. Then the memory of the service at a tenth of a file and
// at a whole one, and a file with planted bad rows whose service is killed (-9) in the middle and started again.
// A server at `BENCH_POSTGRES_URL` (127.0.0.1:5432 when not set); the run makes a database of its own and drops it.
import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import pg from 'pg';
import { ImportService } from './import-service.mjs';
import { copyTables, insertPlainly } from './import-floor.mjs';

const SERVER = process.env.BENCH_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const FULL = { rounds: 3, roundRows: 5_000, smallRows: 10_000, rows: 100_000 };
const QUICK = { rounds: 2, roundRows: 1_000, smallRows: 1_000, rows: 10_000 };
/** Each of these is refused, with the reason behind it. */
const BAD = [
  ['nobody,Bad,user,texas,BILLER,,', 'email'],
  ['bad@example.com,Bad,owner,texas,BILLER,,', 'user_type'],
  ['bad@example.com,Bad,user,nowhere,BILLER,,', 'organisation_id'],
  ['bad@example.com,Bad,user,texas,NOTHING,,', 'role_key'],
];
const EVERY_BAD = 97;

/** @param {string} mark @param {number} rows @param {boolean} [isPlanted] */
function fileOf(mark, rows, isPlanted = false) {
  const lines = ['email,display_name,user_type,organisation_id,role_key,product_ids,phone'];
  for (let index = 0; index < rows; index++) {
    const bad = isPlanted && index % EVERY_BAD === 0 ? BAD[(index / EVERY_BAD) % BAD.length]?.[0] : undefined;
    lines.push(bad ?? `${mark}-${index}@example.com,Bench User ${index},user,texas,BILLER,claims,+27 82 000 ${index % 10_000}`);
  }
  return lines.join('\r\n');
}

/** @param {number} rows */
const plantedIn = (rows) => Array.from({ length: Math.ceil(rows / EVERY_BAD) }, (_, index) => ({ line: index * EVERY_BAD + 2, field: BAD[index % BAD.length]?.[1] }));

/** @param {ImportService} service @param {pg.Client} client @param {typeof FULL} plan */
async function measureRates(service, client, { rounds, roundRows }) {
  await copyTables(client);
  const rates = { ours: /** @type {number[]} */ ([]), plain: /** @type {number[]} */ ([]) };
  for (let round = 0; round <= rounds; round++) {
    const mark = `rate${round}`;
    const id = await service.upload(fileOf(mark, roundRows));
    const started = performance.now();
    await service.whenOver(id);
    const ours = roundRows / ((performance.now() - started) / 1000);
    const plain = roundRows / ((await insertPlainly(client, mark)) / 1000);
    // The first round warms both up.
    if (round > 0) rates.ours.push(ours);
    if (round > 0) rates.plain.push(plain);
  }
  const [ours, plain] = [median(rates.ours), median(rates.plain)];
  print(`rows per second, medians of ${rounds} interleaved rounds of ${roundRows}: import ${Math.round(ours)}, plain INSERT of what it wrote ${Math.round(plain)}, ratio ${(ours / plain).toFixed(3)}`);
}

/** @param {ImportService} service @param {typeof FULL} plan */
async function measureMemory(service, { smallRows, rows }) {
  const grown = [];
  for (const count of [smallRows, rows]) {
    const before = service.residentMb();
    const watch = service.watchMemory();
    const id = await service.upload(fileOf(`memory${count}`, count));
    const started = performance.now();
    await service.whenOver(id);
    const most = watch.stop();
    grown.push(most - before);
    const seconds = (performance.now() - started) / 1000;
    print(`${count} rows: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most, ${Math.round(count / seconds)} rows per second`);
  }
  const [small = 0, large = 0] = grown;
  print(`memory grew by ${small.toFixed(0)} MB with ${smallRows} rows and by ${large.toFixed(0)} MB with ${rows}`);
}

/** @param {ImportService} service @param {pg.Client} client @param {typeof FULL} plan */
async function killAndResume(service, client, { rows }) {
  const id = await service.upload(fileOf('killed', rows, true));
  const seen = /** @type {number[]} */ ([]);
  await service.until(id, ({ percent }) => see(seen, percent) >= 40);
  await service.kill();
  const { rows: [dead] } = await client.query('SELECT created + failed AS processed FROM imports WHERE id = $1', [id]);
  await service.start();
  await service.until(id, ({ state, percent }) => see(seen, percent) === 100 && state === 'done');
  const view = await service.view(id);
  const { rows: [count] } = await client.query(`SELECT COUNT(*)::int AS users FROM users WHERE email_canonical LIKE 'killed-%'`);
  const faults = await service.faults(id);
  const planted = plantedIn(rows);
  const isExact = JSON.stringify(faults) === JSON.stringify(planted);
  print(`killed at ${dead.processed} of ${rows}; after the restart ${view.state}: ${view.created} created (${count.users} users in the table), ${view.failed} failed`);
  print(`planted bad rows: ${planted.length}, told with line and column: ${faults.length}, ${isExact ? 'exactly those' : 'NOT THE SAME'}`);
  print(`progress seen: ${seen.filter((_, index) => index % Math.ceil(seen.length / 15) === 0).map((percent) => `${percent} %`).join(', ')}`);
  if (!isExact || count.users !== rows - planted.length || view.created !== count.users) throw new Error('the resumed import is not whole');
}

/** @param {number[]} seen @param {number} percent */
function see(seen, percent) {
  if (seen.at(-1) !== percent) seen.push(percent);
  return percent;
}

/** @param {number[]} values */
function median(values) {
  return Number([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]);
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

async function main() {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--quick');
  if (unknown.length > 0) throw new Error(`Unknown argument ${unknown.join(' ')}; there is only --quick`);
  const plan = process.argv.includes('--quick') ? QUICK : FULL;
  const [load = 0] = loadavg();
  print(`Node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} before`);
  if (load > availableParallelism() / 2) print('Others use this machine: the rates say little, the ratio something');
  const name = `um_bench_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(SERVER), { pathname: `/${name}` }).href;
  const service = new ImportService(url);
  const client = new pg.Client({ connectionString: url });
  try {
    await service.migrate();
    await service.start();
    await client.connect();
    await measureRates(service, client, plan);
    await measureMemory(service, plan);
    await killAndResume(service, client, plan);
  } finally {
    await service.kill();
    await client.end().catch(() => undefined);
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
