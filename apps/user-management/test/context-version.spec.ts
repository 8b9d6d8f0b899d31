import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserContext } from '@sa-platform/contracts';
import { SYSTEM_ACTOR } from '../src/modules/access/caller.js';
import { ContextVersion } from '../src/modules/context/context-version.js';
import { MembershipWriter } from '../src/modules/memberships/membership-writer.js';
import { MembershipsService } from '../src/modules/memberships/memberships.service.js';
import { RolesService } from '../src/modules/roles/roles.service.js';
import { UserWriter } from '../src/modules/users/user-writer.js';
import { UsersRepository } from '../src/modules/users/users.repository.js';
import { Database } from '../src/platform/database/database.js';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, membershipIn, range, unique, type Person } from './arrange.js';
import { TestApp } from './test-app.js';
import { engine } from './test-database.js';

/** PGlite has one connection: while a transaction is open nobody else gets anywhere, so nothing interleaves. */
const itInterleaved = engine === 'pglite' ? it.skip : it;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

interface Member extends Person {
  organisation: string;
  role: string;
  membership: string;
}

async function createMember(more: object = {}): Promise<Member> {
  const organisation = await createOrganisation(app);
  const { id: role } = await createRole(app, organisation, ['claims:read']);
  const person = await createPerson(app, [{ organisation_id: organisation, role_id: role }, { organisation_id: 'texas', role_key: 'READONLY' }], more);
  return { ...person, organisation, role, membership: await membershipIn(app, person.id, organisation) };
}

async function typeRole(key: string): Promise<{ id: string; permissions: string[] }> {
  const { body } = await asAdmin(app, 'GET', `admin/roles?search=${key}&limit=100`);
  return body.items.find((role: { key: string; is_system: boolean }) => role.key === key && role.is_system);
}

const editRole = (id: string, permissions: string[]) => asAdmin(app, 'PATCH', `admin/roles/${id}`, { permissions });
const renameOrganisation = (id: string) => asAdmin(app, 'PATCH', `admin/organisations/${id}`, { name: unique('Name') });
const register = () =>
  asAdmin(app, 'POST', 'permissions/register', { permission: `tests:${unique('p').replace('-', '_')}`, service_id: 'tests', description: 'A test' });

/** Later content carries a greater version, and it is other content. */
function expectRisen(before: UserContext, after: UserContext): void {
  expect(after.version).toBeGreaterThan(before.version);
  expect({ ...after, version: 0 }).not.toEqual({ ...before, version: 0 });
}

