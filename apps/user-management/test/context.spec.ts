import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TENANT_ROLES, type UserContext } from '@sa-platform/contracts';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, expectProblem, range, unique } from './arrange.js';
import { TestApp } from './test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const own = (email: string, headers?: Record<string, string>) => app.as(email, 'GET', 'users/me/context', undefined, headers);
const sorted = (values: string[]) => [...values].sort((a, b) => (a < b ? -1 : 1));
const KEYS = [
  'user_id',
  'external_id',
  'email',
  'display_name',
  'user_type',
  'status',
  'is_platform_admin',
  'permissions',
  'memberships',
  'version',
];
const MEMBERSHIP_KEYS = ['membership_id', 'organisation_id', 'organisation_name', 'role', 'permissions', 'products', 'expires_at'];

describe('the context', () => {
  it('has the keys of the design in their order, and no other', async () => {
    const { text } = await own('biller@example.com');
    const context = JSON.parse(text) as UserContext;
    expect(Object.keys(context)).toEqual(KEYS);
    expect(Object.keys(context.memberships[0]!)).toEqual(MEMBERSHIP_KEYS);
    expect(Object.keys(context.memberships[0]!.role)).toEqual(['id', 'key', 'name']);
    expect(Object.keys(context.memberships[0]!.products[0]!)).toEqual(['product_id', 'key']);
  });

  it('answers what the design says of a biller', async () => {
    const { body } = await own('biller@example.com');
    expect(body).toEqual({
      user_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      external_id: expect.stringMatching(/^mock\|/),
      email: 'biller@example.com',
      display_name: 'Demo Biller',
      user_type: 'user',
      status: 'active',
      is_platform_admin: false,
      permissions: [],
      memberships: [
        {
          membership_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          organisation_id: 'texas',
          organisation_name: 'Texas',
          role: { id: expect.any(String), key: 'BILLER', name: 'Biller' },
          permissions: ['claims:read', 'claims:write'],
          products: [{ product_id: 'claims', key: 'claims' }],
          expires_at: null,
        },
      ],
      version: expect.any(Number),
    });
  });

  it('is the same bytes to the user, to a service and to a platform admin', async () => {
    const { text, body } = await own('clinician@example.com');
    for (const who of ['clinician@example.com', 'service', 'admin@example.com']) {
      expect((await app.as(who, 'GET', `users/${String(body.user_id)}/context`)).text).toBe(text);
    }
    const batch = await app.as('service', 'POST', 'users/contexts', { user_ids: [body.user_id] });
    expect(JSON.stringify(batch.body.items[0].context)).toBe(text);
  });

  it('keeps platform-wide permissions and those of each organisation apart', async () => {
    const { body } = await own('clinician@example.com');
    expect(body.permissions).toEqual(['cases:read']);
    const permissionsOf = (key: string) => [...TENANT_ROLES.find((role) => role.key === key)!.permissions].sort();
    expect(body.memberships).toMatchObject([
      { organisation_id: 'mississippi', permissions: permissionsOf('RCM_ANALYST'), products: [] },
      { organisation_id: 'texas', permissions: permissionsOf('READONLY'), products: [{ product_id: 'derm' }] },
    ]);
  });

  it('sorts every array by bytes, whatever the order of writing', async () => {
    const organisations = sorted(await Promise.all(range(3).map(() => createOrganisation(app))));
    const permissions = ['webhooks:write', 'claims:read', 'admin:users:read', 'images:write', 'cases:read'];
    const products = sorted([unique('a'), unique('B'), unique('Z'), unique('0')]);
    for (const id of [...products].reverse()) await asAdmin(app, 'POST', 'admin/products', { id, name: id });
    const memberships = await Promise.all(
      [...organisations].reverse().map(async (organisation_id) => ({
        organisation_id,
        role_id: (await createRole(app, organisation_id, permissions)).id,
        product_ids: [...products].reverse(),
      })),
    );
    const person = await createPerson(app, memberships);
    await asAdmin(app, 'POST', `admin/users/${person.id}/memberships`, { organisation_id: organisations[0], role_key: 'READONLY' });
    const context = await contextOf(app, person.id);
    expect(context.memberships.map(({ organisation_id }) => organisation_id)).toEqual([organisations[0], ...organisations]);
    const first = context.memberships.slice(0, 2).map(({ membership_id }) => membership_id);
    expect(first).toEqual(sorted(first));
    for (const membership of context.memberships.filter(({ role }) => role.key !== 'READONLY')) {
      expect(membership.permissions).toEqual(sorted(permissions));
      expect(membership.products.map(({ product_id }) => product_id)).toEqual(products);
    }
  });

  it('of a platform admin holds every registered permission, and rises when one more is registered', async () => {
    const registered = async () => {
      const { body } = await asAdmin(app, 'GET', 'permissions?limit=100');
      return sorted(body.items.map(({ permission }: { permission: string }) => permission));
    };
    const before = await own('admin@example.com');
    expect(before.body).toMatchObject({ is_platform_admin: true, permissions: await registered() });
    const permission = `tests:${unique('p').replace('-', '_')}`;
    await app.as('service', 'POST', 'permissions/register', { permission, service_id: 'tests', description: 'A test' });
    const after = await own('admin@example.com');
    expect(after.body.permissions).toEqual(await registered());
    expect(after.body.permissions).toContain(permission);
    expect(after.body.version).toBeGreaterThan(before.body.version);
  });

  it.each(['pending', 'suspended', 'deactivated'])('of a %s user is answered to a service, holding nothing', async (status) => {
    const id = await app.idOf(`${status}@example.com`);
    const context = await contextOf(app, id);
    expect(context).toMatchObject({ status, is_platform_admin: false, permissions: [] });
    for (const { permissions, products } of context.memberships) expect([permissions, products]).toEqual([[], []]);
  });

  it('of a suspended clinician loses the permissions of the type, and of a suspended admin all', async () => {
    const clinician = await createPerson(app, [], { user_type: 'clinician' });
    const admin = await createPerson(app, [], { user_type: 'admin' });
    for (const { id } of [clinician, admin]) {
      expect((await contextOf(app, id)).permissions).toContain('cases:read');
      await asAdmin(app, 'PATCH', `admin/users/${id}`, { status: 'suspended' });
      expect(await contextOf(app, id)).toMatchObject({ is_platform_admin: false, permissions: [] });
    }
  });
});

