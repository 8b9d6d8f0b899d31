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

async function rowsOf(connection: Connection, sql: string): Promise<string[]> {
  const rows = await connection.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql);
  return rows.map((row) => JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).sort();
}