describe('the version rises', () => {
  const url = ({ id, membership }: Member) => `admin/users/${id}/memberships/${membership}`;
  const nextYear = new Date(Date.now() + 365 * 24 * 3600_000).toISOString();
  const STEPS: [name: string, change: (member: Member) => Promise<unknown>][] = [
    ['a profile is changed', ({ id }) => asAdmin(app, 'PATCH', `admin/users/${id}`, { display_name: 'Other' })],
    ['a membership is added', ({ id }) => asAdmin(app, 'POST', `admin/users/${id}/memberships`, { organisation_id: 'mississippi', role_key: 'BILLER' })],
    ['a product is granted', (member) => asAdmin(app, 'POST', `${url(member)}/products`, { product_id: 'derm' })],
    ['a product is revoked', (member) => asAdmin(app, 'DELETE', `${url(member)}/products/derm`)],
    ["a role's permissions are edited", ({ role }) => editRole(role, ['claims:read', 'claims:write'])],
    ["a role's permissions are all taken", ({ role }) => editRole(role, [])],
    ['a role is renamed', ({ role }) => asAdmin(app, 'PATCH', `admin/roles/${role}`, { name: 'Other' })],
    ['an organisation is renamed', ({ organisation }) => renameOrganisation(organisation)],
    ['a membership is given an end', (member) => asAdmin(app, 'PATCH', url(member), { expires_at: nextYear })],
    ['a membership loses its end', (member) => asAdmin(app, 'PATCH', url(member), { expires_at: null })],
    ['a membership gets another role', (member) => asAdmin(app, 'PATCH', url(member), { role_key: 'BILLER' })],
    ['a membership is removed', (member) => asAdmin(app, 'DELETE', url(member))],
    ['somebody is suspended', ({ id }) => asAdmin(app, 'PATCH', `admin/users/${id}`, { status: 'suspended' })],
    ['somebody is active again', ({ id }) => asAdmin(app, 'PATCH', `admin/users/${id}`, { status: 'active' })],
    ['somebody gets another type', ({ id }) => asAdmin(app, 'PUT', `admin/users/${id}/role`, { role: 'clinician' })],
    ['somebody is sent back to wait', ({ id }) => asAdmin(app, 'POST', `admin/users/${id}/revoke`)],
    ['somebody is approved', ({ id }) => asAdmin(app, 'POST', 'admin/users/approve', { user_id: id, role: 'user' })],
  ];
  let member: Member;
  beforeAll(async () => {
    member = await createMember();
  });

  it.each(STEPS)('when %s', async (_, change) => {
    const before = await contextOf(app, member.id);
    await change(member);
    expectRisen(before, await contextOf(app, member.id));
  });

  it('when the role of the user type is edited', async () => {
    const { id } = await createMember({ user_type: 'clinician' });
    const role = await typeRole('clinician');
    const before = await contextOf(app, id);
    await editRole(role.id, [...role.permissions, 'images:read']);
    const during = await contextOf(app, id);
    expectRisen(before, during);
    await editRole(role.id, role.permissions);
    expectRisen(during, await contextOf(app, id));
  });

  it('for every holder of an edited role or member of a renamed organisation, without a write to any of their rows', async () => {
    const { organisation, role } = await createMember();
    const holders = await Promise.all(range(5).map(() => createPerson(app, [{ organisation_id: organisation, role_id: role }])));
    const ids = holders.map(({ id }) => id);
    const { client } = app.nest.get(Database);
    const rows = () =>
      client.user.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' }, select: { id: true, version: true, updatedAt: true } });
    const [rowsBefore, before] = [await rows(), await Promise.all(ids.map((id) => contextOf(app, id)))];
    await editRole(role, ['claims:write']);
    await renameOrganisation(organisation);
    expect(await rows()).toEqual(rowsBefore);
    const after = await Promise.all(ids.map((id) => contextOf(app, id)));
    after.forEach((context, index) => expectRisen(before[index]!, context));
  });

  it('and is the tag that administrators get for the user', async () => {
    const { version } = await contextOf(app, member.id);
    const { headers } = await asAdmin(app, 'GET', `admin/users/${member.id}`);
    expect(headers.get('etag')).toBe(`"${version}"`);
  });
});

