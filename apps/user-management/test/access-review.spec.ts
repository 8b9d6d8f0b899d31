import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TENANT_ROLES } from '@sa-platform/contracts';
import { ADMIN, expectInvalid, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { TestApp, type Answer } from './test-app.js';

const LONG_AGO = new Date('2020-01-01T00:00:00.000Z');
const NOBODY = '00000000-0000-7000-8000-000000000000';

interface Source {
  kind: string;
  is_effective: boolean;
  membership_id: string | null;
}
interface Holder {
  user_id: string;
  email: string;
  organisation_id: string | null;
  membership_id: string | null;
}

let app: TestApp;
let people: People;
/** `orgA` sorts before `orgB`. */
let orgA: string;
let orgB: string;
let tenantAdminA: Person;
beforeAll(async () => {
  app = await TestApp.start();
  people = new People(app);
  [orgA, orgB] = [await people.organisation(), await people.organisation()].sort() as [string, string];
  tenantAdminA = await people.member(orgA, 'TENANT_ADMIN');
});
afterAll(() => app.stop());

async function membershipId(userId: string, organisationId: string): Promise<string> {
  const { memberships } = await people.view(userId);
  return memberships.find((membership: { organisation_id: string }) => membership.organisation_id === organisationId).membership_id;
}
/** Nobody may set such an end; time does. */
const expire = (id: string) => prismaOf(app).orgMembership.update({ where: { id }, data: { expiresAt: LONG_AGO } });
const suspend = ({ id }: Person) => people.admin('PATCH', `admin/users/${id}`, { status: 'suspended' });

/** A permission that no role has until a test gives it one. */
async function register(): Promise<string> {
  const permission = `tests:${unique('p').replaceAll('-', '_')}`;
  await people.admin('POST', 'permissions/register', { permission, service_id: 'tests', description: 'A test' });
  return permission;
}

describe('GET /admin/users/:id/access', () => {
  const explain = (id: string, who = ADMIN): Promise<Answer> => app.as(who, 'GET', `admin/users/${id}/access`);
  const sourcesOf = ({ body }: Answer, permission: string): Source[] =>
    body.permissions.find((each: { permission: string }) => each.permission === permission)?.sources ?? [];

  let roleB: string;
  let clinician: Person;
  beforeAll(async () => {
    roleB = await people.role(orgB, ['cases:read', 'claims:read']);
    const memberships = [
      { organisation_id: orgB, role_id: roleB, product_ids: ['reports', 'derm'] },
      { organisation_id: orgA, role_key: 'READONLY', product_ids: ['derm'] },
    ];
    clinician = await people.user(memberships, { user_type: 'clinician' });
  });

  it('names the type role, each membership and its role, and both where both give the same', async () => {
    const [membershipA, membershipB] = [await membershipId(clinician.id, orgA), await membershipId(clinician.id, orgB)];
    const source = { is_effective: true, organisation_id: null, organisation_name: null, membership_id: null, expires_at: null };
    const inA = { organisation_id: orgA, organisation_name: `Name of ${orgA}`, membership_id: membershipA };
    const inB = { organisation_id: orgB, organisation_name: `Name of ${orgB}`, membership_id: membershipB };
    const typeRole = { id: expect.any(String), key: 'clinician', name: 'Clinician' };
    const readOnly = { id: expect.any(String), key: 'READONLY', name: 'Read only' };
    const custom = { id: roleB, key: expect.stringMatching(/^role-/), name: 'Custom' };
    const held = TENANT_ROLES.find(({ key }) => key === 'READONLY')!.permissions;
    const rest = held.filter((permission) => permission !== 'claims:read').sort();
    const { status, body } = await explain(clinician.id);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ user_id: clinician.id, status: 'active', is_effective: true, is_platform_admin: false },
      permissions: [
        {
          permission: 'cases:read',
          sources: [
            { ...source, kind: 'type_role', role: typeRole },
            { ...source, kind: 'membership', ...inB, role: custom },
          ],
        },
        {
          permission: 'claims:read',
          sources: [
            { ...source, kind: 'membership', ...inA, role: readOnly },
            { ...source, kind: 'membership', ...inB, role: custom },
          ],
        },
        ...rest.map((permission) => ({ permission, sources: [{ ...source, kind: 'membership', ...inA, role: readOnly }] })),
      ],
      products: [
        { product_id: 'derm', key: 'derm', membership_id: membershipA, organisation_id: orgA, is_effective: true },
        { product_id: 'derm', key: 'derm', membership_id: membershipB, organisation_id: orgB, is_effective: true },
        { product_id: 'reports', key: 'reports', membership_id: membershipB, organisation_id: orgB, is_effective: true },
      ],
    });
    expect((await explain(clinician.id)).text).toBe(JSON.stringify(body));
  });

  it('names the platform admin as the source of every registered permission, beside a membership that gives it too', async () => {
    const admin = await people.user([{ organisation_id: orgA, role_key: 'READONLY' }], { user_type: 'admin' });
    const answer = await explain(admin.id);
    expect(answer.body).toMatchObject({ is_effective: true, is_platform_admin: true });
    const named = answer.body.permissions.map(({ permission }: { permission: string }) => permission);
    expect(named).toEqual((await people.context(admin.id)).permissions);
    expect(named).toHaveLength(await prismaOf(app).registeredPermission.count());
    expect(sourcesOf(answer, 'cases:write')).toEqual([expect.objectContaining({ kind: 'platform_admin', role: null, organisation_id: null })]);
    expect(sourcesOf(answer, 'claims:read').map(({ kind }) => kind)).toEqual(['platform_admin', 'membership']);
  });

  it('lists what an expired membership gave, as not effective', async () => {
    const person = await people.user([
      { organisation_id: orgA, role_key: 'BILLER', product_ids: ['derm'] },
      { organisation_id: orgB, role_key: 'READONLY' },
    ]);
    const gone = await membershipId(person.id, orgA);
    await expire(gone);
    const answer = await explain(person.id);
    expect(answer.body.is_effective).toBe(true);
    expect(sourcesOf(answer, 'claims:write')).toEqual([
      expect.objectContaining({ membership_id: gone, is_effective: false, expires_at: LONG_AGO.toISOString() }),
    ]);
    expect(sourcesOf(answer, 'claims:read').map((source) => source.is_effective)).toEqual([false, true]);
    expect(answer.body.products).toEqual([expect.objectContaining({ product_id: 'derm', is_effective: false })]);
  });

  it.each(['clinician', 'admin'])('lists what a suspended %s would hold, and none of it is effective', async (user_type) => {
    const person = await people.user([{ organisation_id: orgA, role_key: 'BILLER', product_ids: ['derm'] }], { user_type });
    const before = await explain(person.id);
    await suspend(person);
    const { body } = await explain(person.id);
    expect(body).toMatchObject({ status: 'suspended', is_effective: false, is_platform_admin: false });
    const namesOf = (answer: Answer['body']) => answer.permissions.map(({ permission }: { permission: string }) => permission);
    expect(namesOf(body)).toEqual(namesOf(before.body));
    const sources: Source[] = body.permissions.flatMap((each: { sources: Source[] }) => each.sources);
    expect(sources.length).toBeGreaterThan(2);
    expect([...sources, ...body.products].filter((each: Source) => each.is_effective)).toEqual([]);
  });

  it('shows an administrator the memberships of their organisation and what holds platform-wide', async () => {
    const answer = await explain(clinician.id, tenantAdminA.email);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(orgB);
    expect(sourcesOf(answer, 'cases:read').map(({ kind }) => kind)).toEqual(['type_role']);
    expect(sourcesOf(answer, 'claims:read')).toEqual([expect.objectContaining({ organisation_id: orgA })]);
    expect(answer.body.products.map((each: Holder) => each.organisation_id)).toEqual([orgA]);
  });

  it('shows nothing of an organisation where its reader may not read users, member or not', async () => {
    const lead = await people.user([
      { organisation_id: orgA, role_key: 'BILLING_LEAD' },
      { organisation_id: orgB, role_key: 'READONLY' },
    ]);
    const answer = await explain(clinician.id, lead.email);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(orgB);
  });

  it('finds nobody outside, and is closed to whoever may not read users', async () => {
    const stranger = await people.member(orgB, 'READONLY');
    const without = await people.user([], { user_type: 'clinician' });
    for (const id of [stranger.id, without.id, await app.idOf(ADMIN), NOBODY, orgA]) {
      const refused = await explain(id, tenantAdminA.email);
      expectRefused(refused, 'user.not_found');
      expect(refused.body.detail).toBe((await app.as(tenantAdminA.email, 'GET', `admin/users/${id}`)).body.detail);
    }
    expectRefused(await explain(NOBODY), 'user.not_found');
    for (const who of [stranger.email, 'service']) expectRefused(await explain(stranger.id, who), 'access.denied');
  });
});

