import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserContext } from '@sa-platform/contracts';
import fc from 'fast-check';
import { Database } from '../src/platform/database/database.js';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, membershipIn, unique, type Person } from './arrange.js';
import { TestApp, type Answer } from './test-app.js';

const POOL = ['admin:users:write', 'admin:roles:write', 'claims:read', 'claims:write', 'images:write', 'webhooks:write', 'events:read'];
const CUSTOM = ['admin:users:read', 'admin:users:write', 'admin:roles:read', 'admin:roles:write', 'claims:read', 'images:write'];
const STEPS = 25;
const SEQUENCES = 4;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

/** Two organisations, the administrators of one, people on both sides and between them, and every kind of role. */
interface World {
  mine: string;
  theirs: string;
  actors: Person[];
  people: Person[];
  /** Custom roles of `mine`. */
  ownRoles: string[];
  /** Those of the other organisation and the platform roles. */
  otherRoles: string[];
}

async function createWorld(): Promise<World> {
  const [mine, theirs] = [await createOrganisation(app), await createOrganisation(app)];
  const custom = await createRole(app, mine, CUSTOM);
  const weak = await createRole(app, mine, ['claims:read']);
  const strong = await createRole(app, mine, ['events:read', 'cases:write']);
  const foreign = await createRole(app, theirs, ['claims:read']);
  const platform = await createRole(app, null, ['claims:read', 'images:write']);
  const inMine = (role_id: string) => ({ organisation_id: mine, role_id });
  const inTheirs = (role_key: string) => ({ organisation_id: theirs, role_key });
  const actors = [
    await createPerson(app, [{ organisation_id: mine, role_key: 'TENANT_ADMIN' }]),
    await createPerson(app, [inMine(custom.id)]),
  ];
  const people = [
    await createPerson(app, [inMine(weak.id)]),
    await createPerson(app, [inMine(strong.id), { organisation_id: mine, role_key: 'READONLY' }]),
    await createPerson(app, [inMine(weak.id), inTheirs('BILLER')]),
    await createPerson(app, [inTheirs('TENANT_ADMIN')]),
    await createPerson(app, [inMine(weak.id)], { user_type: 'clinician' }),
  ];
  const { body } = await asAdmin(app, 'GET', 'admin/roles?limit=100');
  const platformRoles = body.items.filter((role: { organisation_id: string | null }) => role.organisation_id === null);
  return {
    mine,
    theirs,
    actors,
    people,
    ownRoles: [custom, weak, strong].map(({ id }) => id),
    otherRoles: [foreign.id, platform.id, ...platformRoles.map(({ id }: { id: string }) => id)],
  };
}

/** One request with every choice still open: numbers that are taken modulo what there is. */
const anyAction = fc.record({
  kind: fc.constantFrom(
    'add membership',
    'change role',
    'remove membership',
    'create role',
    'edit role',
    'edit role',
    'delete role',
    'set status',
    'create user',
    'grant product',
  ),
  actor: fc.nat(),
  user: fc.nat(),
  role: fc.nat(),
  place: fc.constantFrom('mine', 'mine', 'mine', 'theirs', 'platform', 'platform'),
  permissions: fc.uniqueArray(fc.constantFrom(...POOL), { maxLength: 3 }),
  status: fc.constantFrom('active', 'suspended', 'deactivated'),
  type: fc.constantFrom('user', 'user', 'patient', 'clinician', 'admin'),
});
type Action = typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never;

const pick = <Item>(items: readonly Item[], index: number): Item => items[index % items.length]!;

/** What an action needs, chosen from the world as it is by now. */
interface Attempt {
  world: World;
  action: Action;
  organisation_id: string;
  role: string;
  user: string;
  memberships: string;
  membership: string;
  send(method: string, path: string, json?: unknown): Promise<Answer>;
}

