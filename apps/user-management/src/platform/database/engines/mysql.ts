import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { createConnection } from 'mariadb';
import { PrismaClient as MysqlClient } from '../generated/mysql/client.js';
import type { PrismaClient } from '../generated/postgresql/client.js';
import { lockedOut, MIGRATION_LOCK_SECONDS } from '../migrations.js';
import { LONGEST_STANDSTILL_SECONDS, type Connection } from './connection.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than a standstill, so that whoever waits for one that is ended need not begin again. */
const LONGEST_LOCK_WAIT_SECONDS = LONGEST_STANDSTILL_SECONDS + 1;
/** The same rules for every connection: what PostgreSQL does by default, and no silent truncation. */
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  // MySQL has no bound for a standstill: there the first server variable stands alone.
  `SET SESSION innodb_lock_wait_timeout = ${LONGEST_LOCK_WAIT_SECONDS} /*M!100300 , SESSION idle_transaction_timeout = ${LONGEST_STANDSTILL_SECONDS} */`,
];

/** Opens a MySQL 8 or MariaDB server. */
export function openMysql(url: string, poolSize: number): Connection {
  const options = connectionOptions(url);
  const adapter = new PrismaMariaDb({
    ...options,
    connectionLimit: poolSize,
    acquireTimeout: CONNECT_TIMEOUT_MS,
    prepareCacheLength: 256,
    initSql: SESSION,
  });
  // The MySQL client is generated from the same schema: only the provider differs, the types are those of PostgreSQL.
  const prisma = new MysqlClient({ adapter }) as unknown as PrismaClient;
  return {
    engine: 'mysql',
    prisma,
    async migrationDriver() {
      const connection = await createConnection({ ...options, multipleStatements: true, initSql: SESSION });
      return {
        dialect: 'mysql',
        async lock(seconds = MIGRATION_LOCK_SECONDS) {
          // Prisma's own lock name, so that `prisma migrate deploy` and this service take turns.
          const [row] = await connection.query<{ taken: number | bigint | null }[]>("SELECT GET_LOCK('prisma_migrate', ?) AS taken", [seconds]);
          if (Number(row?.taken) !== 1) throw lockedOut();
        },
        query: (sql, values = []) => connection.query<Record<string, unknown>[]>(sql, values),
        async run(script) {
          await connection.query(script);
        },
        close: () => connection.end(),
      };
    },
    close: () => prisma.$disconnect(),
  };
}

function connectionOptions(url: string) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: hostname,
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // MySQL 8 without TLS: its default login asks the server for a key first, which whoever runs it has to allow.
    allowPublicKeyRetrieval: searchParams.get('allowPublicKeyRetrieval') === 'true',
    ssl: ['require', 'true', '1'].includes(searchParams.get('ssl') ?? searchParams.get('sslmode') ?? ''),
  };
}
