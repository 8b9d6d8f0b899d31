import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FIRST_HASH, sealEntry, type SealedEntry } from '../src/modules/audit/seal-entry.js';
import { Trail } from './audit-trail.js';
import { dumpTables } from './database-dump.js';
import { ADMIN, expectInvalid, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine } from './test-database.js';

let app: TestApp;
let people: People;
let trail: Trail;
beforeAll(async () => {
  app = await TestApp.start();
  people = new People(app);
  trail = new Trail(app);
});
afterAll(() => app.stop());

/** An organisation whose chain has some entries. */
async function busyOrganisation(): Promise<{ org: string; admin: Person; biller: Person }> {
  const org = await people.organisation();
  const admin = await people.member(org, 'TENANT_ADMIN');
  const biller = await people.member(org, 'BILLER');
  for (const phone of ['+441', '+442', '+443']) await people.admin('PATCH', `admin/users/${biller.id}`, { phone });
  return { org, admin, biller };
}

const chainOf = async (org: string) => (await trail.list(`organisation_id=${org}`)).reverse();
const isWellLinked = (entries: { sequence: number; previous_hash: string; hash: string }[]) =>
  entries.every(({ sequence, previous_hash: previous }, index) => sequence === index + 1 && (index === 0 || previous === entries[index - 1]!.hash));

describe('the audit table', () => {
  const attempt = async (sql: string) => prismaOf(app).$executeRawUnsafe(sql);

  it('refuses to change or lose an entry, whoever writes', async () => {
    const { org } = await busyOrganisation();
    const before = await chainOf(org);
    for (const sql of [
      `UPDATE audit_entries SET actor_id = 'nobody' WHERE chain = '${org}'`,
      `UPDATE audit_entries SET personal = 'other' WHERE chain = '${org}' AND personal IS NOT NULL`,
      `UPDATE audit_entries SET personal = NULL, state_after = NULL WHERE chain = '${org}' AND state_after IS NOT NULL`,
      `DELETE FROM audit_entries WHERE chain = '${org}'`,
      ...(engine === 'mysql' ? [] : ['TRUNCATE audit_entries']),
    ]) {
      await expect(attempt(sql)).rejects.toThrow(/append-only/);
    }
    expect(await chainOf(org)).toEqual(before);
  });
});

describe('GET /admin/audit/verify', () => {
  it('finds every chain whole, with its head', async () => {
    const { org } = await busyOrganisation();
    const { status, body } = await trail.verify();
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: true, next_cursor: null });
    expect(body.entries).toBe(await prismaOf(app).auditEntry.count());
    const entries = await chainOf(org);
    expect(isWellLinked(entries)).toBe(true);
    const chain = body.chains.find(({ organisation_id: id }: { organisation_id: string }) => id === org);
    const head = { sequence: entries.length, hash: entries.at(-1)!.hash };
    expect(chain).toEqual({ organisation_id: org, entries: entries.length, removed_through: 0, head, broken: null });
  });

  const TAMPERING: [what: string, sql: (chain: string) => string, reason: string, sequence: number][] = [
    ['an edited entry', (chain) => `UPDATE audit_entries SET actor_id = 'nobody' WHERE chain = '${chain}' AND sequence = 3`, 'changed', 3],
    ['an edited state', (chain) => `UPDATE audit_entries SET state_after = '{}' WHERE chain = '${chain}' AND sequence = 2`, 'changed', 2],
    ['an edited time', (chain) => `UPDATE audit_entries SET occurred_at = '2020-01-01' WHERE chain = '${chain}' AND sequence = 2`, 'changed', 2],
    ['edited personal words', (chain) => `UPDATE audit_entries SET personal = '{}' WHERE chain = '${chain}' AND sequence = 5`, 'personal_changed', 5],
    ['a deleted entry', (chain) => `DELETE FROM audit_entries WHERE chain = '${chain}' AND sequence = 4`, 'missing', 4],
    ['a chain without its newest entry', (chain) => `DELETE FROM audit_entries WHERE chain = '${chain}' AND sequence = 6`, 'missing', 6],
    ['an edited head', (chain) => `UPDATE audit_chains SET hash = '${'f'.repeat(64)}' WHERE chain = '${chain}'`, 'head_differs', 6],
    ['a removal that nothing tells of', (chain) => `UPDATE audit_chains SET removed_sequence = 2, removed_hash = '${'0'.repeat(64)}' WHERE chain = '${chain}'`, 'unlinked', 3],
  ];
  it.each(TAMPERING)('names %s, made by hand with the database’s superuser', async (_, sql, reason, sequence) => {
    const { org, admin } = await busyOrganisation();
    const [entry] = (await chainOf(org)).filter((candidate) => candidate.sequence === sequence);
    await trail.tamper(sql(org));
    const { body } = await trail.verify(`organisation_id=${org}`, admin.email);
    const isThere = reason === 'changed' || reason === 'personal_changed' || reason === 'unlinked';
    expect(body).toMatchObject({ valid: false, chains: [{ organisation_id: org, broken: { sequence, reason, entry_id: isThere ? entry!.id : null } }] });
    expect((await trail.verify()).body.valid).toBe(false);
  });

  it('is for the chains within reach; another organisation’s isn’t found', async () => {
    const [one, other] = [await busyOrganisation(), await busyOrganisation()];
    const { body } = await trail.verify('', one.admin.email);
    expect(body.chains.map(({ organisation_id: id }: { organisation_id: string }) => id)).toEqual([one.org]);
    expectRefused(await trail.verify(`organisation_id=${other.org}`, one.admin.email), 'organisation.not_found');
    expectRefused(await trail.verify('scope=platform', one.admin.email), 'access.denied');
    expectRefused(await trail.verify('', one.biller.email), 'access.denied');
    expectInvalid(await trail.verify('cursor=abc'), 'cursor');
    const forged = Buffer.from(JSON.stringify({ chain: other.org, reached: { sequence: 1, hash: '0'.repeat(64), removal: null } })).toString('base64url');
    expect((await trail.verify(`cursor=${forged}`, one.admin.email)).body).toMatchObject({ chains: [], entries: 0 });
  });
});

