import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.js';
import { engineOf } from './engine.js';
import type { Connection } from './engines/connection.js';
import { openMysql } from './engines/mysql.js';
import { openPglite } from './engines/pglite.js';
import { openPostgresql } from './engines/postgresql.js';
import { applyMigrations, MigrationError, pendingMigrations } from './migrations.js';

/** `prisma/migrations`, from the source as well as from the build. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../../prisma/migrations', import.meta.url));

/** Opens the database that the configuration names, whatever its schema. */
export async function connect(settings: Config['database']): Promise<Connection> {
  const engine = engineOf(settings.url);
  if (settings.url === null) return openPglite(settings.dataDir);
  return engine === 'mysql'
    ? openMysql(settings.url, settings.poolSize)
    : openPostgresql(settings.url, settings.poolSize);
}

/**
 * Opens the database ready for use: the embedded one is migrated here, a server must have been migrated before.
 *
 * @throws MigrationError that names the pending migration of a server
 */
export async function openDatabase(settings: Config['database']): Promise<Connection> {
  const connection = await connect(settings);
  try {
    if (connection.engine === 'pglite') await migrate(connection);
    else await requireMigrated(connection);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** @returns the names of the migrations it applied */
export async function migrate(connection: Connection): Promise<string[]> {
  const driver = await connection.migrationDriver();
  try {
    return await applyMigrations(driver, MIGRATIONS_FOLDER);
  } finally {
    await driver.close();
  }
}

async function requireMigrated(connection: Connection): Promise<void> {
  const driver = await connection.migrationDriver();
  try {
    const [first] = await pendingMigrations(driver, MIGRATIONS_FOLDER);
    if (first) throw new MigrationError(`Migration ${first} is pending: run \`npm run db:migrate\` first`);
  } finally {
    await driver.close();
  }
}
