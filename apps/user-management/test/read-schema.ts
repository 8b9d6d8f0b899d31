import type { Connection } from '../src/platform/database/engines/connection.js';
import type { ForeignKey, Schema, Table } from './prisma-schema.js';

type Row = Record<string, string | null>;

/** What the catalogue of the open database says, in the words of `schema.prisma`. */
export async function readSchema(connection: Connection): Promise<Schema> {
  const isMysql = connection.engine === 'mysql';
  const queries = isMysql ? MYSQL : POSTGRESQL;
  const read = async (sql: string) => (await connection.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql)).map(lowerKeys);
  const schema: Schema = {};
  const tableOf = (row: Row): Table =>
    (schema[row.table_name!] ??= { columns: {}, primaryKey: [], uniqueKeys: {}, indexes: {}, foreignKeys: {} });
  for (const row of await read(queries.columns)) {
    const type = isMysql ? mysqlType(row) : postgresqlType(row);
    tableOf(row).columns[row.column_name!] = { type, nullable: row.is_nullable === 'YES', default: defaultOf(row, type) };
  }
  for (const row of await read(queries.keys)) addKeyColumn(tableOf(row), row);
  for (const row of await read(queries.foreignKeys)) addForeignColumn(tableOf(row), row);
  delete schema._prisma_migrations;
  return schema;
}

/** The collation of each column that holds text. */
export async function readCollations(connection: Connection): Promise<Map<string, string>> {
  const sql = (connection.engine === 'mysql' ? MYSQL : POSTGRESQL).collations;
  const rows = (await connection.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql)).map(lowerKeys);
  return new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, row.collation_name ?? 'default']));
}

const lowerKeys = (row: Record<string, unknown>): Row =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toLowerCase(), value === null ? null : asText(value)]));

const asText = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value));

function addKeyColumn(table: Table, row: Row): void {
  if (row.kind === 'primary') table.primaryKey.push(row.column_name!);
  else (table[row.kind === 'unique' ? 'uniqueKeys' : 'indexes'][row.key_name!] ??= []).push(row.column_name!);
}

function addForeignColumn(table: Table, row: Row): void {
  const key: ForeignKey = (table.foreignKeys[row.key_name!] ??= {
    columns: [],
    references: row.referenced_table!,
    referencedColumns: [],
    onDelete: row.on_delete!,
    onUpdate: row.on_update!,
  });
  key.columns.push(row.column_name!);
  key.referencedColumns.push(row.referenced_column!);
}

function postgresqlType({ data_type: type, length, precision }: Row): string {
  const types: Record<string, string> = {
    'character varying': `String(${length})`,
    text: 'String(text)',
    bigint: 'BigInt',
    integer: 'Int',
    boolean: 'Boolean',
    date: 'Date',
    'timestamp without time zone': `DateTime(${precision})`,
  };
  return types[type!] ?? type!;
}

function mysqlType({ data_type: type, column_type: full, length, precision }: Row): string {
  const types: Record<string, string> = {
    varchar: `String(${length})`,
    mediumtext: 'String(text)',
    bigint: 'BigInt',
    int: 'Int',
    date: 'Date',
    datetime: `DateTime(${precision})`,
  };
  return full === 'tinyint(1)' ? 'Boolean' : (types[type!] ?? full!);
}

/** `'email'::character varying`, `'email'` and `email` are one default; so are the ways to say now, false and a counter. */
function defaultOf({ column_default: value, extra }: Row, type: string): string | null {
  const text = value ?? 'NULL';
  if (/auto_increment|^nextval\(/.test(extra === '' ? text : (extra ?? text))) return 'autoincrement()';
  if (text === 'NULL') return null;
  if (/^current_timestamp/i.test(text)) return 'now()';
  if (type === 'Boolean') return ['1', 'true'].includes(text) ? 'true' : 'false';
  return text.replace(/::[\w ]+$/, '').replace(/^'(.*)'$/s, '$1');
}

const POSTGRESQL = {
  columns: `SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length AS length,
      datetime_precision AS precision FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY ordinal_position`,
  keys: `SELECT t.relname AS table_name, i.relname AS key_name, a.attname AS column_name,
      CASE WHEN x.indisprimary THEN 'primary' WHEN x.indisunique THEN 'unique' ELSE 'index' END AS kind
      FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_am m ON m.oid = i.relam AND m.amname = 'btree'
      JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
      CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, place)
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum ORDER BY t.relname, i.relname, k.place`,
  foreignKeys: `SELECT t.relname AS table_name, c.conname AS key_name, a.attname AS column_name, f.relname AS referenced_table,
      b.attname AS referenced_column, ${['confdeltype', 'confupdtype']
        .map(
          (column) =>
            `CASE c.${column} WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END AS ${column === 'confdeltype' ? 'on_delete' : 'on_update'}`,
        )
        .join(', ')}
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
      CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(here, there, place)
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.there
      WHERE c.contype = 'f' ORDER BY t.relname, c.conname, k.place`,
  collations: `SELECT table_name, column_name, collation_name FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name <> '_prisma_migrations' AND data_type IN ('character varying', 'text')`,
};

const MYSQL = {
  columns: `SELECT table_name, column_name, data_type, column_type, is_nullable, column_default, extra,
      character_maximum_length AS length, datetime_precision AS \`precision\`
      FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY ordinal_position`,
  keys: `SELECT table_name, index_name AS key_name, column_name,
      CASE WHEN index_name = 'PRIMARY' THEN 'primary' WHEN non_unique = 0 THEN 'unique' ELSE 'index' END AS kind
      FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`,
  foreignKeys: `SELECT k.table_name, k.constraint_name AS key_name, k.column_name, k.referenced_table_name AS referenced_table,
      k.referenced_column_name AS referenced_column, r.delete_rule AS on_delete, r.update_rule AS on_update
      FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
      ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
      WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL ORDER BY k.table_name, k.constraint_name, k.ordinal_position`,
  collations: `SELECT table_name, column_name, collation_name FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name <> '_prisma_migrations' AND data_type IN ('varchar', 'mediumtext', 'text', 'char')`,
};