const PERFORM: Record<Action['kind'], (attempt: Attempt) => Promise<Answer>> = {
  'add membership': ({ send, memberships, organisation_id, role }) => send('POST', memberships, { organisation_id, role_id: role }),
  'change role': ({ send, membership, role }) => send('PATCH', membership, { role_id: role }),
  'remove membership': ({ send, membership }) => send('DELETE', membership),
  'create role': async ({ send, world, action, organisation_id }) => {
    const scope = action.place === 'platform' ? null : organisation_id;
    const answer = await send('POST', 'admin/roles', { key: unique('X'), name: 'X', organisation_id: scope, permissions: action.permissions });
    if (answer.status === 201) world.ownRoles.push(String(answer.body.id));
    return answer;
  },
  'edit role': ({ send, action, role }) => send('PATCH', `admin/roles/${role}`, { permissions: action.permissions }),
  'delete role': ({ send, role }) => send('DELETE', `admin/roles/${role}`),
  'set status': ({ send, action, user }) => send('PATCH', `admin/users/${user}`, { status: action.status }),
  'create user': async ({ send, world, action, organisation_id, role }) => {
    const email = `${unique('new')}@example.com`;
    const answer = await send('POST', 'admin/users', {
      email,
      display_name: 'New',
      user_type: action.type,
      memberships: action.place === 'platform' ? [] : [{ organisation_id, role_id: role }],
      provisioning: { delivery: 'none' },
    });
    if (answer.status === 201) world.people.push({ id: String(answer.body.id), email });
    return answer;
  },
  'grant product': ({ send, membership }) => send('POST', `${membership}/products`, { product_id: 'derm' }),
};

function perform(world: World, action: Action, contexts: Map<string, UserContext>): Promise<Answer> {
  const { email } = pick(world.actors, action.actor);
  const { id } = pick([...world.people, ...world.actors], action.user);
  const memberships = `admin/users/${id}/memberships`;
  const held = contexts.get(id)?.memberships ?? [];
  return PERFORM[action.kind]({
    world,
    action,
    organisation_id: action.place === 'theirs' ? world.theirs : world.mine,
    role: pick(action.place === 'mine' ? world.ownRoles : world.otherRoles, action.role),
    user: id,
    memberships,
    membership: `${memberships}/${held.length === 0 ? 'none' : pick(held, action.role).membership_id}`,
    send: (method, path, json) => app.as(email, method, path, json),
  });
}

async function contextsOf(world: World): Promise<Map<string, UserContext>> {
  const user_ids = [...world.people, ...world.actors].map(({ id }) => id);
  const { body } = await app.as('service', 'POST', 'users/contexts', { user_ids });
  return new Map((body.items as { user_id: string; context: UserContext }[]).map(({ user_id, context }) => [user_id, context]));
}

/** Every permission with the organisation that it holds in; `*` for those that hold everywhere. */
function holdingsOf(context: UserContext | undefined): Set<string> {
  const everywhere = (context?.permissions ?? []).map((permission) => `* ${permission}`);
  const within = (context?.memberships ?? []).flatMap(({ organisation_id, permissions }) =>
    permissions.map((permission) => `${organisation_id} ${permission}`),
  );
  return new Set([...everywhere, ...within]);
}

/** All rows that belong to the other organisation or to the platform. */
async function rowsBeyond({ theirs }: World): Promise<unknown> {
  const { client } = app.nest.get(Database);
  const members = await client.orgMembership.findMany({ where: { organisationId: theirs }, orderBy: { id: 'asc' }, include: { products: true } });
  return {
    members,
    organisation: await client.organisation.findUnique({ where: { id: theirs } }),
    roles: await client.role.findMany({
      where: { OR: [{ organisationId: theirs }, { organisationId: null }] },
      orderBy: { id: 'asc' },
      include: { permissions: { orderBy: { permission: 'asc' } } },
    }),
    users: await client.user.findMany({ where: { id: { in: members.map(({ userId }) => userId) } }, orderBy: { id: 'asc' }, select: { id: true, status: true, userType: true, displayName: true } }),
  };
}

