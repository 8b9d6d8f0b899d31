import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, expectInvalid, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { TestApp, type Answer } from './test-app.js';

const SORTS = ['created_at', '-created_at', 'email', '-email', 'display_name', '-display_name'];

interface Item {
  id: string;
  email: string;
  display_name: string;
  created_at: string;
}

describe('GET /admin/users', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
  });
  afterAll(() => app.stop());

  const list = (query: Record<string, string | number> = {}, who = ADMIN): Promise<Answer> =>
    app.as(who, 'GET', `admin/users?${new URLSearchParams(query as Record<string, string>).toString()}`);
  const idsOf = ({ body }: Answer): string[] => body.items.map(({ id }: Item) => id);
  const emailsOf = ({ body }: Answer): string[] => body.items.map(({ email }: Item) => email).sort();

  it('answers each person with their memberships, in the envelope of every list', async () => {
    const { status, body } = await list({ search: 'biller@example.com' });
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          id: expect.any(String),
          external_id: expect.stringMatching(/^mock\|/),
          email: 'biller@example.com',
          display_name: 'Demo Biller',
          user_type: 'user',
          status: 'active',
          phone: null,
          locale: null,
          time_zone: null,
          created_at: expect.stringMatching(/^\d{4}-.*Z$/),
          updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
          memberships: [
            {
              membership_id: expect.any(String),
              user_id: body.items[0].id,
              organisation_id: 'texas',
              organisation_name: 'Texas',
              role: { id: expect.any(String), key: 'BILLER', name: 'Biller' },
              products: [{ product_id: 'claims', key: 'claims' }],
              expires_at: null,
              created_at: expect.any(String),
            },
          ],
        },
      ],
      total: 1,
      limit: 25,
      offset: 0,
      next_cursor: null,
    });
  });

  describe('paging', () => {
    beforeAll(async () => {
      // 22 people of three names and one moment of creation: every sort has ties to break.
      const group = await Promise.all(Array.from({ length: 22 }, (_, n) => people.user([], { display_name: `Twin ${n % 3}` })));
      await people.user([], { display_name: '名'.repeat(200) });
      await prismaOf(app).user.updateMany({
        where: { id: { in: group.map(({ id }) => id) } },
        data: { createdAt: new Date('2026-01-02T03:04:05.678Z') },
      });
    });

    it.each([
      ['limit', '0', 1],
      ['limit', '-5', 1],
      ['limit', '1', 1],
      ['limit', '100', 100],
      ['limit', '101', 100],
      ['limit', '1000000000', 100],
      ['offset', '-1', 0],
      ['offset', '-999999999', 0],
      ['offset', '3', 3],
    ])('clamps %s %s to %i', async (name, value, used) => {
      const { status, body } = await list({ [name]: value });
      expect(status).toBe(200);
      expect(body[name]).toBe(used);
      if (name === 'limit') expect(body.items).toHaveLength(Math.min(used, body.total));
    });

    it.each([
      ['limit', '1e9'],
      ['limit', 'ten'],
      ['limit', '1.5'],
      ['limit', ''],
      ['limit', '0x10'],
      ['limit', '１０'],
      ['offset', 'NaN'],
      ['offset', '1; DROP TABLE users'],
      ['sort', 'password_hash'],
      ['sort', 'created_at DESC'],
      ['status', 'gone'],
      ['user_type', 'root'],
      ['organisation_id', "x' OR '1'='1"],
      ['product_id', ''],
      ['search', ' '],
      ['search', 'x'.repeat(201)],
      ['search', 'a\u0000b'],
      ['with_total', 'no'],
      ['colour', 'red'],
    ])('names %s when it is %j', async (name, value) => {
      expectInvalid(await list({ [name]: value }), name);
    });

    it('refuses the same parameter twice', async () => {
      expectInvalid(await app.as(ADMIN, 'GET', 'admin/users?limit=1&limit=2'), 'limit');
    });

    it('answers an empty page beyond the end, with the same total', async () => {
      const { total } = (await list()).body;
      for (const offset of [total, total + 1, 1_000_000_000, 999_999_999_999_999]) {
        expect((await list({ offset })).body).toMatchObject({ items: [], total, offset, next_cursor: null });
      }
    });

    it.each(SORTS)('walks over everybody once in the order %s, by cursor as by offset', async (sort) => {
      const total = Number((await list()).body.total);
      const byOffset: Item[] = [];
      for (let offset = 0; offset < total; offset += 7) {
        const page = await list({ sort, limit: 7, offset });
        expect(page.body.total).toBe(total);
        byOffset.push(...page.body.items);
      }
      const byCursor: Item[] = [];
      let query: Record<string, string | number> | null = { sort, limit: 7 };
      while (query !== null) {
        const { status, body }: Answer = await list(query);
        expect({ status, total: body.total }).toEqual({ status: 200, total });
        byCursor.push(...body.items);
        query = body.next_cursor === null ? null : { sort, limit: 7, cursor: body.next_cursor };
      }
      const ids = byCursor.map(({ id }) => id);
      expect(new Set(ids).size).toBe(total);
      expect(ids).toEqual(byOffset.map(({ id }) => id));
      const column = sort.replace('-', '') as keyof Item;
      const values = byCursor.map((item) => item[column]);
      expect(sort.startsWith('-') ? values.reverse() : values).toEqual([...values].sort());
    });

    it('goes on from a cursor whatever came and went meanwhile', async () => {
      const first = await list({ limit: 3 });
      const known = new Set(idsOf(await list({ limit: 100 })));
      await people.user();
      const second = await list({ limit: 100, cursor: first.body.next_cursor, offset: 2 });
      expect(new Set([...idsOf(first), ...idsOf(second)])).toEqual(known);
    });

    const forge = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
    it.each([
      ['no base64', '§§§'],
      ['no JSON', Buffer.from('hello').toString('base64url')],
      ['null', forge(null)],
      ['a list', forge(['-created_at', '2026-01-01', 'x'])],
      ['an empty object', forge({})],
      ['another sort', forge({ sort: 'email', value: 'a@example.com', id: 'x' })],
      ['no id', forge({ sort: '-created_at', value: '2026-01-01T00:00:00.000Z' })],
      ['an object as id', forge({ sort: '-created_at', value: '2026-01-01T00:00:00.000Z', id: { gt: '' } })],
      ['a broken id', forge({ sort: '-created_at', value: '2026-01-01T00:00:00.000Z', id: "x' OR '1'='1" })],
      ['a value that is no time', forge({ sort: '-created_at', value: 'yesterday', id: 'x' })],
      ['a time beyond any calendar', forge({ sort: '-created_at', value: '+275760-09-13T00:00:00.000Z', id: 'x' })],
      ['a time before Christ', forge({ sort: '-created_at', value: '-000099-01-01T00:00:00.000Z', id: 'x' })],
      ['more fields', forge({ sort: '-created_at', value: '2026-01-01T00:00:00.000Z', id: 'x', limit: 1e9 })],
      ['10,000 characters', 'A'.repeat(10_000)],
    ])('refuses a forged cursor with %s', async (_, cursor) => {
      expectInvalid(await list({ cursor }), 'cursor');
    });

    it.each([
      ['a NUL', 'a\u0000b'],
      ['a broken surrogate', 'a\ud800'],
    ])('refuses a forged cursor whose name holds %s', async (_, value) => {
      expectInvalid(await list({ sort: 'display_name', cursor: forge({ sort: 'display_name', value, id: 'x' }) }), 'cursor');
    });

    it('takes what stands in a forged cursor as a value, never as SQL', async () => {
      const value = "' OR '1'='1' --";
      const { status, body } = await list({ sort: 'email', cursor: forge({ sort: 'email', value, id: 'x' }) });
      expect(status).toBe(200);
      expect(body.items[0].email > value).toBe(true);
    });
  });

  describe('search', () => {
    const group = unique('group');
    const names = ['Élodie Größe', 'élodie petit', 'Elodie Plain', '100% sure', '100 sure', 'under_score', 'underscore', 'bang! bang', 'back\\slash', "O'Brien", 'ΟΔΥΣΣΕΥΣ'];
    beforeAll(async () => {
      for (const [index, display_name] of names.entries()) {
        await people.user([], { display_name: `${group} ${display_name}`, email: `${group}.Mail${index}@Example.com` });
      }
    });

    it.each([
      ['ÉLODIE', [0, 1]],
      ['élodie', [0, 1]],
      ['E\u0301LODIE', [0, 1]],
      ['elodie', [2]],
      ['GRÖSSE', []],
      ['größe', [0]],
      ['GRÖẞE', [0]],
      ['%', [3]],
      ['100%', [3]],
      ['_', [5]],
      ['r_s', [5]],
      ['!', [7]],
      ['\\', [8]],
      ["o'b", [9]],
      ["' OR 1=1 --", []],
      ['οδυσσευς', [10]],
      ['ΟΔΥΣ', [10]],
      ['  petit ', [1]],
    ])('finds %j by name, in any case and literally', async (text, expected) => {
      const items: Item[] = (await list({ search: text, limit: 100 })).body.items;
      const found = items.filter((item) => item.display_name.startsWith(group)).map((item) => names.indexOf(item.display_name.slice(group.length + 1)));
      expect(found.sort((a, b) => a - b)).toEqual(expected);
    });

    it('finds by e-mail in any case, and never across e-mail and name', async () => {
      expect((await list({ search: `${group}.mAIL0@eXAMPLE` })).body.total).toBe(1);
      expect((await list({ search: `example.com${group}` })).body.total).toBe(0);
      expect((await list({ search: `example.com ${group}` })).body.total).toBe(0);
      expect((await list({ search: group })).body.total).toBe(names.length);
    });

    it('follows a change of the name', async () => {
      const { id } = await people.user([], { display_name: `${group}-before` });
      await people.admin('PATCH', `admin/users/${id}`, { display_name: `${group}-AFTER` });
      expect(idsOf(await list({ search: `${group}-after` }))).toEqual([id]);
      expect((await list({ search: `${group}-before` })).body.total).toBe(0);
    });
  });

  describe('filters', () => {
    let orgA: string;
    let orgB: string;
    let both: Person;
    let plain: Person;
    let tenantAdminB: Person;
    beforeAll(async () => {
      [orgA, orgB] = [await people.organisation(), await people.organisation()];
      both = await people.user([
        { organisation_id: orgA, role_key: 'BILLER', product_ids: ['derm', 'reports'] },
        { organisation_id: orgA, role_key: 'READONLY', product_ids: ['derm'] },
        { organisation_id: orgB, role_key: 'READONLY', product_ids: ['claims'] },
      ]);
      plain = await people.user([{ organisation_id: orgB, role_key: 'READONLY', product_ids: ['reports'] }], { user_type: 'patient' });
      tenantAdminB = await people.member(orgB, 'TENANT_ADMIN');
    });

    it('product_id with organisation_id wants one membership with both', async () => {
      const found = async (query: Record<string, string>) => emailsOf(await list(query));
      expect(await found({ organisation_id: orgA, product_id: 'derm' })).toEqual([both.email]);
      expect(await found({ organisation_id: orgB, product_id: 'derm' })).toEqual([]);
      expect(await found({ organisation_id: orgB, product_id: 'reports' })).toEqual([plain.email]);
      expect(await found({ organisation_id: orgA })).toEqual([both.email]);
      expect(await found({ organisation_id: orgB })).toEqual([both.email, plain.email, tenantAdminB.email].sort());
      expect(await found({ organisation_id: 'nowhere' })).toEqual([]);
      expect(await found({ organisation_id: orgA.toUpperCase() })).toEqual([]);
    });

    it('counts a person once, however many memberships match', async () => {
      const { body } = await list({ organisation_id: orgA, product_id: 'derm' });
      expect(body.total).toBe(1);
      expect(body.items[0].memberships).toHaveLength(3);
      expect((await list({ product_id: 'derm', search: both.email })).body.total).toBe(1);
    });

    it('narrow each other', async () => {
      await people.admin('PATCH', `admin/users/${plain.id}`, { status: 'suspended' });
      const query = { organisation_id: orgB, product_id: 'reports', user_type: 'patient', status: 'suspended', search: plain.email.toUpperCase() };
      expect(emailsOf(await list(query))).toEqual([plain.email]);
      for (const other of [{ status: 'active' }, { user_type: 'user' }, { product_id: 'derm' }, { organisation_id: orgA }, { search: both.email }]) {
        expect((await list({ ...query, ...other })).body).toMatchObject({ items: [], total: 0 });
      }
    });

    it.each(['pending', 'active', 'suspended', 'deactivated'])('by the status %s answers all of them and nobody else', async (status) => {
      const { body } = await list({ status, limit: 100 });
      expect(body.items.length).toBeGreaterThan(0);
      expect(body.items.every((item: { status: string }) => item.status === status)).toBe(true);
      expect(body.total).toBe(await prismaOf(app).user.count({ where: { status } }));
    });

    it('keep total free of paging', async () => {
      const page = await list({ organisation_id: orgB, limit: 1, offset: 1 });
      expect(page.body).toMatchObject({ total: 3, limit: 1, offset: 1 });
      expect(page.body.items).toHaveLength(1);
    });

    it('show a tenant admin their organisation only: people, memberships, products and totals', async () => {
      const own = await list({ limit: 100 }, tenantAdminB.email);
      expect(emailsOf(own)).toEqual([both.email, plain.email, tenantAdminB.email].sort());
      expect(own.body.total).toBe(3);
      for (const item of own.body.items as { memberships: { organisation_id: string }[] }[]) {
        expect(item.memberships.map((membership) => membership.organisation_id)).toEqual([orgB]);
      }
      expect((await list({ organisation_id: orgA }, tenantAdminB.email)).body).toMatchObject({ items: [], total: 0 });
      expect((await list({ product_id: 'derm' }, tenantAdminB.email)).body).toMatchObject({ items: [], total: 0 });
      expect((await list({ search: 'biller@example.com' }, tenantAdminB.email)).body.total).toBe(0);
    });

    it('hold for a tenant admin with a cursor of somebody who sees more', async () => {
      const { next_cursor: cursor } = (await list({ sort: 'email', limit: 1 })).body;
      const page = await list({ sort: 'email', cursor }, tenantAdminB.email);
      expect(emailsOf(page).every((email) => [both.email, plain.email, tenantAdminB.email].includes(email))).toBe(true);
      expect(page.body.total).toBe(3);
    });
  });

  it('is closed to whoever may not read users', async () => {
    for (const who of ['biller@example.com', 'patient@example.com', 'service']) expectRefused(await list({}, who), 'access.denied');
    for (const who of ['pending@example.com', 'suspended@example.com', 'deactivated@example.com']) {
      expectRefused(await list({}, who), 'user.not_active');
    }
    expectRefused(await app.request('GET', 'admin/users'), 'token.missing');
  });
});
