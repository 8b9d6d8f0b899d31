import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createConnection } from 'mariadb';
import pg from 'pg';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { connect, migrate } from '../src/platform/database/open-database.js';

declare const ENGINE: 'pglite' | 'postgresql' | 'mysql';
declare const SERVERS: Record<'postgresql' | 'mysql' | 'redis', string | null>;

/** The engine this run of the suite is for. */
export const engine = ENGINE;
/** Where Redis answers, or null. */
export const redisUrl = SERVERS.redis;

export interface TestDatabase {
  /** `DATABASE_URL`; null for PGlite, which lives in `dataDir`. */
  url: string | null;
  dataDir: string;
  open(): Promise<Connection>;
  drop(): Promise<void>;
}

/** What a database begins with. */
type Contents = 'migrated' | 'seeded';

/** Where the templates of this engine are (make-template.js): a folder of folders, its name that of the databases. */
const TEMPLATE = process.env[`TEMPLATE_${engine.toUpperCase()}`];

/** A migrated database of its own for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  if (TEMPLATE !== undefined) return copyTemplate(TEMPLATE, 'migrated');
  const database = await createEmptyDatabase();
  const connection = await database.open();
  await migrate(connection);
  await connection.close();
  return database;
}

/** The same after the service's first start with demo data, where there is a template of it: starting goes on from there. */
export async function createSeededDatabase(): Promise<TestDatabase> {
  return TEMPLATE === undefined ? createTestDatabase() : copyTemplate(TEMPLATE, 'seeded');
}

async function copyTemplate(template: string, contents: Contents): Promise<TestDatabase> {
  const database = await createEmptyDatabase(engine === 'pglite' ? '' : ` TEMPLATE ${basename(template)}_${contents}`);
  if (existsSync(join(template, contents))) cpSync(join(template, contents), database.dataDir, { recursive: true });
  return database;
}

/** The same without its tables. */
export async function createEmptyDatabase(options = ''): Promise<TestDatabase> {
  const name = `um_test_${randomBytes(6).toString('hex')}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'um-test-'));
  const url = engine === 'pglite' ? null : withDatabase(SERVERS[engine] ?? '', name);
  if (engine !== 'pglite') await runOnServer(`CREATE DATABASE ${name}${options}`);
  return {
    url,
    dataDir,
    open: () => connect({ url, dataDir, poolSize: 8 }),
    async drop() {
      if (engine === 'postgresql') await runOnServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      if (engine === 'mysql') await runOnServer(`DROP DATABASE IF EXISTS ${name}`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function runOnServer(statement: string): Promise<void> {
  const server = SERVERS[engine as 'postgresql' | 'mysql'] ?? '';
  if (engine === 'postgresql') {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
    return;
  }
  const { hostname, port, username, password } = new URL(server);
  const connection = await createConnection({ host: hostname, port: Number(port) || 3306, user: username, password });
  await connection.query(statement);
  await connection.end();
}
