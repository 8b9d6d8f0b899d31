import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dialectOf } from '../src/platform/database/engine.js';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { applyMigrations, MigrationError, pendingMigrations, readMigrations } from '../src/platform/database/migrations.js';
import { connect, MIGRATIONS_FOLDER, migrate, openDatabase } from '../src/platform/database/open-database.js';
import { BuiltProgram } from './built-service.js';
import { createEmptyDatabase, engine, type TestDatabase } from './test-database.js';

const dialect = dialectOf(engine);
const names = readMigrations(MIGRATIONS_FOLDER, dialect).map(({ name }) => name);
const RUNNERS = 10;
const isServer = engine !== 'pglite';

interface MigrationRow {
  id: string;
  migration_name: string;
  checksum: string;
  started_at: Date;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
  applied_steps_count: number | bigint;
}

describe('migrations', () => {
  let database: TestDatabase;
  let folder: string;
  const opened: Connection[] = [];
  beforeEach(async () => {
    database = await createEmptyDatabase();
    folder = mkdtempSync(join(tmpdir(), 'um-migrations-'));
    cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
  });
  afterEach(async () => {
    for (const connection of opened.splice(0)) await connection.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  async function open(): Promise<Connection> {
    const connection = await database.open();
    opened.push(connection);
    return connection;
  }
  async function withDriver<Result>(connection: Connection, use: (driver: Awaited<ReturnType<Connection['migrationDriver']>>) => Promise<Result>) {
    const driver = await connection.migrationDriver();
    try {
      return await use(driver);
    } finally {
      await driver.close();
    }
  }
  const apply = (connection: Connection) => withDriver(connection, (driver) => applyMigrations(driver, folder));
  const pending = (connection: Connection) => withDriver(connection, (driver) => pendingMigrations(driver, folder));
  const rows = (connection: Connection) => connection.prisma.$queryRawUnsafe<MigrationRow[]>('SELECT * FROM _prisma_migrations');
  const run = (connection: Connection, sql: string) => withDriver(connection, (driver) => driver.run(sql));

  function addMigration(name: string, script: string): void {
    mkdirSync(join(folder, dialect, name));
    writeFileSync(join(folder, dialect, name, 'migration.sql'), script);
  }

  it('are all pending on an empty database, all applied after a run, and none twice', async () => {
    const connection = await open();
    expect(await pending(connection)).toEqual(names);
    expect(await apply(connection)).toEqual(names);
    expect(await pending(connection)).toEqual([]);
    const before = await rows(connection);
    expect(await apply(connection)).toEqual([]);
    expect(await rows(connection)).toEqual(before);
  });

  it('are recorded as Prisma records them', async () => {
    const connection = await open();
    await apply(connection);
    const recorded = await rows(connection);
    expect(recorded.map((row) => row.migration_name).sort()).toEqual(names);
    for (const row of recorded) {
      const script = readFileSync(join(MIGRATIONS_FOLDER, dialect, row.migration_name, 'migration.sql'));
      expect(row.checksum).toBe(createHash('sha256').update(script).digest('hex'));
      expect(row.id).toMatch(/^[0-9a-f-]{36}$/);
      expect({ logs: row.logs, rolled_back_at: row.rolled_back_at }).toEqual({ logs: null, rolled_back_at: null });
      expect(Number(row.applied_steps_count)).toBe(1);
      expect(row.finished_at!.getTime()).toBeGreaterThanOrEqual(row.started_at.getTime());
    }
  });

  it('are applied oldest first, whatever else lies in the folder', async () => {
    const connection = await open();
    await apply(connection);
    addMigration('29990102000000_second', 'INSERT INTO later (id) VALUES (1);');
    addMigration('29990101000000_first', 'CREATE TABLE later (id INT PRIMARY KEY);');
    writeFileSync(join(folder, dialect, 'migration_lock.toml'), `provider = "${dialect}"`);
    expect(await pending(connection)).toEqual(['29990101000000_first', '29990102000000_second']);
    expect(await apply(connection)).toEqual(['29990101000000_first', '29990102000000_second']);
  });

  it('leave nothing behind that counts as applied when one fails, and name it at the next run', async () => {
    const connection = await open();
    await apply(connection);
    addMigration('29990101000000_broken', 'CREATE TABLE half (id INT PRIMARY KEY);\nINSERT INTO nowhere (id) VALUES (1);');
    await expect(apply(connection)).rejects.toThrow(/nowhere/);
    const again = dialect === 'postgresql' && engine === 'pglite' ? await reopen(connection) : connection;
    if (dialect === 'mysql') {
      await expect(apply(again)).rejects.toThrow(/29990101000000_broken stopped half-way/);
      return;
    }
    // PostgreSQL rolls a failed one back whole.
    expect(await pending(again)).toEqual(['29990101000000_broken']);
    await expect(again.prisma.$queryRawUnsafe('SELECT * FROM half')).rejects.toThrow();
  });

  async function reopen(connection: Connection): Promise<Connection> {
    opened.splice(opened.indexOf(connection), 1);
    await connection.close();
    return open();
  }

  it('refuse to go on after one that stopped half-way, naming it', async () => {
    const connection = await open();
    await apply(connection);
    await run(connection, 'UPDATE _prisma_migrations SET finished_at = NULL');
    const error: unknown = await apply(connection).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationError);
    expect(String(error)).toContain(`${names[0]} stopped half-way`);
    await expect(openDatabase(settings())).rejects.toThrow(isServer ? `${names[0]} stopped half-way` : /DATA_DIR/);
  });

  it('refuse a file that was edited after it was applied, naming it', async () => {
    const connection = await open();
    await apply(connection);
    const file = join(folder, dialect, names[0]!, 'migration.sql');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
    addMigration('29990101000000_later', 'CREATE TABLE later (id INT PRIMARY KEY);');
    await expect(apply(connection)).rejects.toThrow(`${names[0]} was edited after it was applied`);
    await expect(pending(connection)).rejects.toThrow(MigrationError);
    expect(await rows(connection)).toHaveLength(names.length);
  });

  it('are applied again after one that was marked as rolled back', async () => {
    const connection = await open();
    await apply(connection);
    addMigration('29990101000000_later', 'CREATE TABLE later (id INT PRIMARY KEY);');
    await apply(connection);
    await run(connection, "UPDATE _prisma_migrations SET rolled_back_at = started_at WHERE migration_name = '29990101000000_later'");
    await run(connection, 'DROP TABLE later');
    expect(await apply(connection)).toEqual(['29990101000000_later']);
  });

  const settings = () => ({ url: database.url, dataDir: database.dataDir, poolSize: 2 });
  const onServers = isServer ? it : it.skip;

  onServers(`are applied once by ${RUNNERS} runners at once`, async () => {
    const connections = await Promise.all(Array.from({ length: RUNNERS }, () => open()));
    const applied = await Promise.all(connections.map((connection) => migrate(connection)));
    expect(applied.flat()).toEqual(names);
    expect(await rows(connections[0]!)).toHaveLength(names.length);
  });

  onServers('are waited for only so long: who can not get the lock applies nothing', async () => {
    const [holder, waiter] = [await open(), await open()];
    await withDriver(holder, async (holding) => {
      await holding.lock();
      await withDriver(waiter, async (driver) => {
        const impatient = { ...driver, lock: () => driver.lock(0.2) };
        await expect(applyMigrations(impatient, folder)).rejects.toThrow(/another process migrates/);
      });
    });
    expect(await pending(holder)).toEqual(names);
  });

  onServers('must be applied before the service starts, which names the first pending one', async () => {
    await expect(openDatabase(settings())).rejects.toThrow(`Migration ${names[0]} is pending`);
    const refused = await new BuiltProgram('main', database, { PORT: '0', PUBLIC_URL: 'http://127.0.0.1:9' }).ended;
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`Migration ${names[0]} is pending: run \`npm run db:migrate\` first`);
    expect(refused.output).not.toMatch(/^ {4}at /m);
  });

  it('are applied by `db:migrate`, which says what it did', async () => {
    const first = await new BuiltProgram('migrate', database).ended;
    expect(first).toEqual({ code: 0, output: `${names.map((name) => `applied ${name}`).join('\n')}\n` });
    expect(await new BuiltProgram('migrate', database).ended).toEqual({ code: 0, output: 'nothing is pending\n' });
    const connection = await openDatabase(settings());
    opened.push(connection);
    expect(await connection.prisma.platformState.count()).toBe(3);
  });

  it('of the embedded database are applied when it is opened', async () => {
    if (isServer) return;
    const connection = await openDatabase(settings());
    opened.push(connection);
    expect(await pending(connection)).toEqual([]);
    await expect(connect(settings())).rejects.toThrow(/is open in another process/);
  });

  onServers('say that the server is away without showing the password', async () => {
    const url = new URL(database.url!);
    url.password = 's3cr3t-word';
    url.port = '1';
    const { code, output } = await new BuiltProgram('migrate', { ...database, url: url.href }).ended;
    expect(code).toBe(1);
    expect(output.trim()).toBe('DATABASE_URL: no database server answers there');
    expect(output).not.toContain('s3cr3t-word');
  });
});
