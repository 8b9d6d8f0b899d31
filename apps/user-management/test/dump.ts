import type { Connection } from '../src/platform/database/engines/connection.js';

const TABLES = [
  'users',
  'practitioner_profiles',
  'patient_accounts',
  'organisations',
  'products',
  'roles',
  'registered_permissions',
  'role_permissions',
  'org_memberships',
  'product_access',
  'platform_state',
  'mock_accounts',
  'mock_mails',
  'mock_sign_in_failures',
  'identity_jobs',
] as const;

type Dump = Record<string, string[]>;

/** Every row of every table, versions and times included, in an order that doesn't depend on the engine. */
export async function dumpOf(connection: Connection): Promise<Dump> {
  const dump: Dump = {};
  for (const table of TABLES) dump[table] = await rowsOf(connection, `SELECT * FROM ${table}`);
  // Numbering and publishing are the relay's, at its own pace.
  dump.outbox_events = await rowsOf(connection, 'SELECT id, type, user_id, payload FROM outbox_events');
  return dump;
}

/** One text of every row of every table there is: for what must stand nowhere. */
export async function readEverything(connection: Connection): Promise<string> {
  const schema = connection.engine === 'mysql' ? 'DATABASE()' : 'CURRENT_SCHEMA()';
  const sql = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema}`;
  const tables = await connection.prisma.$queryRawUnsafe<{ name: string }[]>(sql);
  const quote = connection.engine === 'mysql' ? '`' : '"';
  const rows: string[] = [];
  for (const { name } of tables) rows.push(name, ...(await rowsOf(connection, `SELECT * FROM ${quote}${name}${quote}`)));
  return rows.join('\n');
}

async function rowsOf(connection: Connection, sql: string): Promise<string[]> {
  const rows = await connection.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql);
  return rows.map((row) => JSON.stringify(row, (_key, value: unknown) => readable(value))).sort();
}

function readable(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  return typeof value === 'bigint' ? String(value) : value;
}
