// `npm run bench:lists [-- --quick] [-- --mariadb]`: how long a page of users takes among a million, beside the same among a
// hundred, one request at a time, in one interleaved run. A server at `BENCH_POSTGRES_URL` or `BENCH_MARIADB_URL` (those of
// 127.0.0.1 when not set); the run makes two databases of its own and drops them.
import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { createConnection } from 'mariadb';
import pg from 'pg';
import { fetchJson, fetchUserToken, startService } from './service.mjs';

const POSTGRESQL = process.env.BENCH_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const MARIADB = process.env.BENCH_MARIADB_URL ?? 'mysql://root@127.0.0.1:3306/mysql';
const FEW = 100;
const MANY = process.argv.includes('--quick') ? 100_000 : 1_000_000;
const ROUNDS = 15;
const USERS = '/v1/user-management/admin/users?limit=25';

/** What the pages ask for, with the cursor of the page that begins after nine tenths of all. @param {string} cursor */
const questionsWith = (cursor) => ({
  'newest first': '&with_total=false',
  'by name': '&with_total=false&sort=display_name',
  'by e-mail, from the last': '&with_total=false&sort=-email',
  'after nine tenths': `&with_total=false&cursor=${encodeURIComponent(cursor)}`,
  'of one status': '&with_total=false&status=suspended',
  'of one organisation': '&with_total=false&organisation_id=bench',
  'search: one person': '&with_total=false&search=bench-77%40',
  'search: nobody': '&with_total=false&search=nobody-at-all',
  'search: everybody': '&with_total=false&search=example',
  'total of all': '',
  'total of a search': '&search=bench-77%40',
  'total of an organisation': '&organisation_id=bench',
});

/** @param {string} server @param {string} sql */
async function tell(server, sql) {
  if (server.startsWith('mysql')) {
    const { hostname: host, port, username: user, password } = new URL(server);
    const connection = await createConnection({ host, port: Number(port) || 3306, user, password });
    await connection.query(sql).finally(() => connection.end());
    return;
  }
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** A service over a database of its own. @param {string} server @param {number} users */
async function open(server, users) {
  const name = `um_bench_${randomBytes(4).toString('hex')}`;
  await tell(server, `CREATE DATABASE ${name}`);
  const drop = () => tell(server, `DROP DATABASE ${name}`);
  const started = performance.now();
  const service = await startService(users, Object.assign(new URL(server), { pathname: `/${name}` }).href).catch(async (error) => {
    await drop();
    throw error;
  });
  process.stdout.write(`${users} users are there after ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  const token = await fetchUserToken(service.url, 'admin@example.com');
  const ask = (/** @type {string} */ question) => fetchJson(`${service.url}${USERS}${question}`, token);
  const { next_cursor: cursor } = await ask(`&with_total=false&offset=${Math.floor(users * 0.9) - 25}`);
  return {
    questions: questionsWith(cursor),
    ask,
    stop: async () => {
      await service.stop();
      await drop();
    },
  };
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const server = process.argv.includes('--mariadb') ? MARIADB : POSTGRESQL;
const opened = [];
try {
  for (const users of [FEW, MANY]) opened.push(await open(server, users));
  const [few, many] = opened;
  if (!few || !many) throw new Error('unreachable');
  /** @type {Map<string, [number[], number[]]>} */
  const times = new Map(Object.keys(few.questions).map((name) => [name, [[], []]]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, [fewTimes, manyTimes]] of times) {
      for (const [one, taken] of /** @type {const} */ ([[few, fewTimes], [many, manyTimes]])) {
        const started = performance.now();
        await one.ask(one.questions[/** @type {keyof typeof one.questions} */ (name)]);
        // The first round warms both up.
        if (round >= 0) taken.push(performance.now() - started);
      }
    }
  }
  const lines = [...times].map(([name, [one, other]]) => `| ${name} | ${median(one).toFixed(1)} | ${median(other).toFixed(1)} | ${(median(other) / median(one)).toFixed(1)} |`);
  process.stdout.write(`${[`| ms, median of ${ROUNDS} | ${FEW} users | ${MANY} users | ratio |`, '| --- | --- | --- | --- |', ...lines].join('\n')}\n`);
  process.stdout.write(`Node ${process.version}, ${new URL(server).protocol.replace(':', '')}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n`);
} finally {
  for (const { stop } of opened) await stop();
}
