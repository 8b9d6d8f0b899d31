import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../generated/postgresql/client.js';
import type { MigrationDriver } from '../migrations.js';
import type { Connection } from './connection.js';
import { lockFolder } from './folder-lock.js';

/**
 * Opens PostgreSQL inside the process. It has one connection: a transaction holds it, everything else waits.
 *
 * @param dataDir folder of the database; made when it is not there
 * @throws Error when another process has the folder open: two writers would destroy it
 */
export async function openPglite(dataDir: string): Promise<Connection> {
  mkdirSync(dataDir, { recursive: true });
  const unlock = lockFolder(dataDir);
  const pglite = await PGlite.create({ dataDir: join(dataDir, 'pglite'), extensions: { pg_trgm } });
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  return {
    engine: 'pglite',
    prisma,
    migrationDriver: () => Promise.resolve(migrationDriverOf(pglite)),
    async close() {
      await prisma.$disconnect();
      await pglite.close();
      unlock();
    },
  };
}

function migrationDriverOf(pglite: PGlite): MigrationDriver {
  return {
    dialect: 'postgresql',
    lock: () => Promise.resolve(),
    async query(sql, values = []) {
      const { rows } = await pglite.query<Record<string, unknown>>(sql, values);
      return rows;
    },
    async run(script) {
      await pglite.exec(script);
    },
    close: () => Promise.resolve(),
  };
}
