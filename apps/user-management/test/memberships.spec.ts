import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ADMIN, expectInvalid, expectRefused, People, unique, type Person } from './people.js';
import { TestApp, type Answer } from './test-app.js';

describe('memberships of a user', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let foreignOrg: string;
  let tenantAdmin: Person;
  let person: Person;
  let membershipId: string;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    [org, foreignOrg] = [await people.organisation(), await people.organisation()];
    tenantAdmin = await people.member(org, 'TENANT_ADMIN');
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    person = await people.member(org, 'READONLY', 'claims');
    membershipId = await membershipOf(person);
  });

  const membershipOf = async ({ id }: Person): Promise<string> => String((await people.view(id)).memberships[0].membership_id);
  const call = (method: string, path: string, body?: unknown, who = ADMIN): Promise<Answer> => app.as(who, method, `admin/users/${path}`, body);
  const add = (body: unknown, who = ADMIN, userId = person.id): Promise<Answer> => call('POST', `${userId}/memberships`, body, who);
  /** Expects that none of the users is afterwards other than before, context included. */
  async function expectUnchanged(users: Person[], request: () => Promise<Answer>, check: (answer: Answer) => void): Promise<void> {
    const read = () => Promise.all(users.map(async ({ id }) => [await people.view(id), await people.context(id)]));
    const before = await read();
    check(await request());
    expect(await read()).toEqual(before);
  }

  describe('POST', () => {
    it('adds a role in an organisation with its products', async () => {
      const before = await people.context(person.id);
      const expiresAt = new Date(Date.now() + 86_400_000);
      const { status, body, headers } = await add({ organisation_id: foreignOrg, role_key: 'BILLER', product_ids: ['reports', 'derm'], expires_at: expiresAt });
      expect(status).toBe(201);
      expect(body).toEqual({
        membership_id: expect.any(String),
        user_id: person.id,
        organisation_id: foreignOrg,
        organisation_name: `Name of ${foreignOrg}`,
        role: { id: expect.any(String), key: 'BILLER', name: 'Biller' },
        products: [{ product_id: 'derm', key: 'derm' }, { product_id: 'reports', key: 'reports' }],
        expires_at: expiresAt.toISOString(),
        created_at: expect.any(String),
      });
      expect(headers.get('etag')).toMatch(/^".+"$/);
      const after = await people.context(person.id);
      expect(after.version).toBeGreaterThan(before.version);
      expect(after.memberships.find((one: { organisation_id: string }) => one.organisation_id === foreignOrg)).toEqual({
        ...{ membership_id: body.membership_id, organisation_id: foreignOrg, organisation_name: `Name of ${foreignOrg}`, role: body.role },
        ...{ permissions: ['claims:read', 'claims:write'], products: body.products, expires_at: body.expires_at },
      });
      expect(await people.countEvents(person.id, 'users.membership.added')).toBe(2);
    });

    it('takes several roles in one organisation, the own one of a key before the platform’s', async () => {
      const roleId = await people.role(org, ['claims:read']);
      expect((await add({ organisation_id: org, role_id: roleId })).body.role.id).toBe(roleId);
      const key = (await people.admin('GET', `admin/roles/${roleId}`)).body.key;
      const other = await people.member(org, 'READONLY');
      expect((await add({ organisation_id: org, role_key: key }, ADMIN, other.id)).body.role.id).toBe(roleId);
      expectRefused(await add({ organisation_id: foreignOrg, role_key: key }, ADMIN, other.id), 'role.not_found');
    });

    it('reads a time in any zone and answers it in UTC', async () => {
      const { body } = await add({ organisation_id: foreignOrg, role_key: 'BILLER', expires_at: '2099-01-01T02:00:00+02:00' });
      expect(body.expires_at).toBe('2099-01-01T00:00:00.000Z');
    });

    it.each([
      ['organisation_id', { role_key: 'BILLER' }],
      ['organisation_id', { organisation_id: { not: '' }, role_key: 'BILLER' }],
      ['role_id', { organisation_id: 'texas' }],
      ['role_id', { organisation_id: 'texas', role_key: 'BILLER', role_id: 'x' }],
      ['role_key', { organisation_id: 'texas', role_key: 'a b' }],
      ['product_ids', { organisation_id: 'texas', role_key: 'BILLER', product_ids: 'derm' }],
      ['product_ids.0', { organisation_id: 'texas', role_key: 'BILLER', product_ids: [{ id: 'derm' }] }],
      ['expires_at', { organisation_id: 'texas', role_key: 'BILLER', expires_at: '2001-01-01T00:00:00Z' }],
      ['expires_at', { organisation_id: 'texas', role_key: 'BILLER', expires_at: '2099-01-01' }],
      ['expires_at', { organisation_id: 'texas', role_key: 'BILLER', expires_at: '2099-13-01T00:00:00Z' }],
      ['expires_at', { organisation_id: 'texas', role_key: 'BILLER', expires_at: 4_070_908_800_000 }],
      ['user_id', { organisation_id: 'texas', role_key: 'BILLER', user_id: 'other' }],
      ['permissions', { organisation_id: 'texas', role_key: 'BILLER', permissions: ['cases:write'] }],
    ])('names %s in its 400 and adds nothing', async (field, body) => {
      await expectUnchanged([person], () => add(body), (answer) => expectInvalid(answer, field));
    });

    it('refuses what is not there, not to be assigned, or held already', async () => {
      const foreignRole = await people.role(foreignOrg, ['claims:read']);
      const cases = [
        ['organisation.not_found', { organisation_id: 'nowhere', role_key: 'BILLER' }],
        ['role.not_found', { organisation_id: org, role_key: 'NOBODY' }],
        ['role.not_found', { organisation_id: org, role_key: 'biller' }],
        ['role.not_found', { organisation_id: org, role_id: 'no-such-role' }],
        ['role.not_found', { organisation_id: org, role_id: foreignRole }],
        ['product.not_found', { organisation_id: org, role_key: 'BILLER', product_ids: ['claims', 'nothing'] }],
        ['membership.exists', { organisation_id: org, role_key: 'READONLY', product_ids: ['derm'] }],
      ] as const;
      for (const [code, body] of cases) await expectUnchanged([person], () => add(body), (answer) => expectRefused(answer, code));
      expectRefused(await add({ organisation_id: org, role_key: 'BILLER' }, ADMIN, 'no-such-user'), 'user.not_found');
    });

    it('by a tenant admin stays in their organisation, with their people, below what they hold', async () => {
      const stranger = await people.member(foreignOrg, 'READONLY');
      const strongRole = await people.role(org, ['cases:write']);
      const asTenant = (body: unknown) => () => add(body, tenantAdmin.email);
      await expectUnchanged([person], asTenant({ organisation_id: foreignOrg, role_key: 'BILLER' }), (answer) => expectRefused(answer, 'access.denied'));
      await expectUnchanged([person], asTenant({ organisation_id: 'nowhere', role_key: 'BILLER' }), (answer) => expectRefused(answer, 'access.denied'));
      await expectUnchanged([person], asTenant({ organisation_id: org, role_id: strongRole }), (answer) => expectRefused(answer, 'role.exceeds_actor'));
      expectRefused(await add({ organisation_id: org, role_id: strongRole }, tenantAdmin.email, tenantAdmin.id), 'role.exceeds_actor');
      await expectUnchanged([stranger], () => add({ organisation_id: org, role_key: 'BILLER' }, tenantAdmin.email, stranger.id), (answer) =>
        expectRefused(answer, 'user.not_found'));
      expect((await add({ organisation_id: org, role_key: 'TENANT_ADMIN' }, tenantAdmin.email)).status).toBe(201);
    });

    it('is refused to readers, members and services', async () => {
      const reader = await people.member(org, 'BILLING_LEAD');
      for (const who of [reader.email, person.email, 'service']) {
        await expectUnchanged([person], () => add({ organisation_id: org, role_key: 'BILLER' }, who), (answer) => expectRefused(answer, 'access.denied'));
      }
    });

    it('with an Idempotency-Key adds once and answers the same', async () => {
      const headers = { 'idempotency-key': unique('key') };
      const send = (role_key: string) => app.as(ADMIN, 'POST', `admin/users/${person.id}/memberships`, { organisation_id: org, role_key }, headers);
      const [first, second] = [await send('BILLER'), await send('BILLER')];
      expect([second.status, second.body, second.headers.get('etag')]).toEqual([201, first.body, first.headers.get('etag')]);
      expectRefused(await send('TENANT_ADMIN'), 'idempotency.key_reused');
      expect((await people.view(person.id)).memberships).toHaveLength(2);
    });
  });

  describe('PATCH', () => {
    const change = (body: unknown, who = ADMIN, headers?: Record<string, string>): Promise<Answer> =>
      app.as(who, 'PATCH', `admin/users/${person.id}/memberships/${membershipId}`, body, headers);

    it('changes the role, keeps the products, and raises the version', async () => {
      const before = await people.context(person.id);
      const { status, body } = await change({ role_key: 'BILLER' }, tenantAdmin.email);
      expect(status).toBe(200);
      expect(body).toMatchObject({ membership_id: membershipId, role: { key: 'BILLER' }, products: [{ product_id: 'claims' }], expires_at: null });
      const after = await people.context(person.id);
      expect(after.version).toBeGreaterThan(before.version);
      expect(after.memberships[0].permissions).toEqual(['claims:read', 'claims:write']);
      expect(await people.countEvents(person.id, 'users.role.changed')).toBe(1);
    });

    it('changes the end, and null takes it away; the role stays', async () => {
      const expires_at = new Date(Date.now() + 60_000).toISOString();
      expect((await change({ expires_at })).body).toMatchObject({ role: { key: 'READONLY' }, expires_at });
      expect((await change({ role_key: 'READONLY' })).body).toMatchObject({ role: { key: 'READONLY' }, expires_at });
      expect((await change({ expires_at: null })).body).toMatchObject({ expires_at: null });
      expect(await people.countEvents(person.id, 'users.role.changed')).toBe(0);
    });

    it.each([
      ['body', {}],
      ['role_id', { role_id: 'x', role_key: 'BILLER' }],
      ['expires_at', { expires_at: '2001-01-01T00:00:00Z' }],
      ['expires_at', { expires_at: 'tomorrow' }],
      ['organisation_id', { organisation_id: 'texas', role_key: 'BILLER' }],
      ['user_id', { user_id: 'other', role_key: 'BILLER' }],
      ['product_ids', { product_ids: ['derm'] }],
    ])('names %s in its 400 and changes nothing', async (field, body) => {
      await expectUnchanged([person], () => change(body), (answer) => expectInvalid(answer, field));
    });

    it('refuses roles that are not there, not assignable, too strong or held already', async () => {
      await people.admin('POST', `admin/users/${person.id}/memberships`, { organisation_id: org, role_key: 'BILLER' });
      const cases = [
        ['role.not_found', { role_key: 'NOBODY' }, ADMIN],
        ['role.not_found', { role_id: await people.role(foreignOrg, []) }, ADMIN],
        ['role.exceeds_actor', { role_id: await people.role(org, ['cases:write']) }, tenantAdmin.email],
        ['membership.exists', { role_key: 'BILLER' }, ADMIN],
      ] as const;
      for (const [code, body, who] of cases) await expectUnchanged([person], () => change(body, who), (answer) => expectRefused(answer, code));
    });

    it('and DELETE honour If-Match', async () => {
      await people.admin('POST', `admin/users/${person.id}/memberships`, { organisation_id: org, role_key: 'RCM_ANALYST' });
      const tag = String((await change({ role_key: 'BILLER' })).headers.get('etag'));
      const next = String((await change({ role_key: 'READONLY' }, ADMIN, { 'if-match': tag })).headers.get('etag'));
      const path = `admin/users/${person.id}/memberships/${membershipId}`;
      for (const request of [
        () => change({ role_key: 'BILLER' }, ADMIN, { 'if-match': tag }),
        () => app.as(ADMIN, 'DELETE', path, undefined, { 'if-match': tag }),
      ]) {
        await expectUnchanged([person], request, (answer) => expectRefused(answer, 'precondition.failed'));
      }
      expect((await app.as(ADMIN, 'DELETE', path, undefined, { 'if-match': next })).status).toBe(204);
    });
  });

  describe('DELETE', () => {
    it('removes one of several, with its products', async () => {
      const { body: added } = await add({ organisation_id: foreignOrg, role_key: 'BILLER', product_ids: ['derm'] });
      const before = await people.context(person.id);
      const answer = await call('DELETE', `${person.id}/memberships/${membershipId}`, undefined, tenantAdmin.email);
      expect(answer).toMatchObject({ status: 204, text: '' });
      expect((await people.view(person.id)).memberships).toEqual([added]);
      expect((await people.context(person.id)).version).toBeGreaterThan(before.version);
      expectRefused(await call('DELETE', `${person.id}/memberships/${membershipId}`), 'membership.not_found');
      expect(await people.countEvents(person.id, 'users.membership.removed')).toBe(1);
    });

    it('answers 400 for the last one and leaves it', async () => {
      await expectUnchanged([person], () => call('DELETE', `${person.id}/memberships/${membershipId}`), (answer) => expectRefused(answer, 'membership.last'));
    });

    it('leaves one when the last two are removed at once', async () => {
      const { body } = await add({ organisation_id: org, role_key: 'BILLER' });
      const ids = [membershipId, String(body.membership_id)];
      const answers = await Promise.all(ids.map((id) => call('DELETE', `${person.id}/memberships/${id}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
      expect((await people.view(person.id)).memberships).toHaveLength(1);
    });
  });

  describe('products', () => {
    const products = (path: string, product_id: string, who = ADMIN) => call('POST', `${path}/products`, { product_id }, who);

    it('are granted and revoked one by one', async () => {
      const path = `${person.id}/memberships/${membershipId}`;
      const before = await people.context(person.id);
      const granted = await products(path, 'derm', tenantAdmin.email);
      expect(granted.status).toBe(201);
      expect(granted.body.products).toEqual([{ product_id: 'claims', key: 'claims' }, { product_id: 'derm', key: 'derm' }]);
      const between = await people.context(person.id);
      expect(between.memberships[0].products).toEqual(granted.body.products);
      expect(await call('DELETE', `${path}/products/claims`, undefined, tenantAdmin.email)).toMatchObject({ status: 204, text: '' });
      const after = await people.context(person.id);
      expect(after.memberships[0].products).toEqual([{ product_id: 'derm', key: 'derm' }]);
      expect([between.version > before.version, after.version > between.version]).toEqual([true, true]);
      expect(await people.countEvents(person.id, 'users.product.revoked')).toBe(1);
    });

    it('refuse what is there already, not there, or no product at all', async () => {
      const path = `${person.id}/memberships/${membershipId}`;
      const requests = [
        ['product_access.exists', () => products(path, 'claims')],
        ['product.not_found', () => products(path, 'nothing')],
        ['product.not_found', () => products(path, 'DERM')],
        ['product_access.not_found', () => call('DELETE', `${path}/products/derm`)],
        ['product_access.not_found', () => call('DELETE', `${path}/products/nothing`)],
      ] as const;
      for (const [code, request] of requests) await expectUnchanged([person], request, (answer) => expectRefused(answer, code));
      for (const body of [{}, { product_id: { not: '' } }, { product_id: ['derm'] }]) {
        await expectUnchanged([person], () => call('POST', `${path}/products`, body), (answer) => expectInvalid(answer, 'product_id'));
      }
      await expectUnchanged([person], () => call('POST', `${path}/products`, { product_id: 'derm', role: 'x' }), (answer) => expectInvalid(answer, 'role'));
    });
  });
});