describe('GET /admin/permissions/:permission/holders', () => {
  const list = (permission: string, query: Record<string, string | number> = {}, who = ADMIN): Promise<Answer> =>
    app.as(who, 'GET', `admin/permissions/${permission}/holders?${new URLSearchParams(query as Record<string, string>).toString()}`);
  /** Without platform admins, who hold everything. */
  const others = ({ body }: Answer): Holder[] => body.items.filter(({ source }: { source: string }) => source !== 'platform_admin');
  const idsOf = (answer: Answer): string[] => others(answer).map(({ user_id: id }) => id);

  let permission: string;
  let roleA: string;
  let roleB: string;
  let both: Person;
  let inA: Person;
  let inB: Person;
  beforeAll(async () => {
    permission = await register();
    [roleA, roleB] = [await people.role(orgA, [permission]), await people.role(orgB, [permission])];
    inB = await people.user([{ organisation_id: orgB, role_id: roleB }]);
    inA = await people.user([{ organisation_id: orgA, role_id: roleA }]);
    both = await people.user([
      { organisation_id: orgA, role_id: roleA },
      { organisation_id: orgA, role_key: 'READONLY' },
      { organisation_id: orgB, role_id: roleB },
    ]);
  });

  it('answers platform admins first, then the members of each organisation by e-mail', async () => {
    const { status, body } = await list(permission, { limit: 100 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ permission, total: body.items.length, limit: 100, offset: 0 });
    const admins = body.items.slice(0, body.items.length - 4);
    expect(admins).toContainEqual({
      user_id: await app.idOf(ADMIN),
      display_name: 'Demo Platform Admin',
      email: ADMIN,
      user_type: 'admin',
      scope: 'platform',
      organisation_id: null,
      organisation_name: null,
      source: 'platform_admin',
      membership_id: null,
      role: null,
      expires_at: null,
    });
    expect(admins).toHaveLength(await prismaOf(app).user.count({ where: { status: 'active', userType: 'admin' } }));
    expect(body.items.at(-4)).toEqual({
      user_id: inA.id,
      display_name: 'Some Person',
      email: inA.email,
      user_type: 'user',
      scope: 'organisation',
      organisation_id: orgA,
      organisation_name: `Name of ${orgA}`,
      source: 'membership',
      membership_id: await membershipId(inA.id, orgA),
      role: { id: roleA, key: expect.any(String), name: 'Custom' },
      expires_at: null,
    });
    const byEmail = (organisationId: string, ...members: Person[]) =>
      members.map(({ email }) => [organisationId, email]).sort(([, a], [, b]) => (a! < b! ? -1 : 1));
    const found = others({ body } as Answer).map((item) => [item.organisation_id, item.email]);
    expect(found).toEqual([...byEmail(orgA, inA, both), ...byEmail(orgB, inB, both)]);
  });

  it('answers those whose type has it, with the type role', async () => {
    const person = await people.user([{ organisation_id: orgA, role_key: 'READONLY' }], { user_type: 'clinician' });
    const find = async (who?: string) => others(await list('cases:read', { limit: 100 }, who)).filter((item) => item.user_id === person.id);
    const role = { id: expect.any(String), key: 'clinician', name: 'Clinician' };
    const expected = expect.objectContaining({ scope: 'platform', source: 'type_role', organisation_id: null, membership_id: null, role });
    expect([await find(), await find(tenantAdminA.email)]).toEqual([[expected], [expected]]);
    await suspend(person);
    expect(await find()).toEqual([]);
  });

  it('leaves out expired memberships and whoever is not active', async () => {
    const own = await register();
    const role_id = await people.role(orgA, [own]);
    const [stays, ends, leaves] = [await people.user(), await people.user(), await people.user([{ organisation_id: orgA, role_id }])];
    for (const { id } of [stays, ends]) {
      const end = '2999-01-01T00:00:00.000Z';
      await people.admin('POST', `admin/users/${id}/memberships`, { organisation_id: orgA, role_id, expires_at: end });
    }
    expect(idsOf(await list(own)).sort()).toEqual([stays.id, ends.id, leaves.id].sort());
    await expire(await membershipId(ends.id, orgA));
    await suspend(leaves);
    const answer = await list(own, { limit: 100 });
    expect(others(answer)).toEqual([expect.objectContaining({ user_id: stays.id, expires_at: '2999-01-01T00:00:00.000Z' })]);
    expect(answer.body.total).toBe(answer.body.items.length);
  });

  it('pages without a gap or a repetition, and total ignores paging', async () => {
    const { body: all } = await list(permission, { limit: 100 });
    const paged: Holder[] = [];
    for (let offset = 0; offset < all.total; offset += 2) {
      const { body } = await list(permission, { limit: 2, offset });
      expect(body).toMatchObject({ total: all.total, limit: 2, offset });
      paged.push(...body.items);
    }
    expect(paged).toEqual(all.items);
    for (const offset of [all.total, Number.MAX_SAFE_INTEGER]) {
      expect((await list(permission, { offset })).body).toMatchObject({ items: [], total: all.total, offset });
    }
  });

  it('of one organisation are its members and whoever holds it platform-wide', async () => {
    const { body } = await list(permission, { limit: 100, organisation_id: orgB });
    expect(idsOf({ body } as Answer).sort()).toEqual([inB.id, both.id].sort());
    expect(body.items.map(({ email }: Holder) => email)).toContain(ADMIN);
    expect(body.total).toBe(body.items.length);
    expect((await list(permission, { organisation_id: 'nowhere' })).body).toMatchObject({ items: [], total: 0 });
    expect((await list(permission, { organisation_id: orgB.toUpperCase() })).body).toMatchObject({ items: [], total: 0 });
  });

  it('show an administrator the members of their organisation, and nothing of another', async () => {
    const admin = await people.user([{ organisation_id: orgA, role_key: 'READONLY' }], { user_type: 'admin' });
    const answer = await list(permission, { limit: 100 }, tenantAdminA.email);
    expect(answer.text).not.toContain(orgB);
    expect(answer.text).not.toContain(inB.id);
    expect(others(answer).map((item) => [item.organisation_id, item.user_id]).sort()).toEqual([[orgA, inA.id], [orgA, both.id]].sort());
    expect(answer.body.total).toBe(answer.body.items.length);
    const admins = answer.body.items.filter(({ source }: { source: string }) => source === 'platform_admin');
    expect(admins.map(({ email }: Holder) => email)).toContain(admin.email);
    expect(admins.map(({ email }: Holder) => email)).not.toContain(ADMIN);
    expect((await list(permission, { organisation_id: orgB }, tenantAdminA.email)).body).toMatchObject({ items: [], total: 0 });
  });

  it('are not found for a permission that nobody registered, whoever holds it', async () => {
    for (const name of ['claims:nothing', 'CLAIMS:READ', 'claims:read%20', 'claims', NOBODY, 'x:'.repeat(100)]) {
      expectRefused(await list(name), 'permission.not_found');
    }
    expect((await list('claims%3Aread')).body.permission).toBe('claims:read');
  });

  it('want an organisation that can be one, and a page that can be one', async () => {
    for (const organisation_id of ['', 'a b', "' OR 1=1 --", 'x'.repeat(65), 'tëxas', '\u0000']) {
      expectInvalid(await list(permission, { organisation_id }), 'organisation_id');
    }
    expectInvalid(await list(permission, { limit: 'many' }), 'limit');
    expectInvalid(await list(permission, { organisation: orgA }), 'organisation');
    expect((await list(permission, { limit: 1000, offset: -1 })).body).toMatchObject({ limit: 100, offset: 0 });
  });

  it('are closed to whoever may not read users', async () => {
    for (const who of [inA.email, 'patient@example.com', 'service']) expectRefused(await list(permission, {}, who), 'access.denied');
    expectRefused(await list(permission, {}, 'suspended@example.com'), 'user.not_active');
  });
});
