import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPersonWithoutSubject, expectProblem, range, unique } from './arrange.js';
import { MockSignInFlow, mailedLink, newestMail, temporaryPasswordOf, type Place } from './mock-sign-in-flow.js';
import { dumpTables } from './database-dump.js';
import { People, prismaOf } from './people.js';
import { TestApp } from './test-app.js';
import { engine } from './test-database.js';

const OWN = 'correct horse battery';
const CHOSEN = { password: OWN, repeat: OWN };
const newEmail = () => `${unique('new')}@example.com`;
const hasCode = ({ url }: Place) => new URL(url).searchParams.has('code');
const isLocked = ({ html }: Place) => html.includes('locked for now');

let app: TestApp;
let people: People;
beforeAll(async () => {
  app = await TestApp.start();
  people = new People(app);
});
afterAll(() => app.stop());

const invite = async (email = newEmail()) => {
  const { status, body } = await people.create({ email, provisioning: { delivery: 'invite' } });
  expect(status).toBe(201);
  return { id: String(body.id), email };
};
const me = (token: string) => app.request('GET', 'users/me', { token });
const register = (email: string) =>
  new MockSignInFlow(app.url).visit(`${app.url}/mock-idp/register`, new URLSearchParams({ name: 'Some Body', email, ...CHOSEN }));
const tokenOf = async (email: string, password = OWN) => {
  const flow = new MockSignInFlow(app.url);
  return flow.redeem(await flow.signIn(email, password));
};

describe('an invited user', () => {
  it('reads the mail, signs in with the temporary password, chooses another and is let in', async () => {
    const { id, email } = await invite();
    const temporary = await temporaryPasswordOf(app.url, email);
    const flow = new MockSignInFlow(app.url);
    const page = await flow.signIn(email, temporary);
    expect(page.url).toMatch(/\/password$/);
    expect(page.html).toContain('Choose a new password');
    const end = await flow.submit(page, CHOSEN);
    expect(hasCode(end)).toBe(true);
    expect((await me(await flow.redeem(end))).body).toMatchObject({ id, email, status: 'active' });
    expect((await new MockSignInFlow(app.url).signIn(email, temporary)).status).toBe(400);
  });

  it('leaves neither the temporary password nor the link of a reset in the database', async () => {
    const { id, email } = await invite();
    const temporary = await temporaryPasswordOf(app.url, email);
    expect((await people.admin('POST', `admin/users/${id}/reset-password`, {})).status).toBeLessThan(300);
    const token = new URL(await mailedLink(app.url, email)).searchParams.get('token') ?? 'none';
    const dump = await dumpTables(app);
    expect(dump).toContain('mock_mails');
    expect(dump).not.toContain(temporary);
    expect(dump).not.toContain(token);
    expect(dump).not.toContain('Temporary password');
  });

  it('chooses a password by the link of a reset', async () => {
    const { id, email } = await invite();
    await people.admin('POST', `admin/users/${id}/reset-password`, {});
    const link = await mailedLink(app.url, email);
    const done = await new MockSignInFlow(app.url).visit(link, new URLSearchParams(CHOSEN));
    expect(done.html).toContain('Password saved');
    expect((await me(await tokenOf(email))).body).toMatchObject({ id });
    expect((await new MockSignInFlow(app.url).visit(link)).status).toBe(400);
  });
});

