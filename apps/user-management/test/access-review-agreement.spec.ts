import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { USER_STATUSES, USER_TYPES, type UserContext } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { ADMIN, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { TestApp, type Answer } from './test-app.js';

const SEED = 20261121;
const HOW_MANY = 60;
const PERMISSIONS = ['cases:read', 'cases:write', 'claims:read', 'claims:write', 'images:read', 'admin:users:read'];
const ENDS = [null, new Date('2020-01-01T00:00:00Z'), new Date('2999-01-01T00:00:00Z')];

interface Source {
  is_effective: boolean;
  membership_id: string | null;
}

let app: TestApp;
let people: People;
let orgA: string;
let tenantAdminA: Person;
/** Everybody whom the random draw made. */
let ids: string[];
let contexts: UserContext[];
/** Who has a membership in `orgA`, expired or not. */
let ofA: Set<string>;
beforeAll(async () => {
  app = await TestApp.start();
  people = new People(app);
  orgA = await people.organisation();
  tenantAdminA = await people.member(orgA, 'TENANT_ADMIN');
  ids = await populate([orgA, await people.organisation(), await people.organisation()]);
  contexts = await Promise.all(ids.map((id) => people.context(id)));
  const rows = await prismaOf(app).orgMembership.findMany({ where: { organisationId: orgA } });
  ofA = new Set(rows.map(({ userId }) => userId));
});
afterAll(() => app.stop());

/** Users of every type and status in these organisations, with roles of the platform and of their own. */
async function populate(organisationIds: string[]): Promise<string[]> {
  const platformRoles = await prismaOf(app).role.findMany({ where: { key: { in: ['BILLER', 'READONLY', 'clinician'] }, organisationId: null } });
  const places: { organisationId: string; roleId: string }[] = [];
  for (const organisationId of organisationIds) {
    const roleId = await people.role(organisationId, ['cases:read', 'claims:read', 'images:read', 'admin:users:read']);
    places.push({ organisationId, roleId }, ...platformRoles.map(({ id }) => ({ organisationId, roleId: id })));
  }
  const anyMembership = fc.record({
    place: fc.constantFrom(...places),
    expiresAt: fc.constantFrom(...ENDS),
    products: fc.subarray(['derm', 'claims', 'reports']),
  });
  const anyUser = fc.record({
    userType: fc.constantFrom(...USER_TYPES),
    status: fc.oneof({ weight: 3, arbitrary: fc.constant('active') }, { weight: 1, arbitrary: fc.constantFrom(...USER_STATUSES) }),
    memberships: fc.uniqueArray(anyMembership, { selector: ({ place }) => place, maxLength: 5 }),
  });
  const drawn = fc.sample(anyUser, { numRuns: HOW_MANY, seed: SEED }).map((user) => ({ ...user, id: uuidv7() }));
  await prismaOf(app).user.createMany({
    data: drawn.map(({ id, userType, status }) => {
      const email = `${unique('drawn')}@example.com`;
      return { id, email, emailCanonical: email, displayName: 'Drawn', searchText: email, userType, status };
    }),
  });
  const memberships = drawn.flatMap((user) => user.memberships.map((membership) => ({ ...membership, id: uuidv7(), userId: user.id })));
  await prismaOf(app).orgMembership.createMany({
    data: memberships.map(({ id, userId, place, expiresAt }) => ({ id, userId, ...place, expiresAt })),
  });
  await prismaOf(app).productAccess.createMany({
    data: memberships.flatMap(({ id, products }) => products.map((productId) => ({ membershipId: id, productId }))),
  });
  return drawn.map(({ id }) => id);
}

/** `what @ membership`, or `what @ *` platform-wide. */
const at = (what: string, membershipId: string | null) => `${what} @ ${membershipId ?? '*'}`;

function heldByContext({ permissions, memberships }: UserContext): string[] {
  const held = [
    ...permissions.map((permission) => at(permission, null)),
    ...memberships.flatMap((each) => each.permissions.map((permission) => at(permission, each.membership_id))),
    ...memberships.flatMap((each) => each.products.map(({ product_id: id }) => at(id, each.membership_id))),
  ];
  return held.sort();
}

function heldByAccess({ permissions, products }: Answer['body']): string[] {
  const held = [
    ...permissions.flatMap(({ permission, sources }: { permission: string; sources: Source[] }) =>
      sources.filter((source) => source.is_effective).map((source) => at(permission, source.membership_id)),
    ),
    ...products
      .filter((product: Source) => product.is_effective)
      .map(({ product_id: id, membership_id: membership }: { product_id: string; membership_id: string }) => at(id, membership)),
  ];
  return held.sort();
}

describe('over many drawn users', () => {
  it.each(['a platform admin', 'an organisation’s administrator'])('what has an effective source is what the context holds, for %s', async (reader) => {
    const who = reader === 'a platform admin' ? ADMIN : tenantAdminA.email;
    const seen = { effective: 0, ineffective: 0, hidden: 0 };
    for (const id of ids) {
      const [access, context] = await Promise.all([app.as(who, 'GET', `admin/users/${id}/access`), app.as(who, 'GET', `users/${id}/context`)]);
      if (context.status === 404) {
        seen.hidden += 1;
        expectRefused(access, 'user.not_found');
        continue;
      }
      const { status, is_platform_admin } = context.body;
      expect(access.body).toMatchObject({ user_id: id, status, is_effective: status === 'active', is_platform_admin });
      expect(heldByAccess(access.body)).toEqual(heldByContext(context.body));
      const sources: Source[] = access.body.permissions.flatMap((each: { sources: Source[] }) => each.sources);
      seen.effective += sources.filter((source) => source.is_effective).length;
      seen.ineffective += sources.filter((source) => !source.is_effective).length;
    }
    expect(Math.min(seen.effective, seen.ineffective)).toBeGreaterThan(20);
    expect(seen.hidden > 5).toBe(who !== ADMIN);
  });

  it.each(PERMISSIONS)('the holders of %s are those whose context holds it', async (permission) => {
    const expected = { all: [] as string[], inA: [] as string[] };
    for (const { user_id: id, permissions, memberships } of contexts) {
      if (permissions.includes(permission)) {
        expected.all.push(at(id, null));
        if (ofA.has(id)) expected.inA.push(at(id, null));
      }
      for (const membership of memberships.filter((each) => each.permissions.includes(permission))) {
        expected.all.push(at(id, membership.membership_id));
        if (membership.organisation_id === orgA) expected.inA.push(at(id, membership.membership_id));
      }
    }
    expect(expected.all.length).toBeGreaterThan(expected.inA.length);
    expect(await holdersOf(permission, ADMIN)).toEqual(expected.all.sort());
    expect(await holdersOf(permission, tenantAdminA.email)).toEqual(expected.inA.sort());
  });

  /** All pages, as far as they are about users of the draw. */
  async function holdersOf(permission: string, who: string): Promise<string[]> {
    const found: { user_id: string; membership_id: string | null }[] = [];
    for (let total = 1; found.length < total; ) {
      const { body } = await app.as(who, 'GET', `admin/permissions/${permission}/holders?limit=37&offset=${found.length}`);
      expect(body.items.length).toBeGreaterThan(0);
      found.push(...body.items);
      total = body.total;
    }
    return found.filter((holder) => ids.includes(holder.user_id)).map((holder) => at(holder.user_id, holder.membership_id)).sort();
  }
});