describe('administrators of one organisation, whatever they send', () => {
  const succeeded = new Set<string>();
  const refused = new Set<string>();

  it('leave nobody with a permission that they did not hold themselves, and change nothing beyond their organisation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAction, { minLength: STEPS, maxLength: STEPS }), async (actions) => {
        const world = await createWorld();
        const beyond = await rowsBeyond(world);
        let before = await contextsOf(world);
        for (const action of actions) {
          const actor = pick(world.actors, action.actor);
          const own = holdingsOf(before.get(actor.id));
          const answer = await perform(world, action, before);
          expect(answer.status).toBeLessThan(500);
          (answer.status < 300 ? succeeded : refused).add(action.kind);
          const after = await contextsOf(world);
          for (const [id, context] of after) {
            const had = holdingsOf(before.get(id));
            const gained = [...holdingsOf(context)].filter((each) => !had.has(each));
            expect({ action, id, gained: gained.filter((each) => !own.has(each)) }).toEqual({ action, id, gained: [] });
          }
          before = after;
        }
        expect(await rowsBeyond(world)).toEqual(beyond);
      }),
      // A failure is told as it was found: each attempt at a shorter one would need a world of its own.
      { numRuns: SEQUENCES, endOnFailure: true },
    );
  }, 240_000);

  it('did get somewhere: many kinds of request succeeded at times, and most were refused at times', () => {
    expect(succeeded.size).toBeGreaterThanOrEqual(4);
    expect(refused.size).toBeGreaterThanOrEqual(6);
  });
});