describe('between two transactions', () => {
  const transaction = <Result>(work: () => Promise<Result>) => app.nest.get(Database).transaction(work);
  const lock = (id: string) => app.nest.get(ContextVersion).lock(id);
  const membershipOf = async ({ id, membership }: Member) => {
    const all = await app.nest.get(MembershipsService).reader.listOf([id], 'platform');
    return all.find(({ membership_id }) => membership_id === membership)!;
  };
  /** Whether somebody else holds the row: asked over a connection of its own, which doesn't wait. */
  const isLocked = async (table: string, id: string) => {
    const { prisma } = app.nest.get(Database).connection;
    const column = table === 'platform_state' ? 'name' : 'id';
    const rows = await prisma.$queryRawUnsafe<unknown[]>(`SELECT ${column} FROM ${table} WHERE ${column} = '${id}' FOR UPDATE SKIP LOCKED`);
    return rows.length === 0;
  };

  itInterleaved('a number taken first and committed last is still the greatest', async () => {
    const member = await createMember();
    const seen = [await contextOf(app, member.id)];
    await transaction(async () => {
      await lock(member.id);
      await app.nest.get(UserWriter).change(member.id, { displayName: 'Committed last' }, ['display_name'], SYSTEM_ACTOR);
      await editRole(member.role, ['claims:write']);
      seen.push(await contextOf(app, member.id));
      await renameOrganisation(member.organisation);
      seen.push(await contextOf(app, member.id));
    });
    seen.push(await contextOf(app, member.id));
    expect(seen.map(({ display_name }) => display_name)).toEqual(['A Person', 'A Person', 'A Person', 'Committed last']);
    for (const index of range(3)) expectRisen(seen[index]!, seen[index + 1]!);
  });

  itInterleaved('a membership leaves after its role and organisation were edited many times', async () => {
    const member = await createMember();
    let before: UserContext | undefined;
    let late: Promise<unknown> | undefined;
    await transaction(async () => {
      await lock(member.id);
      const membership = await membershipOf(member);
      for (const index of range(4)) await editRole(member.role, index % 2 === 0 ? [] : ['claims:read', 'claims:write']);
      for (const _ of range(3)) await renameOrganisation(member.organisation);
      before = await contextOf(app, member.id);
      await app.nest.get(MembershipWriter).remove(membership, SYSTEM_ACTOR);
      expect(await isLocked('roles', member.role)).toBe(true);
      expect(await isLocked('organisations', member.organisation)).toBe(true);
      late = Promise.all([editRole(member.role, ['claims:write']), renameOrganisation(member.organisation)]);
      expect(await contextOf(app, member.id)).toEqual(before);
    });
    await late;
    const after = await contextOf(app, member.id);
    expect(after.memberships).toHaveLength(1);
    expectRisen(before!, after);
  });

  itInterleaved('a membership changes from a role that was edited many times to one that never was', async () => {
    const member = await createMember();
    const fresh = await createRole(app, member.organisation, ['claims:write']);
    let before: UserContext | undefined;
    await transaction(async () => {
      await lock(member.id);
      const membership = await membershipOf(member);
      for (const index of range(6)) await editRole(member.role, index % 2 === 0 ? [] : ['images:read']);
      before = await contextOf(app, member.id);
      const role = await app.nest.get(RolesService).findAssignable({ roleId: fresh.id }, member.organisation);
      await app.nest.get(MembershipWriter).change(membership, { role, expiresAt: undefined }, SYSTEM_ACTOR);
      expect(await isLocked('roles', member.role)).toBe(true);
      expect(await contextOf(app, member.id)).toEqual(before);
    });
    expectRisen(before!, await contextOf(app, member.id));
  });

  itInterleaved('somebody becomes a platform admin while permissions are registered', async () => {
    const member = await createMember({ user_type: 'clinician' });
    const role = await typeRole('clinician');
    // More than the registry's version, so that a forgotten weight would show.
    for (const index of range(30)) await asAdmin(app, 'PATCH', `admin/roles/${role.id}`, { description: `Edit ${index}` });
    let before: UserContext | undefined;
    await transaction(async () => {
      await lock(member.id);
      const user = await app.nest.get(UsersRepository).find(member.id);
      await editRole(role.id, [...role.permissions, 'images:read']);
      before = await contextOf(app, member.id);
      await app.nest.get(UserWriter).changeType(user!, { userType: 'admin', status: 'active' }, SYSTEM_ACTOR);
      expect(await isLocked('roles', role.id)).toBe(true);
      await register();
      expect(await contextOf(app, member.id)).toEqual(before);
    });
    const admin = await contextOf(app, member.id);
    expectRisen(before!, admin);
    expect(admin).toMatchObject({ is_platform_admin: true, user_type: 'admin' });
    await register();
    expectRisen(admin, await contextOf(app, member.id));
    await editRole(role.id, role.permissions);
  });

  itInterleaved('somebody stops being a platform admin while permissions are registered', async () => {
    const member = await createMember();
    const retype = async (userType: 'admin' | 'clinician') => {
      const user = await app.nest.get(UsersRepository).find(member.id);
      await app.nest.get(UserWriter).changeType(user!, { userType, status: 'active' }, SYSTEM_ACTOR);
    };
    await transaction(async () => {
      await lock(member.id);
      await retype('admin');
    });
    for (const _ of range(30)) await register();
    const before = await contextOf(app, member.id);
    await transaction(async () => {
      await lock(member.id);
      await retype('clinician');
      const weights = app.nest.get(Database).client.platformState;
      expect((await weights.findUniqueOrThrow({ where: { name: 'permission_registry' } })).version).toBeGreaterThan(25);
      expect(await contextOf(app, member.id)).toEqual(before);
    });
    expectRisen(before, await contextOf(app, member.id));
  });
});
