import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect } from './engine.js';

/** What the runner needs of a connection; one for each way of talking to an engine. */
export interface MigrationDriver {
  readonly dialect: Dialect;
  /**
   * Waits until no other replica (nor `prisma migrate deploy`) migrates; released with the connection.
   *
   * @throws MigrationError when that takes longer than `seconds`
   */
  lock(seconds?: number): Promise<void>;
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  run(script: string): Promise<void>;
  close(): Promise<void>;
}

interface Migration {
  name: string;
  script: string;
  checksum: string;
}

/** Refuses to go on: names the migration and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Who waits longer than this for another process to migrate gives up. */
export const MIGRATION_LOCK_SECONDS = 60;

export const lockedOut = () => new MigrationError('The lock is taken: another process migrates this database');

/** @param folder `prisma/migrations`; its sub-folders are the dialects */
export function readMigrations(folder: string, dialect: Dialect): Migration[] {
  return readdirSync(join(folder, dialect), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort()
    .map((name) => {
      const script = readFileSync(join(folder, dialect, name, 'migration.sql'), 'utf8');
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') };
    });
}

/**
 * @returns the names of the migrations that this database doesn't have yet, oldest first
 * @throws MigrationError when one failed half-way or was edited after it was applied
 */
export async function pendingMigrations(driver: MigrationDriver, folder: string): Promise<string[]> {
  const migrations = readMigrations(folder, driver.dialect);
  const applied = await readApplied(driver);
  return migrations.filter((migration) => !isApplied(migration, applied)).map(({ name }) => name);
}

/**
 * Applies what is pending, one after the other under a lock, recorded in `_prisma_migrations` as Prisma does.
 *
 * @returns the names of the applied ones
 */
export async function applyMigrations(driver: MigrationDriver, folder: string): Promise<string[]> {
  await driver.lock();
  await driver.run(TABLE[driver.dialect]);
  const pending = new Set(await pendingMigrations(driver, folder));
  const toApply = readMigrations(folder, driver.dialect).filter(({ name }) => pending.has(name));
  for (const migration of toApply) await apply(driver, migration);
  return toApply.map(({ name }) => name);
}

async function apply(driver: MigrationDriver, { name, script, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  const started = `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ('${id}', '${checksum}', '${name}', CURRENT_TIMESTAMP)`;
  const finished = `UPDATE _prisma_migrations SET finished_at = CURRENT_TIMESTAMP, applied_steps_count = 1 WHERE id = '${id}'`;
  if (driver.dialect === 'postgresql') {
    await driver.run(`BEGIN;\n${started};\n${script}\n;${finished};\nCOMMIT;`);
    return;
  }
  // MySQL commits at each DDL statement: a crash in between leaves the row unfinished, which the next start names.
  await driver.run(started);
  await driver.run(script);
  await driver.run(finished);
}

interface AppliedMigration {
  checksum: string;
  isFinished: boolean;
}

async function readApplied(driver: MigrationDriver): Promise<Map<string, AppliedMigration>> {
  const tables = await driver.query(TABLE_EXISTS[driver.dialect]);
  if (tables.length === 0) return new Map();
  const rows = await driver.query(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return new Map(
    rows.map((row) => [String(row.migration_name), { checksum: String(row.checksum), isFinished: row.finished_at !== null }]),
  );
}

function isApplied(migration: Migration, applied: Map<string, AppliedMigration>): boolean {
  const row = applied.get(migration.name);
  if (!row) return false;
  if (!row.isFinished) {
    throw new MigrationError(`Migration ${migration.name} stopped half-way: repair the schema, then delete its row from _prisma_migrations`);
  }
  if (row.checksum !== migration.checksum) {
    throw new MigrationError(`Migration ${migration.name} was edited after it was applied: restore the file`);
  }
  return true;
}

const TABLE: Record<Dialect, string> = {
  postgresql: `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
    logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`,
  mysql: `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL,
    logs TEXT, rolled_back_at DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)`,
};

const TABLE_EXISTS: Record<Dialect, string> = {
  postgresql:
    "SELECT 1 AS found FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '_prisma_migrations'",
  mysql:
    "SELECT 1 AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '_prisma_migrations'",
};
