import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, expectProblem, membershipIn, type Person } from './arrange.js';
import { TestApp, type Answer } from './test-app.js';
import { engine } from './test-database.js';

/** PGlite lives inside one process: there is no second replica of it. */
const hasReplicas = engine !== 'pglite';
const HELD = ['admin:users:read', 'admin:roles:read', 'claims:read'];

interface Victim extends Person {
  token: string;
  organisation: string;
  membership: string;
  role: string;
}

describe('access ends with the very next request', () => {
  let app: TestApp;
  let replicas: TestApp[];

  beforeAll(async () => {
    app = await TestApp.start();
    replicas = [app];
    // The same address of the issuer: a token of the one is good at the other.
    if (hasReplicas) replicas.push(await TestApp.start({ PUBLIC_URL: app.url }, app.database));
  });
  afterAll(async () => {
    for (const replica of [...replicas].reverse()) await replica.stop();
  });

  /** An administrator of an organisation whose token every replica has verified and used before. */
  async function createVictim(): Promise<Victim> {
    const organisation = await createOrganisation(app);
    const role = await createRole(app, organisation, HELD);
    const person = await createPerson(app, [{ organisation_id: organisation, role_id: role.id, product_ids: ['derm'] }]);
    const token = await app.token(person.email);
    const membership = await membershipIn(app, person.id, organisation);
    const victim = { ...person, token, organisation, membership, role: role.id };
    for (const { status } of await everywhere(victim, 'GET', pathsOf(victim))) expect(status).toBe(200);
    return victim;
  }

  /** Every way by which the person reads or administers something. */
  const pathsOf = ({ id }: Person) => [
    'users/me',
    `users/${id}/context`,
    `users/${id}/contact`,
    `users/by-external-id/${encodeURIComponent('nobody')}`.replace('nobody', externalIds.get(id) ?? 'nobody'),
    'admin/users',
    `admin/users/${id}`,
    'admin/roles',
    'permissions',
  ];
  const externalIds = new Map<string, string>();

  /** With the old token and a fresh one, on each replica. */
  async function everywhere(victim: Victim, method: string, paths: string[]): Promise<Answer[]> {
    if (!externalIds.has(victim.id)) {
      externalIds.set(victim.id, encodeURIComponent((await contextOf(app, victim.id)).external_id ?? ''));
      paths = pathsOf(victim);
    }
    const fresh = await app.request('POST', '/mock-idp/dev-token', { json: { email: victim.email } });
    const requests = replicas.flatMap((replica) =>
      [victim.token, String(fresh.body.access_token)].flatMap((token) => paths.map((path) => replica.request(method, path, { token }))),
    );
    return Promise.all(requests);
  }

  const ENDINGS: [how: string, status: string, end: (victim: Victim) => Promise<Answer>][] = [
    ['suspended', 'suspended', ({ id }) => asAdmin(app, 'PATCH', `admin/users/${id}`, { status: 'suspended' })],
    ['deactivated by PATCH', 'deactivated', ({ id }) => asAdmin(app, 'PATCH', `admin/users/${id}`, { status: 'deactivated' })],
    ['deactivated by DELETE', 'deactivated', ({ id }) => asAdmin(app, 'DELETE', `admin/users/${id}`)],
  ];

  it.each(ENDINGS)('of somebody %s, by every path', async (_, status, end) => {
    const victim = await createVictim();
    await end(victim);
    for (const answer of await everywhere(victim, 'GET', pathsOf(victim))) expectProblem(answer, 403, 'user.not_active');
    for (const answer of await everywhere(victim, 'GET', ['users/me/context'])) {
      expect(answer.body).toMatchObject({ status, permissions: [], memberships: [{ permissions: [], products: [] }] });
    }
    for (const replica of replicas) {
      const token = await app.token('service');
      const seen = await replica.request('POST', 'users/contexts', { token, json: { user_ids: [victim.id] } });
      expect(seen.body.items[0].context).toMatchObject({ status, memberships: [{ permissions: [], products: [] }] });
    }
  });

  it('of somebody suspended, and comes back with the next one after they are active again', async () => {
    const victim = await createVictim();
    await asAdmin(app, 'PATCH', `admin/users/${victim.id}`, { status: 'suspended' });
    await asAdmin(app, 'PATCH', `admin/users/${victim.id}`, { status: 'active' });
    for (const { status } of await everywhere(victim, 'GET', pathsOf(victim))) expect(status).toBe(200);
  });

  const DEMOTIONS: [how: string, demote: (victim: Victim) => Promise<Answer>][] = [
    ['whose role was changed', ({ id, membership }) => asAdmin(app, 'PATCH', `admin/users/${id}/memberships/${membership}`, { role_key: 'READONLY' })],
    ['whose role lost its permissions', ({ role }) => asAdmin(app, 'PATCH', `admin/roles/${role}`, { permissions: ['claims:read'] })],
    [
      'whose membership was removed',
      async ({ id, membership }) => {
        await asAdmin(app, 'POST', `admin/users/${id}/memberships`, { organisation_id: 'texas', role_key: 'READONLY' });
        return asAdmin(app, 'DELETE', `admin/users/${id}/memberships/${membership}`);
      },
    ],
  ];

  it.each(DEMOTIONS)('of an administrator %s', async (_, demote) => {
    const victim = await createVictim();
    await demote(victim);
    for (const path of ['admin/users', `admin/users/${victim.id}`, 'admin/roles', 'permissions']) {
      for (const answer of await everywhere(victim, 'GET', [path])) expectProblem(answer, 403, 'access.denied');
    }
    for (const { status, body } of await everywhere(victim, 'GET', ['users/me/context'])) {
      expect(status).toBe(200);
      const inOrganisation = body.memberships.filter(({ organisation_id }: { organisation_id: string }) => organisation_id === victim.organisation);
      expect(inOrganisation.flatMap(({ permissions }: { permissions: string[] }) => permissions)).not.toContain('admin:users:read');
    }
  });

  it('to a product that was revoked', async () => {
    const victim = await createVictim();
    await asAdmin(app, 'DELETE', `admin/users/${victim.id}/memberships/${victim.membership}/products/derm`);
    for (const { body } of await everywhere(victim, 'GET', ['users/me/context', `users/${victim.id}/context`])) {
      expect(body.memberships).toMatchObject([{ products: [] }]);
    }
  });

  it('for what an administrator may do to others, too: nothing is written after the demotion', async () => {
    const organisation = await createOrganisation(app);
    const actor = await createPerson(app, [{ organisation_id: organisation, role_key: 'TENANT_ADMIN' }]);
    await createPerson(app, [{ organisation_id: organisation, role_key: 'TENANT_ADMIN' }]);
    const target = await createPerson(app, [{ organisation_id: organisation, role_key: 'READONLY' }]);
    const rename = () => app.as(actor.email, 'PATCH', `admin/users/${target.id}`, { display_name: 'Renamed' });
    expect((await rename()).status).toBe(200);
    const membership = await membershipIn(app, actor.id, organisation);
    await asAdmin(app, 'PATCH', `admin/users/${actor.id}/memberships/${membership}`, { role_key: 'READONLY' });
    const before = await contextOf(app, target.id);
    expectProblem(await rename(), 403, 'access.denied');
    expect(await contextOf(app, target.id)).toEqual(before);
  });

  it('of a membership that expires, without any write', async () => {
    const victim = await createVictim();
    let before = await contextOf(app, victim.id);
    const expires = new Date(Date.now() + 2500).toISOString();
    await asAdmin(app, 'PATCH', `admin/users/${victim.id}/memberships/${victim.membership}`, { expires_at: expires });
    let after = await contextOf(app, victim.id);
    while (after.memberships.length > 0) {
      before = after;
      after = await contextOf(app, victim.id);
    }
    expect(before.memberships[0]?.permissions).toEqual([...HELD].sort());
    expect(after.version).toBeGreaterThan(before.version);
    for (const answer of await everywhere(victim, 'GET', ['admin/users'])) expectProblem(answer, 403, 'access.denied');
  });
});