describe('ids of another organisation', () => {
  it('on every route answer as if they did not exist, tell nothing and change nothing', async () => {
    const world = await createWorld();
    const [admin, mine, foreigner] = [world.actors[0]!, world.people[0]!, world.people[3]!];
    const secret = await contextOf(app, foreigner.id);
    const theirRole = (await createRole(app, world.theirs, ['claims:read'])).id;
    const theirMembership = secret.memberships[0]!.membership_id;
    const ownMembership = await membershipIn(app, mine.id, world.mine);
    const beyond = await rowsBeyond(world);
    const foreign = `admin/users/${foreigner.id}`;
    const requests: [method: string, path: string, json?: unknown][] = [
      ['GET', `users/${foreigner.id}/context`],
      ['GET', `users/${foreigner.id}/contact`],
      ['GET', `users/by-external-id/${encodeURIComponent(secret.external_id ?? '')}`],
      ['GET', foreign],
      ['PATCH', foreign, { display_name: 'Taken' }],
      ['PATCH', foreign, { status: 'suspended' }],
      ['DELETE', foreign],
      ['POST', `${foreign}/reset-password`, { delivery: 'temporary_password' }],
      ['POST', `${foreign}/memberships`, { organisation_id: world.mine, role_key: 'READONLY' }],
      ['POST', `${foreign}/memberships`, { organisation_id: world.theirs, role_key: 'READONLY' }],
      ['PATCH', `${foreign}/memberships/${theirMembership}`, { role_key: 'READONLY' }],
      ['DELETE', `${foreign}/memberships/${theirMembership}`],
      ['POST', `${foreign}/memberships/${theirMembership}/products`, { product_id: 'derm' }],
      ['DELETE', `${foreign}/memberships/${theirMembership}/products/derm`],
      ['PATCH', `admin/users/${mine.id}/memberships/${theirMembership}`, { role_key: 'READONLY' }],
      ['DELETE', `admin/users/${mine.id}/memberships/${theirMembership}`],
      ['POST', `admin/users/${mine.id}/memberships/${theirMembership}/products`, { product_id: 'derm' }],
      ['DELETE', `admin/users/${mine.id}/memberships/${theirMembership}/products/derm`],
      ['PATCH', `${foreign}/memberships/${ownMembership}`, { role_key: 'READONLY' }],
      ['DELETE', `${foreign}/memberships/${ownMembership}`],
      ['GET', `admin/roles/${theirRole}`],
      ['PATCH', `admin/roles/${theirRole}`, { name: 'Taken' }],
      ['DELETE', `admin/roles/${theirRole}`],
      ['GET', `admin/organisations/${world.theirs}`],
    ];
    for (const [method, path, json] of requests) {
      const answer = await app.as(admin.email, method, path, json);
      expect({ method, path, status: answer.status, code: answer.body?.code }).toEqual({
        method,
        path,
        status: 404,
        code: expect.stringMatching(/^(user|membership|role|organisation)\.not_found$/),
      });
      for (const word of [secret.email, secret.display_name, theirMembership]) expect(answer.text).not.toContain(word);
    }
    expect(await rowsBeyond(world)).toEqual(beyond);
    expect(await contextOf(app, foreigner.id)).toEqual(secret);
  });

  it('are refused in bodies, and change nothing', async () => {
    const world = await createWorld();
    const [admin, mine] = [world.actors[0]!, world.people[0]!];
    const theirRole = (await createRole(app, world.theirs, ['claims:read'])).id;
    const beyond = await rowsBeyond(world);
    const newUser = { email: `${unique('new')}@example.com`, display_name: 'New', user_type: 'user' };
    const requests: [path: string, json: object, status: number, code: string][] = [
      [`admin/users/${mine.id}/memberships`, { organisation_id: world.theirs, role_key: 'READONLY' }, 403, 'access.denied'],
      [`admin/users/${mine.id}/memberships`, { organisation_id: world.mine, role_id: theirRole }, 404, 'role.not_found'],
      ['admin/users', { ...newUser, memberships: [{ organisation_id: world.theirs, role_key: 'READONLY' }] }, 403, 'access.denied'],
      ['admin/users', { ...newUser, memberships: [{ organisation_id: world.mine, role_id: theirRole }] }, 404, 'role.not_found'],
      ['admin/users', newUser, 403, 'membership.required'],
      ['admin/users', { ...newUser, user_type: 'admin' }, 403, 'user.type_forbidden'],
      ['admin/roles', { key: unique('X'), name: 'X', organisation_id: world.theirs }, 403, 'access.denied'],
      ['admin/roles', { key: unique('X'), name: 'X' }, 403, 'access.denied'],
      ['admin/organisations', { id: unique('org'), name: 'Mine' }, 403, 'access.denied'],
      ['admin/products', { id: unique('product'), name: 'Mine' }, 403, 'access.denied'],
    ];
    for (const [path, json, status, code] of requests) {
      const answer = await app.as(admin.email, 'POST', path, json);
      expect({ path, json, status: answer.status, code: answer.body?.code }).toEqual({ path, json, status, code });
    }
    expect(await rowsBeyond(world)).toEqual(beyond);
    expect(await app.nest.get(Database).client.user.count({ where: { emailCanonical: newUser.email } })).toBe(0);
  });

  it('do not show in lists and counts', async () => {
    const world = await createWorld();
    const admin = world.actors[0]!;
    const people = await app.as(admin.email, 'GET', 'admin/users?limit=100');
    expect(people.body.total).toBe(6);
    expect(people.text).not.toContain(world.theirs);
    const both = await app.as(admin.email, 'GET', `admin/users?organisation_id=${world.theirs}`);
    expect(both.body).toMatchObject({ items: [], total: 0 });
    const roles = await app.as(admin.email, 'GET', 'admin/roles?limit=100');
    expect(new Set(roles.body.items.map(({ organisation_id }: { organisation_id: string | null }) => organisation_id))).toEqual(new Set([null, world.mine]));
    const organisations = await app.as(admin.email, 'GET', 'admin/organisations');
    expect(organisations.body.items).toMatchObject([{ id: world.mine }]);
    const theirMember = await contextOf(app, world.people[3]!.id);
    const count = await app.as(admin.email, 'GET', `admin/roles/${theirMember.memberships[0]!.role.id}`);
    expect(count.body.member_count).toBe(1);
  });
});