describe('one chain', () => {
  it('has no gap and no fork when many write at once, in it and in others', async () => {
    const orgs = [await people.organisation(), await people.organisation()];
    const persons = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => people.member(orgs[index % 2]!, 'READONLY')));
    const changes = persons.flatMap((person) => ['+441', '+442', '+443', '+444'].map((phone) => ({ person, phone })));
    await Promise.all(changes.map(({ person, phone }) => people.admin('PATCH', `admin/users/${person.id}`, { phone })));
    for (const org of orgs) {
      const entries = await chainOf(org);
      expect(isWellLinked(entries)).toBe(true);
      expect(entries.filter(({ action }) => action === 'USER_UPDATED')).toHaveLength(12);
      expect((await trail.verify(`organisation_id=${org}`)).body).toMatchObject({ valid: true, entries: entries.length });
    }
  });
});

describe('an erased person', () => {
  it('is nowhere in the trail, and the chain still holds', async () => {
    const org = await people.organisation();
    const admin = await people.member(org, 'TENANT_ADMIN');
    const secret = unique('wilhelmina');
    const more = { email: `${secret}@example.com`, display_name: `Name ${secret}` };
    const person = await people.user([{ organisation_id: org, role_key: 'BILLER' }], more);
    await people.admin('PATCH', `admin/users/${person.id}`, { display_name: `Other ${secret}` });
    expect(JSON.stringify(await trail.list(`target_id=${person.id}`))).toContain(secret);
    await people.admin('POST', `admin/users/${person.id}/erase`);
    await until(() => prismaOf(app).identityJob.count({ where: { userId: person.id } }), (jobs) => jobs === 0);
    expect(await dumpTables(app)).not.toContain(secret);
    const entries = await trail.list(`target_id=${person.id}`);
    expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['USER_CREATED', 'USER_UPDATED', 'USER_ERASED']));
    expect(entries.every(({ personal }) => personal === null)).toBe(true);
    expect((await trail.verify(`organisation_id=${org}`, admin.email)).body).toMatchObject({ valid: true });
  });
});

