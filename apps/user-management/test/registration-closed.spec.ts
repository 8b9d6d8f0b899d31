import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import { createPersonWithoutSubject, expectProblem, range, unique } from './arrange.js';
import { TestApp } from './test-app.js';

describe('with registration closed', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ REGISTRATION: 'closed' });
  });
  afterAll(() => app.stop());

  const countUsers = () => app.nest.get(Database).client.user.count();

  it('an unknown subject is refused everywhere and leaves no row', async () => {
    const email = `${unique('new')}@example.com`;
    const before = await countUsers();
    for (const path of ['users/me', 'users/me/context', 'admin/users']) {
      expectProblem(await app.as(email, 'GET', path), 403, 'user.unknown');
    }
    const token = await app.token(email);
    for (const answer of await Promise.all(range(5).map(() => app.request('GET', 'users/me', { token })))) {
      expectProblem(answer, 403, 'user.unknown');
    }
    expect(await countUsers()).toBe(before);
  });

  it('a verified e-mail is still given to the user who has it and no subject', async () => {
    const person = await createPersonWithoutSubject(app);
    const before = await countUsers();
    const { status, body } = await app.as(person.email, 'GET', 'users/me/context');
    expect(status).toBe(200);
    expect(body).toMatchObject({ user_id: person.id, status: 'active', memberships: [{ role: { key: 'BILLER' } }] });
    expect(await countUsers()).toBe(before);
  });

  it('people who are known notice nothing', async () => {
    expect((await app.as('biller@example.com', 'GET', 'users/me')).status).toBe(200);
  });
});
