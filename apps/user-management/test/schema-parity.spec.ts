import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { MIGRATIONS_FOLDER } from '../src/platform/database/open-database.js';
import { parsePrismaSchema, type Schema } from './prisma-schema.js';
import { readCollations, readSchema } from './read-schema.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

const text = readFileSync(fileURLToPath(new URL('../../../prisma/schema.prisma', import.meta.url)), 'utf8');
const wanted = parsePrismaSchema(text);

const partsOf = (schema: Schema, part: 'columns' | 'primaryKey' | 'uniqueKeys' | 'indexes' | 'foreignKeys') =>
  Object.fromEntries(Object.entries(schema).map(([table, parts]) => [table, parts[part]]));

/** Each engine is compared with the one schema, so engines that pass are equal to each other. */
describe(`the migrated database and schema.prisma (${engine})`, () => {
  let database: TestDatabase;
  let connection: Connection;
  let found: Schema;
  beforeAll(async () => {
    database = await createTestDatabase();
    connection = await database.open();
    found = await readSchema(connection);
  });
  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  it('are both read: tables, keys and references are there to compare', () => {
    expect(Object.keys(wanted)).toHaveLength([...text.matchAll(/^model /gm)].length);
    expect(wanted.roles).toMatchObject({
      columns: { role_key: { type: 'String(64)', nullable: false, default: null }, is_system: { default: 'false' } },
      uniqueKeys: { roles_scope_role_key_key: ['scope', 'role_key'] },
      foreignKeys: { roles_organisation_id_fkey: { columns: ['organisation_id'], references: 'organisations', onDelete: 'RESTRICT' } },
    });
    for (const { columns, primaryKey } of Object.values(wanted)) {
      expect(primaryKey).not.toEqual([]);
      expect(Object.keys(columns)).toEqual(expect.arrayContaining(primaryKey));
    }
  });

  it('have the same tables', () => {
    expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  });

  it('have the same columns with the same type, nullability and default', () => {
    expect(partsOf(found, 'columns')).toEqual(partsOf(wanted, 'columns'));
  });

  it('have the same primary keys', () => {
    expect(partsOf(found, 'primaryKey')).toEqual(partsOf(wanted, 'primaryKey'));
  });

  it('have the same unique keys under the same names, columns in order', () => {
    expect(partsOf(found, 'uniqueKeys')).toEqual(partsOf(wanted, 'uniqueKeys'));
  });

  it('have the same indexes under the same names, columns in order', () => {
    expect(partsOf(found, 'indexes')).toEqual(partsOf(wanted, 'indexes'));
  });

  it('have the same foreign keys under the same names with the same actions', () => {
    expect(partsOf(found, 'foreignKeys')).toEqual(partsOf(wanted, 'foreignKeys'));
  });

  (engine === 'mysql' ? it.skip : it)('let PostgreSQL find a substring of a user by its trigrams', async () => {
    const sql = "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'users' AND indexdef LIKE '%gin%'";
    const [index] = await connection.prisma.$queryRawUnsafe<{ indexdef: string }[]>(sql);
    expect(index?.indexdef).toContain('search_text gin_trgm_ops');
  });

  it('come from migrations of the same names in both dialects', () => {
    const namesIn = (dialect: string) => readdirSync(join(MIGRATIONS_FOLDER, dialect)).sort();
    expect(namesIn('mysql')).toEqual(namesIn('postgresql'));
  });

  it('compare strings byte by byte without padding in every column', async () => {
    const collations = await readCollations(connection);
    const strings = Object.entries(wanted).flatMap(([table, { columns }]) =>
      Object.entries(columns).flatMap(([column, { type }]) => (/^String\(\d+\)$/.test(type) ? [`${table}.${column}`] : [])),
    );
    const allowed = engine === 'mysql' ? ['utf8mb4_nopad_bin', 'utf8mb4_0900_bin'] : ['C'];
    expect(strings.length).toBeGreaterThan(50);
    expect(strings.filter((column) => !allowed.includes(collations.get(column) ?? ''))).toEqual([]);
  });

  it.each([
    ['another case', 'users:read', 'users:Read'],
    ['an accent', 'admin', 'admín'],
    ['a trailing space', 'users:read', 'users:read '],
    ['a composed letter', 'caf\u00e9', 'cafe\u0301'],
    ['a sharp s', 'strasse', 'straße'],
    ['a full-width letter', 'a', 'ａ'],
    ['a zero-width character', 'admin', 'ad\u200bmin'],
  ])('hold strings that differ by %s to be different', async (_what, one, other) => {
    const { prisma } = connection;
    for (const permission of [one, other]) {
      await prisma.registeredPermission.create({ data: { permission, serviceId: permission, description: 'x' } });
    }
    for (const permission of [one, other]) {
      expect(await prisma.registeredPermission.findUnique({ where: { permission } })).toMatchObject({ serviceId: permission });
      expect(await prisma.registeredPermission.count({ where: { serviceId: permission } })).toBe(1);
      expect(await prisma.$queryRawUnsafe(`SELECT permission FROM registered_permissions WHERE permission = '${permission}'`)).toEqual([{ permission }]);
    }
    await prisma.registeredPermission.deleteMany({});
  });

  it('sort by bytes: capitals before small letters, accents last', async () => {
    const words = ['b', 'a', 'é', 'B', 'A', '_', '1'];
    await connection.prisma.registeredPermission.createMany({
      data: words.map((permission) => ({ permission, serviceId: 'sort', description: 'x' })),
    });
    const rows = await connection.prisma.registeredPermission.findMany({ orderBy: { permission: 'asc' }, select: { permission: true } });
    expect(rows.map(({ permission }) => permission)).toEqual(['1', 'A', 'B', '_', 'a', 'b', 'é']);
  });
});