describe('GET /admin/audit', () => {
  it('shows an organisation’s administrator that organisation’s entries and no others', async () => {
    const [one, other] = [await busyOrganisation(), await busyOrganisation()];
    const entries = await trail.list('', one.admin.email);
    expect(entries.length).toBeGreaterThan(4);
    expect(new Set(entries.map(({ organisation_id: id }) => id))).toEqual(new Set([one.org]));
    expect(await trail.list(`target_id=${other.biller.id}`, one.admin.email)).toEqual([]);
    expectRefused(await app.as(one.admin.email, 'GET', `admin/audit?organisation_id=${other.org}`), 'organisation.not_found');
    expectRefused(await app.as(one.biller.email, 'GET', 'admin/audit'), 'access.denied');
    expectRefused(await app.as('service', 'GET', 'admin/audit'), 'access.denied');
  });

  it('filters by action, actor, target and time', async () => {
    const { org, biller, admin } = await busyOrganisation();
    await app.as(admin.email, 'PATCH', `admin/users/${biller.id}`, { phone: '+449' });
    const count = async (query: string) => (await trail.list(`organisation_id=${org}&${query}`)).length;
    expect(await count('action=USER_UPDATED')).toBe(4);
    expect(await count(`actor_id=${admin.id}`)).toBe(1);
    expect(await count(`target_type=user&target_id=${biller.id}&action=USER_CREATED`)).toBe(1);
    expect(await count('target_type=organisation')).toBe(1);
    const [newest] = await trail.list(`organisation_id=${org}`);
    const moment = encodeURIComponent(newest!.occurred_at);
    expect(await count(`from=${moment}`)).toBe(1);
    expect((await count(`until=${moment}`)) + 1).toBe((await chainOf(org)).length);
    expect(await count('from=2999-01-01T00:00:00%2B02:00')).toBe(0);
    for (const [query, field] of [['action=NONE', 'action'], ['from=yesterday', 'from'], ['until=0000-01-01T00:00:00Z', 'until'], ['scope=platform', 'scope']]) {
      expectInvalid(await app.as(ADMIN, 'GET', `admin/audit?organisation_id=${org}&${query}`), field!);
    }
  });

  it('goes on where the page before ended, the newest first', async () => {
    const { org } = await busyOrganisation();
    const all = await trail.list(`organisation_id=${org}`);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await app.as(ADMIN, 'GET', `admin/audit?organisation_id=${org}&limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
  });
});

describe('GET /admin/audit/export', () => {
  it.each(['jsonl', 'csv'])('streams what the list shows, the oldest first, as %s, and says that it was taken', async (format) => {
    const { org, admin } = await busyOrganisation();
    const { status, text, headers } = await app.as(admin.email, 'GET', `admin/audit/export?format=${format}`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="audit.${format}"`);
    const entries = await chainOf(org);
    expect(entries.at(-1)).toMatchObject({ action: 'AUDIT_EXPORTED', actor: { id: admin.id } });
    const lines = text.split(/\r?\n/).filter((line) => line !== '');
    if (format === 'jsonl') expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(entries);
    else expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(entries.map(({ id }) => id));
  });
});

describe('AUDIT_RETENTION_DAYS', () => {
  const OLD = 2_100;
  const YOUNG = 5;
  const DAY_MS = 24 * 60 * 60 * 1000;

  /** A chain that has been written for a long time. */
  function longChain(chain: string): SealedEntry[] {
    const entries: SealedEntry[] = [];
    let head = { chain, sequence: 0n, hash: FIRST_HASH };
    for (let index = 0; index < OLD + YOUNG; index++) {
      const next = sealEntry(head, {
        ...{ id: `${chain}-${index}`, occurredAt: new Date(Date.now() - (index < OLD ? 90 * DAY_MS - index : 0)), action: 'USER_UPDATED' },
        ...{ actor: { type: 'user', id: 'admin' }, impersonatorId: null, target: { type: 'user', id: 'anna' }, requestId: null },
        ...{ before: null, after: { index }, personal: null },
      });
      entries.push(next);
      head = next;
    }
    return entries;
  }

  it('removes the months whose time is over, and what is left still proves itself and the removal', async () => {
    const database = await createTestDatabase();
    const connection = await database.open();
    const planted = longChain('old');
    await connection.prisma.auditEntry.createMany({ data: planted });
    const { sequence, hash } = planted.at(-1)!;
    await connection.prisma.auditChain.create({ data: { chain: 'old', sequence, hash } });
    await connection.close();
    const replica = await TestApp.start({ AUDIT_RETENTION_DAYS: '30' }, database);
    const read = new Trail(replica);
    const verified = async () => (await read.verify('organisation_id=old')).body;
    await until(verified, ({ chains }) => chains[0].removed_through === OLD, 30_000);
    const left = await read.list('organisation_id=old');
    // One entry tells of each step of a thousand.
    expect(await verified()).toMatchObject({ valid: true, entries: YOUNG + 3, chains: [{ head: { sequence: OLD + YOUNG + 3 }, broken: null }] });
    const told = left.filter(({ action }) => action === 'AUDIT_SEGMENT_REMOVED').map(({ after }) => after);
    expect(told[0]).toEqual({ through: OLD, entries: 100, hash: planted[OLD - 1]!.hash });
    expect(told).toHaveLength(3);
    await prismaOf(replica).auditChain.update({ where: { chain: 'old' }, data: { removedSequence: BigInt(OLD + 1), removedHash: planted[OLD]!.hash } });
    await prismaOf(replica).auditEntry.deleteMany({ where: { chain: 'old', sequence: OLD + 1 } });
    expect(await verified()).toMatchObject({ valid: false, chains: [{ broken: { reason: 'removal_untold' } }] });
    await replica.stop();
    await database.drop();
  });
});
