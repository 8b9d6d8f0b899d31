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
  'imports',
  'import_rows',
  'drift_runs',
  'drift_items',
  'mail_jobs',
] as const;

type Dump = Record<string, string[]>;

/** Every row of every table, versions and times included, in an order that doesn't depend on the engine. */
export async function dumpOf(connection: Connection): Promise<Dump> {
  const dump: Dump = {};
  for (const table of TABLES) dump[table] = await rowsOf(connection, `SELECT * FROM ${table}`);
  // Somebody who is out may come and be refused at any time.
  dump.audit_entries = await rowsOf(connection, "SELECT * FROM audit_entries WHERE action <> 'SIGN_IN_REFUSED'");
  // How far each is and what was sent go on by themselves.
  dump.webhooks = await rowsOf(connection, 'SELECT id, url, event_types, description, state, secret_generation FROM webhooks');
  dump.webhook_deliveries = await rowsOf(connection, 'SELECT webhook_id, sequence, redelivery_state FROM webhook_deliveries');
  // Numbering and publishing are the relay's, at its own pace.
  dump.outbox_events = await rowsOf(connection, 'SELECT id, type, user_id, payload FROM outbox_events');
  return dump;
}

/** Every value of every table there is, as text: for what must stand nowhere. */
export async function readEverything(connection: Connection): Promise<string> {
  const schema = connection.engine === 'mysql' ? 'DATABASE()' : 'CURRENT_SCHEMA()';
  const tables = await connection.prisma.$queryRawUnsafe<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema}`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await connection.prisma.$queryRawUnsafe<object[]>(`SELECT * FROM ${name}`);
    texts.push(name, ...rows.flatMap((row) => Object.values(row).map((value) => String(readable(value)))));
  }
  return texts.join('\n');
}

async function rowsOf(connection: Connection, sql: string): Promise<string[]> {
  const rows = await connection.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql);
  return rows.map((row) => JSON.stringify(row, (_key, value: unknown) => readable(value))).sort();
}

function readable(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  return typeof value === 'bigint' ? String(value) : value;
}
