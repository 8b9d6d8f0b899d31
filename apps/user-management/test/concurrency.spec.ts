import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, membershipIn, range, unique, type Person } from './arrange.js';
import { TestApp, type Answer } from './test-app.js';
import { engine } from './test-database.js';

/** `npm run test:concurrency` plays 200 and tells what came of them. */
const ROUNDS = Number(process.env.CONCURRENCY_ROUNDS ?? 8);
const FEW = 4;
const ADMIN = 'admin@example.com';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const outcome = ({ status, body }: Answer): string => `${status}${body?.code ? ` ${String(body.code)}` : ''}`;
const outcomes = (answers: Answer[]): string[] => answers.map(outcome).sort();
const atOnce = (count: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> => Promise.all(range(count).map(send));

/** Plays the race in each of its ways in turn. @param play answers what was answered */
async function inRounds<Way>(name: string, ways: readonly Way[], play: (way: Way) => Promise<Answer[]>): Promise<void> {
  const counts = new Map<string, number>();
  const startedAt = performance.now();
  for (const round of range(ROUNDS)) {
    const answers = await play(ways[round % ways.length]!);
    for (const each of outcomes(answers)) counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  if (process.env.CONCURRENCY_ROUNDS === undefined) return;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const told = [...counts].sort().map(([each, count]) => `${count} x ${each}`);
  process.stderr.write(`${engine}: ${name}: ${ROUNDS} rounds in ${seconds} s: ${told.join(', ')}\n`);
}

/** One of two gets through; the other hears why not. @returns who got through */
function expectOneWinner(answers: Answer[], refusals: string[]): number {
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  const winner = answers.findIndex(({ status }) => status < 300);
  expect(refusals).toContain(outcome(answers[1 - winner]!));
  return winner;
}

const LONG = 600_000;

describe('the last two platform admins', () => {
  const WAYS: ((by: string, id: string) => Promise<Answer>)[] = [
    (by, id) => app.as(by, 'PUT', `admin/users/${id}/role`, { role: 'user' }),
    (by, id) => app.as(by, 'DELETE', `admin/users/${id}`),
    (by, id) => app.as(by, 'PATCH', `admin/users/${id}`, { status: 'suspended' }),
    (by, id) => app.as(by, 'POST', `admin/users/${id}/revoke`),
  ];

  it('demote, deactivate, suspend or revoke each other at the same moment: exactly one succeeds', async () => {
    const pair = await Promise.all(range(2).map(() => createPerson(app, [], { user_type: 'admin' })));
    for (const { email } of pair) await app.token(email);
    const { user: users } = app.nest.get(Database).client;
    // Everybody else steps aside, so that two are left.
    await users.updateMany({ where: { userType: 'admin', id: { notIn: pair.map(({ id }) => id) } }, data: { status: 'suspended' } });
    try {
      await inRounds('two platform admins against each other', WAYS, async (remove) => {
        const answers = await atOnce(2, (index) => remove(pair[index]!.email, pair[1 - index]!.id));
        // The loser came too late for the lock, or for the guard.
        const winner = expectOneWinner(answers, ['409 user.last_platform_admin', '403 user.not_active', '403 access.denied']);
        const admins = await users.findMany({ where: { userType: 'admin', status: 'active' } });
        expect(admins.map(({ id }) => id)).toEqual([pair[winner]!.id]);
        const gone = `admin/users/${pair[1 - winner]!.id}`;
        expect((await app.as(pair[winner]!.email, 'PUT', `${gone}/role`, { role: 'admin' })).status).toBe(200);
        expect((await app.as(pair[winner]!.email, 'PATCH', gone, { status: 'active' })).status).toBe(200);
        return answers;
      });
    } finally {
      await users.updateMany({ where: { emailCanonical: ADMIN }, data: { status: 'active' } });
    }
  }, LONG);
});

describe('the last two administrators of an organisation', () => {
  const WAYS: ((by: string, target: Person, membership: string) => Promise<Answer>)[] = [
    (by, { id }, membership) => app.as(by, 'PATCH', `admin/users/${id}/memberships/${membership}`, { role_key: 'BILLER' }),
    (by, { id }, membership) => app.as(by, 'DELETE', `admin/users/${id}/memberships/${membership}`),
    (by, { id }) => app.as(by, 'PATCH', `admin/users/${id}`, { status: 'suspended' }),
    (by, { id }, membership) => app.as(by, 'PATCH', `admin/users/${id}/memberships/${membership}`, { expires_at: '2099-01-01T00:00:00Z' }),
    (by, { id }) => app.as(by, 'POST', `admin/users/${id}/revoke`),
  ];

  it('demote, remove, suspend, revoke or put an end to each other at the same moment: exactly one succeeds', async () => {
    const organisation = await createOrganisation(app);
    const member = { organisation_id: organisation, role_key: 'READONLY' };
    const pair = await Promise.all(range(2).map(() => createPerson(app, [member])));
    for (const { email } of pair) await app.token(email);
    const administers = { organisation_id: organisation, role_key: 'TENANT_ADMIN' };
    const makeAdmin = async ({ id }: Person): Promise<string> => {
      await asAdmin(app, 'PATCH', `admin/users/${id}`, { status: 'active' });
      for (const { membership_id: held, role } of (await contextOf(app, id)).memberships) {
        if (role.key !== 'READONLY') await asAdmin(app, 'DELETE', `admin/users/${id}/memberships/${held}`);
      }
      return String((await asAdmin(app, 'POST', `admin/users/${id}/memberships`, administers)).body.membership_id);
    };
    const memberships = [await makeAdmin(pair[0]!), await makeAdmin(pair[1]!)];
    await inRounds('two tenant admins against each other', WAYS, async (remove) => {
      const answers = await atOnce(2, (index) => remove(pair[index]!.email, pair[1 - index]!, memberships[1 - index]!));
      const winner = expectOneWinner(answers, ['409 membership.last_tenant_admin', '403 access.denied', '403 user.not_active']);
      const contexts = await Promise.all(pair.map(({ id }) => contextOf(app, id)));
      const isLasting = contexts.map(
        ({ status, memberships: held }) => status === 'active' && held.some(({ role, expires_at }) => role.key === 'TENANT_ADMIN' && expires_at === null),
      );
      expect(isLasting).toEqual([winner === 0, winner === 1]);
      memberships[1 - winner] = await makeAdmin(pair[1 - winner]!);
      return answers;
    });
  }, LONG);
});

describe('a role that is deleted while it is given', () => {
  const newcomer = (role_id: string) => ({
    email: `${unique('given')}@example.com`,
    display_name: 'Given',
    user_type: 'user',
    memberships: [{ organisation_id: 'texas', role_id }],
    provisioning: { delivery: 'none' },
  });

  it('is gone and was given to nobody, or stays with those it was given to', async () => {
    const [first, second] = [await createPerson(app), await createPerson(app, [{ organisation_id: 'texas', role_key: 'READONLY' }])];
    const own = await membershipIn(app, second.id, 'texas');
    const { orgMembership, role: roles } = app.nest.get(Database).client;
    const giving = [
      (role_id: string) => app.as(ADMIN, 'POST', `admin/users/${first.id}/memberships`, { organisation_id: 'texas', role_id }),
      (role_id: string) => app.as(ADMIN, 'PATCH', `admin/users/${second.id}/memberships/${own}`, { role_id }),
      (role_id: string) => app.as(ADMIN, 'POST', 'admin/users', newcomer(role_id)),
    ];
    // A deletion has less to do: without a start, those who give would never win.
    await inRounds('a role deleted while it is given', [0, 5, 10, 20], async (startMs) => {
      const { id } = await createRole(app, 'texas', ['claims:read']);
      const remove = async () => {
        await sleep(startMs);
        return app.as(ADMIN, 'DELETE', `admin/roles/${id}`);
      };
      const [deletion, ...answers] = await Promise.all([remove(), ...giving.map((give) => give(id))]);
      const given = answers.filter(({ status }) => status < 300);
      const isGone = deletion.status === 204;
      expect(outcome(deletion)).toBe(isGone ? '204' : '409 role.in_use');
      for (const answer of answers) expect(isGone ? ['404 role.not_found'] : ['200', '201']).toContain(outcome(answer));
      expect(await roles.count({ where: { id } })).toBe(isGone ? 0 : 1);
      expect(await orgMembership.count({ where: { roleId: id } })).toBe(given.length);
      await orgMembership.updateMany({ where: { id: own }, data: { roleId: (await roles.findFirstOrThrow({ where: { key: 'READONLY' } })).id } });
      return [deletion, ...answers];
    });
  }, LONG);
});

describe('one tag for two changes at once', () => {
  it('is good for one of them, and for none after', async () => {
    const person = await createPerson(app, [{ organisation_id: 'texas', role_key: 'READONLY' }]);
    const role = await createRole(app, 'texas', ['claims:read']);
    const product = unique('product');
    await asAdmin(app, 'POST', 'admin/products', { id: product, name: product });
    const organisation = await createOrganisation(app);
    const resources = [`admin/users/${person.id}`, `admin/roles/${role.id}`, `admin/organisations/${organisation}`, `admin/products/${product}`];
    await inRounds('one stale tag twice', resources, async (path) => {
      const tag = String((await app.as(ADMIN, 'GET', path)).headers.get('etag'));
      const field = path.includes('users') ? 'display_name' : 'name';
      const change = () => app.as(ADMIN, 'PATCH', path, { [field]: unique('name') }, { 'if-match': tag });
      const answers = await atOnce(2, change);
      const winner = expectOneWinner(answers, ['412 precondition.failed']);
      expect((await app.as(ADMIN, 'GET', path)).body[field]).toBe(answers[winner]!.body[field]);
      const late = await change();
      expect(outcome(late)).toBe('412 precondition.failed');
      return [...answers, late];
    });
  }, LONG);
});

describe('the same request sent at once', () => {
  it('adds one membership once', async () => {
    for (const _round of range(FEW)) {
      const organisation = await createOrganisation(app);
      const { id } = await createPerson(app);
      const add = () => app.as(ADMIN, 'POST', `admin/users/${id}/memberships`, { organisation_id: organisation, role_key: 'BILLER' });
      expect(outcomes(await atOnce(6, add))).toEqual(['201', ...range(5).map(() => '409 membership.exists')]);
      expect((await contextOf(app, id)).memberships).toHaveLength(1);
    }
  });

  it('creates one user per e-mail, however it is spelt', async () => {
    await inRounds('fifty creations of one e-mail', [50], async (count) => {
      const name = unique('same');
      const create = (index: number) =>
        app.as(ADMIN, 'POST', 'admin/users', {
          email: `${index % 2 === 0 ? name : name.toUpperCase()}@example.com`,
          display_name: 'Same',
          user_type: 'user',
          provisioning: { delivery: 'none' },
        });
      const answers = await atOnce(count, create);
      expect(outcomes(answers)).toEqual(['201', ...range(count - 1).map(() => '409 user.email_taken')]);
      const { body } = await asAdmin(app, 'GET', `admin/users?search=${name}`);
      expect(body).toMatchObject({ total: 1, items: [{ id: answers.find(({ status }) => status === 201)!.body.id }] });
      return answers;
    });
  }, LONG);

  it('removes both of two memberships never: the last one stays', async () => {
    for (const _round of range(2 * FEW)) {
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

describe('many who move between two roles', () => {
  const MOVERS = 12;
  const [EVEN, ODD] = ['BILLER', 'READONLY'] as const;

  it('in both directions at the same moment all succeed: none waits for a role that another leaves', async () => {
    const org = await createOrganisation(app);
    const movers = await Promise.all(range(MOVERS).map((index) => createPerson(app, [{ organisation_id: org, role_key: index % 2 ? ODD : EVEN }])));
    const paths = await Promise.all(movers.map(async ({ id }) => `admin/users/${id}/memberships/${await membershipIn(app, id, org)}`));
    await inRounds('moves between two roles', [true, false], async (isOnTheWay) => {
      const answers = await atOnce(MOVERS, (index) => app.as(ADMIN, 'PATCH', paths[index]!, { role_key: (index % 2 === 0) === isOnTheWay ? ODD : EVEN }));
      expect(outcomes(answers)).toEqual(range(MOVERS).map(() => '200'));
      return answers;
    });
  }, LONG);
});
