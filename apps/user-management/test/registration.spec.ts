import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityService } from '../src/modules/identity/identity.service.js';
import { Database } from '../src/platform/database/database.js';
import { contextOf, createPerson, createPersonWithoutSubject, expectProblem, range, unique } from './arrange.js';
import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const newEmail = () => `${unique('new')}@example.com`;
const tables = () => app.nest.get(Database).client;
const rowsOf = (email: string) =>
  tables().user.findMany({ where: { emailCanonical: email.toLowerCase() }, select: { id: true, externalId: true, status: true, version: true } });
const countUsers = () => tables().user.count();

/** An account at the provider that this service has not made. */
async function createAccount(email: string, emailVerified: boolean): Promise<string> {
  const { externalId } = await app.nest.get(IdentityService).provider.createUser({
    userId: unique('elsewhere'),
    email,
    displayName: 'From elsewhere',
    phone: null,
    emailVerified,
    delivery: 'none',
    claims: { user_type: 'user', status: 'active', roles: [], organisations: [] },
  });
  return externalId;
}

describe('an unknown subject', () => {
  it('with approval becomes a pending user, who is told to wait and holds nothing', async () => {
    const email = newEmail();
    const me = await app.as(email, 'GET', 'users/me');
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({ email, user_type: 'user', status: 'pending' });
    const context = await app.as(email, 'GET', 'users/me/context');
    expect(context.body).toMatchObject({ user_id: me.body.id, status: 'pending', permissions: [], memberships: [] });
    expectProblem(await app.as(email, 'PATCH', 'users/me', { display_name: 'Me' }), 403, 'user.not_active');
    expectProblem(await app.as(email, 'GET', 'admin/users'), 403, 'user.not_active');
    const events = await tables().outboxEvent.findMany({ where: { userId: me.body.id }, select: { type: true } });
    expect(events).toEqual([{ type: 'users.created' }]);
  });

  it('is found again by the next request', async () => {
    const email = newEmail();
    const first = await app.as(email, 'GET', 'users/me');
    expect((await app.as(email, 'GET', 'users/me')).body).toEqual(first.body);
    expect(await rowsOf(email)).toHaveLength(1);
  });

  it('becomes a pending user also on a route that then refuses them', async () => {
    const email = newEmail();
    expectProblem(await app.as(email, 'GET', 'admin/users'), 403, 'user.not_active');
    expect(await rowsOf(email)).toMatchObject([{ status: 'pending' }]);
  });

  it('that the provider has deleted is refused and leaves no row', async () => {
    const email = newEmail();
    const token = await app.token(email);
    await tables().mockAccount.deleteMany({ where: { emailCanonical: email } });
    expectProblem(await app.request('GET', 'users/me', { token }), 403, 'user.unknown');
    expect(await rowsOf(email)).toEqual([]);
  });

  it('of a service is never taken for a person', async () => {
    const before = await countUsers();
    expectProblem(await app.as('service', 'GET', 'users/me'), 403, 'access.denied');
    expect(await countUsers()).toBe(before);
  });
});

describe('linking', () => {
  it('gives a verified e-mail to the user who has it and no subject', async () => {
    const person = await createPersonWithoutSubject(app);
    const { status, body } = await app.as(person.email, 'GET', 'users/me/context');
    expect(status).toBe(200);
    expect(body).toMatchObject({ user_id: person.id, status: 'active', memberships: [{ role: { key: 'BILLER' } }] });
    expect(body.external_id).toMatch(/^mock\|/);
    expect(await rowsOf(person.email)).toHaveLength(1);
  });

  it('compares addresses by their canonical form', async () => {
    const person = await createPersonWithoutSubject(app);
    const answer = await app.as(`${person.email.slice(0, 3).toUpperCase()}${person.email.slice(3)}`, 'GET', 'users/me');
    expect(answer.body.id).toBe(person.id);
  });

  it('raises the version of the context, which carries the subject', async () => {
    const person = await createPersonWithoutSubject(app);
    const before = await contextOf(app, person.id);
    await app.as(person.email, 'GET', 'users/me');
    expect((await contextOf(app, person.id)).version).toBeGreaterThan(before.version);
  });

  it('never goes through an e-mail that nobody has verified', async () => {
    const person = await createPersonWithoutSubject(app);
    await createAccount(person.email, false);
    const before = await rowsOf(person.email);
    for (const path of ['users/me', 'users/me/context']) {
      expectProblem(await app.as(person.email, 'GET', path), 403, 'user.unknown');
    }
    expect(await rowsOf(person.email)).toEqual(before);
    expect(before[0]?.externalId).toBeNull();
  });

  it('never replaces the subject that a user has', async () => {
    const person = await createPerson(app);
    await tables().mockAccount.deleteMany({ where: { emailCanonical: person.email } });
    await createAccount(person.email, true);
    const before = await rowsOf(person.email);
    expectProblem(await app.as(person.email, 'GET', 'users/me'), 403, 'user.unknown');
    expect(await rowsOf(person.email)).toEqual(before);
    expect(before[0]?.externalId).not.toBeNull();
  });

  it('does not wake somebody who was deactivated', async () => {
    const person = await createPersonWithoutSubject(app);
    await tables().user.update({ where: { id: person.id }, data: { status: 'deactivated' } });
    expectProblem(await app.as(person.email, 'GET', 'users/me'), 403, 'user.not_active');
    expect(await rowsOf(person.email)).toMatchObject([{ id: person.id, status: 'deactivated' }]);
  });
});

describe('twenty first requests at once', () => {
  const ROUNDS = 4;
  const simultaneous = async (email: string) => {
    const token = await app.token(email);
    return Promise.all(range(20).map(() => app.request('GET', 'users/me', { token })));
  };

  it('make exactly one user, and all get the same answer', async () => {
    for (const _ of range(ROUNDS)) {
      const email = newEmail();
      const answers = await simultaneous(email);
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(range(20).map(() => [200, undefined]));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(await rowsOf(email)).toHaveLength(1);
      const events = await tables().outboxEvent.count({ where: { userId: answers[0]?.body.id, type: 'users.created' } });
      expect(events).toBe(1);
    }
  });

  it('link once', async () => {
    for (const _ of range(ROUNDS)) {
      const person = await createPersonWithoutSubject(app);
      const linkedBefore = await tables().outboxEvent.count({ where: { userId: person.id } });
      const answers = await simultaneous(person.email);
      expect(answers.map(({ status, body }) => [status, body.id])).toEqual(range(20).map(() => [200, person.id]));
      expect((await tables().outboxEvent.count({ where: { userId: person.id } })) - linkedBefore).toBe(1);
    }
  });
});

describe('while the provider fails', () => {
  it('an unknown subject is answered 503 and may try again; known people notice nothing', async () => {
    const email = newEmail();
    const [token, known] = await Promise.all([app.token(email), app.token('biller@example.com')]);
    await tables().$executeRawUnsafe('ALTER TABLE mock_accounts RENAME TO mock_accounts_away');
    try {
      const answer = await app.request('GET', 'users/me', { token });
      expectProblem(answer, 503, 'context.unavailable');
      expect(answer.headers.get('retry-after')).not.toBeNull();
      expect(answer.text).not.toContain('mock_accounts');
      expect(await rowsOf(email)).toEqual([]);
      expect((await app.request('GET', 'users/me', { token: known })).status).toBe(200);
    } finally {
      await tables().$executeRawUnsafe('ALTER TABLE mock_accounts_away RENAME TO mock_accounts');
    }
    expect((await app.request('GET', 'users/me', { token })).body).toMatchObject({ email, status: 'pending' });
  });
});
