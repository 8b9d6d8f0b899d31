import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, membershipIn, range, unique, type Person } from './arrange.js';
import { TestApp, type Answer } from './test-app.js';

const ROUNDS = 8;
const ADMIN = 'admin@example.com';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const outcome = ({ status, body }: Answer): string => `${status}${body?.code ? ` ${String(body.code)}` : ''}`;
const outcomes = (answers: Answer[]): string[] => answers.map(outcome).sort();
const atOnce = (count: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> => Promise.all(range(count).map(send));

describe('the last two platform admins', () => {
  let pair: [Person, Person];

  beforeEach(async () => {
    pair = [await createPerson(app, [], { user_type: 'admin' }), await createPerson(app, [], { user_type: 'admin' })];
    for (const { email } of pair) await app.token(email);
  });

  const WAYS: [how: string, remove: (by: string, id: string) => Promise<Answer>][] = [
    ['deactivate', (by, id) => app.as(by, 'DELETE', `admin/users/${id}`)],
    ['suspend', (by, id) => app.as(by, 'PATCH', `admin/users/${id}`, { status: 'suspended' })],
  ];

  it.each(WAYS)('%s each other at the same moment: exactly one succeeds', async (_, remove) => {
    const { user: users } = app.nest.get(Database).client;
    // Everybody else steps aside, so that two are left.
    await users.updateMany({ where: { userType: 'admin', id: { notIn: pair.map(({ id }) => id) } }, data: { status: 'suspended' } });
    try {
      for (const _round of range(ROUNDS)) {
        const answers = await Promise.all([remove(pair[0].email, pair[1].id), remove(pair[1].email, pair[0].id)]);
        expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
        // The loser came too late for the lock, or for the guard.
        const lost = answers.find(({ status }) => status >= 300)!;
        expect(['409 user.last_platform_admin', '403 user.not_active']).toContain(outcome(lost));
        const admins = await users.findMany({ where: { userType: 'admin', status: 'active' } });
        expect(admins).toHaveLength(1);
        const [left, gone] = admins[0]!.id === pair[0].id ? pair : [pair[1], pair[0]];
        expect((await app.as(left.email, 'PATCH', `admin/users/${gone.id}`, { status: 'active' })).status).toBe(200);
      }
    } finally {
      await users.updateMany({ where: { emailCanonical: ADMIN }, data: { status: 'active' } });
    }
  });
});

describe('the last two administrators of an organisation', () => {
  const WAYS: [how: string, remove: (by: string, target: Person, membership: string) => Promise<Answer>][] = [
    ['remove', (by, { id }, membership) => app.as(by, 'DELETE', `admin/users/${id}/memberships/${membership}`)],
    ['demote', (by, { id }, membership) => app.as(by, 'PATCH', `admin/users/${id}/memberships/${membership}`, { role_key: 'BILLER' })],
    ['suspend', (by, { id }) => app.as(by, 'PATCH', `admin/users/${id}`, { status: 'suspended' })],
    ['put an end to', (by, { id }, membership) => app.as(by, 'PATCH', `admin/users/${id}/memberships/${membership}`, { expires_at: '2099-01-01T00:00:00Z' })],
  ];

  it.each(WAYS)('%s each other at the same moment: exactly one succeeds', async (_, remove) => {
    for (const _round of range(ROUNDS / 2)) {
      const organisation = await createOrganisation(app);
      const both = [
        { organisation_id: organisation, role_key: 'TENANT_ADMIN' },
        { organisation_id: organisation, role_key: 'READONLY' },
      ];
      const pair = [await createPerson(app, both), await createPerson(app, both)] as const;
      const memberships = await Promise.all(
        pair.map(async ({ id }) => (await contextOf(app, id)).memberships.find(({ role }) => role.key === 'TENANT_ADMIN')!.membership_id),
      );
      for (const { email } of pair) await app.token(email);
      const answers = await Promise.all([remove(pair[0].email, pair[1], memberships[1]!), remove(pair[1].email, pair[0], memberships[0]!)]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      const lost = answers.find(({ status }) => status >= 300)!;
      expect(['409 membership.last_tenant_admin', '403 access.denied', '403 user.not_active']).toContain(outcome(lost));
      const contexts = await Promise.all(pair.map(({ id }) => contextOf(app, id)));
      const lasting = contexts.filter(
        ({ status, memberships: held }) => status === 'active' && held.some(({ role, expires_at }) => role.key === 'TENANT_ADMIN' && expires_at === null),
      );
      expect(lasting).toHaveLength(1);
    }
  });
});

describe('the same request sent at once', () => {
  it('adds one membership once', async () => {
    for (const _round of range(ROUNDS / 2)) {
      const organisation = await createOrganisation(app);
      const { id } = await createPerson(app);
      const add = () => app.as(ADMIN, 'POST', `admin/users/${id}/memberships`, { organisation_id: organisation, role_key: 'BILLER' });
      expect(outcomes(await atOnce(6, add))).toEqual(['201', ...range(5).map(() => '409 membership.exists')]);
      expect((await contextOf(app, id)).memberships).toHaveLength(1);
    }
  });

  it('creates one user per e-mail, however it is spelt', async () => {
    for (const _round of range(ROUNDS / 2)) {
      const name = unique('same');
      const create = (index: number) =>
        app.as(ADMIN, 'POST', 'admin/users', {
          email: `${index % 2 === 0 ? name : name.toUpperCase()}@example.com`,
          display_name: 'Same',
          user_type: 'user',
          provisioning: { delivery: 'none' },
        });
      const answers = await atOnce(6, create);
      expect(outcomes(answers)).toEqual(['201', ...range(5).map(() => '409 user.email_taken')]);
      const { body } = await asAdmin(app, 'GET', `admin/users?search=${name}`);
      expect(body).toMatchObject({ total: 1, items: [{ id: answers.find(({ status }) => status === 201)!.body.id }] });
    }
  });

  it('removes both of two memberships never: the last one stays', async () => {
    for (const _round of range(ROUNDS)) {
      const organisations = await Promise.all(range(2).map(() => createOrganisation(app)));
      const { id } = await createPerson(app, organisations.map((organisation_id) => ({ organisation_id, role_key: 'BILLER' })));
      const memberships = await Promise.all(organisations.map((organisation) => membershipIn(app, id, organisation)));
      const answers = await atOnce(2, (index) => app.as(ADMIN, 'DELETE', `admin/users/${id}/memberships/${memberships[index]!}`));
      expect(outcomes(answers)).toEqual(['204', '400 membership.last']);
      expect((await contextOf(app, id)).memberships).toHaveLength(1);
    }
  });

  it('removes one membership once', async () => {
    const [first, second] = await Promise.all(range(2).map(() => createOrganisation(app)));
    const { id } = await createPerson(app, [first!, second!, 'texas'].map((organisation_id) => ({ organisation_id, role_key: 'BILLER' })));
    const membership = await membershipIn(app, id, first!);
    const answers = await atOnce(6, () => app.as(ADMIN, 'DELETE', `admin/users/${id}/memberships/${membership}`));
    expect(outcomes(answers)).toEqual(['204', ...range(5).map(() => '404 membership.not_found')]);
    expect((await contextOf(app, id)).memberships).toHaveLength(2);
  });

  it('under one Idempotency-Key is done once: the others hear that it runs, or its answer', async () => {
    const organisation = await createOrganisation(app);
    const { id } = await createPerson(app);
    const key = unique('key');
    const add = () =>
      app.as(ADMIN, 'POST', `admin/users/${id}/memberships`, { organisation_id: organisation, role_key: 'BILLER' }, { 'idempotency-key': key });
    const answers = [...(await atOnce(6, add)), await add()];
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(answers.at(-1)?.status).toBe(201);
    for (const answer of answers) expect(['201', '409 idempotency.in_flight']).toContain(outcome(answer));
    expect((await contextOf(app, id)).memberships).toHaveLength(1);
  });
});

describe('thirty different writes on the same users at once', () => {
  it('are each done or answered with a conflict, never with a failure', async () => {
    for (const round of range(3)) {
      const organisation = await createOrganisation(app);
      const role = await createRole(app, organisation, ['claims:read']);
      const people = await Promise.all(
        range(3).map(() => createPerson(app, [{ organisation_id: organisation, role_id: role.id }, { organisation_id: 'texas', role_key: 'BILLER' }])),
      );
      const membership = await Promise.all(people.map(({ id }) => membershipIn(app, id, organisation)));
      const writes: ((person: Person, own: string) => [method: string, path: string, json?: unknown])[] = [
        ({ id }) => ['PATCH', `admin/users/${id}`, { display_name: `Round ${round}` }],
        ({ id }) => ['POST', `admin/users/${id}/memberships`, { organisation_id: organisation, role_key: 'BILLER' }],
        ({ id }, own) => ['PATCH', `admin/users/${id}/memberships/${own}`, { role_key: 'READONLY' }],
        ({ id }, own) => ['POST', `admin/users/${id}/memberships/${own}/products`, { product_id: 'derm' }],
        ({ id }, own) => ['DELETE', `admin/users/${id}/memberships/${own}`],
        ({ id }) => ['PATCH', `admin/users/${id}`, { status: 'suspended' }],
        ({ id }) => ['DELETE', `admin/users/${id}`],
        () => ['PATCH', `admin/roles/${role.id}`, { permissions: ['claims:write'] }],
        () => ['PATCH', `admin/organisations/${organisation}`, { name: `Round ${round}` }],
        () => ['POST', 'permissions/register', { permission: `tests:${unique('p').replace('-', '_')}`, service_id: 'tests', description: 'A test' }],
      ];
      const answers = await atOnce(30, (index) => {
        const which = index % people.length;
        return app.as(ADMIN, ...writes[Math.floor(index / people.length)]!(people[which]!, membership[which]!));
      });
      const failed = answers.filter(({ status }) => status >= 500 || status === 401 || status === 403);
      expect(failed.map(outcome)).toEqual([]);
      expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThanOrEqual(15);
      for (const { id } of people) expect((await contextOf(app, id)).status).toBe('deactivated');
    }
  });
});