describe('the tag of a context', () => {
  const tagOf = async (id: string) => {
    const answer = await app.as('service', 'GET', `users/${id}/context`);
    return answer.headers.get('etag') ?? '';
  };

  it('is strong, and the same on every way to the same bytes', async () => {
    const answer = await own('biller@example.com');
    expect(answer.headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect(await tagOf(answer.body.user_id)).toBe(answer.headers.get('etag'));
  });

  it.each<[string, (tag: string) => string]>([
    ['itself', (tag) => tag],
    ['its weak form', (tag) => `W/${tag}`],
    ['a list with it', (tag) => `"1", W/"x" , ${tag}`],
    ['a list with its weak form', (tag) => `"0",W/${tag}`],
    ['a star', () => '*'],
  ])('as If-None-Match, %s is answered 304 without a body', async (_, header) => {
    const id = await app.idOf('biller@example.com');
    const tag = await tagOf(id);
    for (const path of [`users/${id}/context`, 'users/me/context']) {
      const answer = await app.as('biller@example.com', 'GET', path, undefined, { 'if-none-match': header(tag) });
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', tag]);
    }
  });

  it.each(['"0"', 'W/"0"', '"0", "1"', 'nonsense', ''])('as If-None-Match, %j gets the context', async (header) => {
    const answer = await own('biller@example.com', { 'if-none-match': header });
    expect(answer.status).toBe(200);
    expect(answer.body.email).toBe('biller@example.com');
  });

  it('changes with a change', async () => {
    const person = await createPerson(app);
    const before = await tagOf(person.id);
    await asAdmin(app, 'PATCH', `admin/users/${person.id}`, { display_name: 'Another Name' });
    const answer = await app.as('service', 'GET', `users/${person.id}/context`, undefined, { 'if-none-match': before });
    expect(answer.status).toBe(200);
    expect(answer.body.display_name).toBe('Another Name');
    expect(answer.headers.get('etag')).not.toBe(before);
  });
});

describe('who may read it', () => {
  it('is nobody else', async () => {
    const id = await app.idOf('clinician@example.com');
    expectProblem(await app.as('biller@example.com', 'GET', `users/${id}/context`), 403, 'access.denied');
    expectProblem(await app.as('service:users:read', 'GET', `users/${id}/context`), 403, 'access.denied');
    expectProblem(await app.as('service:users:read contact:read', 'POST', 'users/contexts', { user_ids: [id] }), 403, 'access.denied');
    expectProblem(await app.as('admin@example.com', 'POST', 'users/contexts', { user_ids: [id] }), 403, 'access.denied');
    expect((await app.as('service:context:read', 'GET', `users/${id}/context`)).status).toBe(200);
  });

  it('an administrator sees the memberships of their organisation alone, under a tag of its own', async () => {
    const id = await app.idOf('clinician@example.com');
    const [mine, whole] = await Promise.all(['tenant-admin@example.com', 'service'].map((who) => app.as(who, 'GET', `users/${id}/context`)));
    expect(mine!.body.memberships).toEqual(
      whole!.body.memberships.filter(({ organisation_id }: { organisation_id: string }) => organisation_id === 'texas'),
    );
    expect(mine!.text).not.toContain('mississippi');
    expect(mine!.headers.get('etag')).not.toBe(whole!.headers.get('etag'));
    const again = (etag: string | null) =>
      app.as('tenant-admin@example.com', 'GET', `users/${id}/context`, undefined, { 'if-none-match': etag ?? '' });
    expect((await again(mine!.headers.get('etag'))).status).toBe(304);
    expect((await again(whole!.headers.get('etag'))).status).toBe(200);
  });

  it('an administrator finds nobody outside', async () => {
    const id = await app.idOf('patient@example.com');
    expectProblem(await app.as('tenant-admin@example.com', 'GET', `users/${id}/context`), 404, 'user.not_found');
    expectProblem(await app.as('service', 'GET', 'users/nobody/context'), 404, 'user.not_found');
  });
});

describe('many contexts at once', () => {
  const ask = (user_ids: unknown) => app.as('service', 'POST', 'users/contexts', { user_ids });

  it('are answered in the order asked, unknown ids and repeated ones in their place', async () => {
    const [biller, clinician] = await Promise.all(['biller@example.com', 'clinician@example.com'].map((email) => app.idOf(email)));
    const asked = [clinician!, 'nobody', biller!, clinician!, 'NOBODY'];
    const { status, body } = await ask(asked);
    expect(status).toBe(200);
    expect(body.items.map(({ user_id }: { user_id: string }) => user_id)).toEqual(asked);
    expect(body.items[1]).toEqual({ user_id: 'nobody', error: 'user.not_found' });
    expect(body.items[0].context).toEqual(await contextOf(app, clinician!));
    expect(body.items[3]).toEqual(body.items[0]);
    expect(body.items[2].context.email).toBe('biller@example.com');
  });

  it('are 100 at most', async () => {
    const ids = (count: number) => range(count).map((index) => `nobody-${index}`);
    expect((await ask(ids(100))).body.items).toHaveLength(100);
    const answer = await ask(ids(101));
    expectProblem(answer, 400, 'request.invalid');
    expect(answer.body.errors).toEqual([expect.objectContaining({ field: 'user_ids' })]);
  });

  it.each([
    ['none', []],
    ['a single text', 'nobody'],
    ['an object', { not: '' }],
    ['an object inside', [{ not: '' }]],
    ['an id with a blank', ['a b']],
    ['nothing', undefined],
  ])('refuse %s', async (_, ids) => {
    const answer = await ask(ids);
    expectProblem(answer, 400, 'request.invalid');
    expect(answer.body.errors[0].field).toMatch(/^user_ids/);
  });
});
