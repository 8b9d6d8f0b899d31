import { hash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/postgresql/client.js';
import { lockedOut, MIGRATION_LOCK_SECONDS } from '../migrations.js';
import { LONGEST_STANDSTILL_SECONDS, type Connection } from './connection.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** Prisma's own advisory lock, so that `prisma migrate deploy` and this service take turns. */
const MIGRATION_LOCK = 72_707_369;
const LOCK_TIMEOUT = '55P03';
/** As long as a transaction may take: whoever waits longer has been given up, and only keeps a connection. */
const LONGEST_LOCK_WAIT_SECONDS = 15;
/** As a statement: a parameter of the connection is one that PgBouncer refuses. */
const SESSION = `SET lock_timeout = '${LONGEST_LOCK_WAIT_SECONDS}s'; SET idle_in_transaction_session_timeout = '${LONGEST_STANDSTILL_SECONDS}s'`;

async function setUp(client: pg.ClientBase): Promise<void> {
  await client.query(SESSION);
}

/** Opens a PostgreSQL server; a broken connection is replaced by the pool, never a crash. */
export function openPostgresql(url: string, poolSize: number): Connection {
  const adapter = new PrismaPg(
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, which its types don't tell
    { connectionString: url, max: poolSize, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, onConnect: setUp },
    { statementNameGenerator: (query) => hash('sha1', query.sql, 'base64'), onPoolError: () => undefined },
  );
  const prisma = new PrismaClient({ adapter });
  return {
    engine: 'postgresql',
    prisma,
    async migrationDriver() {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
      await client.connect();
      return {
        dialect: 'postgresql',
        async lock(seconds = MIGRATION_LOCK_SECONDS) {
          await client.query("SELECT set_config('lock_timeout', $1, false)", [`${seconds * 1000}ms`]);
          await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]).catch((error: unknown) => {
            throw error instanceof pg.DatabaseError && error.code === LOCK_TIMEOUT ? lockedOut() : error;
          });
          await client.query('RESET lock_timeout');
        },
        async query(sql, values = []) {
          const { rows } = await client.query<Record<string, unknown>>(sql, values);
          return rows;
        },
        async run(script) {
          await client.query(script);
        },
        close: () => client.end(),
      };
    },
    close: () => prisma.$disconnect(),
  };
}