describe('wrong passwords', () => {
  it('lock at the sixth, also against the right one', async () => {
    const flow = new MockSignInFlow(app.url);
    const page = await flow.start();
    const wrong = { email: 'biller@example.com', password: 'wrong' };
    for (const _ of range(5)) expect(isLocked(await flow.submit(page, wrong))).toBe(false);
    expect(isLocked(await flow.submit(page, wrong))).toBe(true);
    expect(isLocked(await flow.submit(page, { ...wrong, password: 'Passw0rd!' }))).toBe(true);
  });

  it('are checked five times when twenty come at once, spread over the replicas', async () => {
    const { email } = await invite();
    // PGlite can't be opened twice: there, one process gets all of them.
    const second = engine === 'pglite' ? null : await TestApp.start({}, app.database);
    const urls = range(20).map((n) => (n % 2 === 0 || second === null ? app.url : second.url));
    const pages = await Promise.all(urls.map((url) => new MockSignInFlow(url).signIn(email, 'wrong')));
    await second?.stop();
    expect(pages.filter((page) => !isLocked(page))).toHaveLength(5);
  });

  it('are counted for an address that nobody has, and look the same', async () => {
    const plain = ({ html }: Place) => html.replace(/ value="[^"]*"/, '').replace(/continue=[\w-]+/, '');
    const fail = async (email: string) => {
      const pages: string[] = [];
      for (const _ of range(6)) pages.push(plain(await new MockSignInFlow(app.url).signIn(email, 'wrong')));
      return pages;
    };
    const { email } = await invite();
    expect(await fail(newEmail())).toEqual(await fail(email));
  });

  it('can be tried five times again when fifteen minutes have passed', async () => {
    const { email } = await invite();
    for (const _ of range(6)) await new MockSignInFlow(app.url).signIn(email, 'wrong');
    const before = new Date(Date.now() - 15 * 60_000 - 1_000);
    await prismaOf(app).mockSignInFailure.updateMany({ data: { lastFailedAt: before } });
    const pages = await Promise.all(range(12).map(() => new MockSignInFlow(app.url).signIn(email, 'wrong')));
    expect(pages.filter((page) => !isLocked(page))).toHaveLength(5);
  });

  it('are forgotten when an administrator resets the password', async () => {
    const { id, email } = await invite();
    for (const _ of range(6)) await new MockSignInFlow(app.url).signIn(email, 'wrong');
    const { body } = await people.admin('POST', `admin/users/${id}/reset-password`, { delivery: 'temporary_password' });
    const page = await new MockSignInFlow(app.url).signIn(email, String(body.temporary_password));
    expect(page.url).toMatch(/\/password$/);
  });
});

describe('somebody who registers', () => {
  it('may sign in, and waits for approval without a permission', async () => {
    const email = newEmail();
    await register(email);
    const token = await tokenOf(email);
    expect((await me(token)).body).toMatchObject({ email, status: 'pending' });
    const context = await app.request('GET', 'users/me/context', { token });
    expect(context.body).toMatchObject({ status: 'pending', permissions: [], memberships: [] });
  });

  it('is not taken for the user who has that e-mail until the mailed link is confirmed', async () => {
    const person = await createPersonWithoutSubject(app);
    await register(person.email);
    const token = await tokenOf(person.email);
    expectProblem(await me(token), 403, 'user.unknown');
    expectProblem(await app.request('GET', 'users/me/context', { token }), 403, 'user.unknown');
    expect(await prismaOf(app).user.findUnique({ where: { id: person.id } })).toMatchObject({ externalId: null });

    const link = await mailedLink(app.url, person.email);
    await new MockSignInFlow(app.url).visit(link);
    expectProblem(await me(token), 403, 'user.unknown');
    await new MockSignInFlow(app.url).visit(link, new URLSearchParams());
    expect((await me(token)).body).toMatchObject({ id: person.id, status: 'active' });
  });

  it('with the e-mail of an account gets nothing, and its owner a mail', async () => {
    const { id, email } = await invite();
    await register(email);
    expect((await new MockSignInFlow(app.url).signIn(email, OWN)).status).toBe(400);
    expect(await newestMail(app.url, email)).toContain('You have one already');
    expect((await people.view(id)).email).toBe(email);
  });
});

describe('the mailbox', () => {
  it('is the same on another replica and after a restart, and keeps the newest thousand', async () => {
    const { email } = await invite();
    const temporary = await temporaryPasswordOf(app.url, email);
    const mails = prismaOf(app).mockMail;
    const filler = { recipientKey: 'filler', sealed: 'x', sentAt: new Date() };
    await mails.createMany({ data: range(990).map(() => filler) });
    if (engine !== 'pglite') {
      const second = await TestApp.start({}, app.database);
      expect(await temporaryPasswordOf(second.url, email)).toBe(temporary);
      await second.stop();
    }
    const second = await invite();
    await mails.createMany({ data: range(20).map(() => filler) });
    const third = await invite();
    expect(await mails.count()).toBe(1_000);
    expect(await temporaryPasswordOf(app.url, email)).toBe('none');
    expect(await temporaryPasswordOf(app.url, second.email)).not.toBe('none');
    expect(await temporaryPasswordOf(app.url, third.email)).not.toBe('none');
  });
});
