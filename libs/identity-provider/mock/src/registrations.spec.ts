import { CodeFlow, CREDENTIALS } from '../test/code-flow.js';
import { startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';
import { readLink, readMails } from '../test/mails.js';
import { OWN_PASSWORD } from '../test/new-account.js';

const FORM = { name: 'Grace Hopper', email: 'Grace@example.com', password: OWN_PASSWORD, repeat: OWN_PASSWORD };

describe('creating an account oneself', () => {
  let under: IssuerUnderTest;
  let flow: CodeFlow;
  beforeEach(async () => {
    under = await startIssuer();
    flow = new CodeFlow(under);
  });
  afterEach(async () => {
    await under.stop();
    expect(under.errors).toEqual([]);
  });

  const register = (more: Record<string, string> = {}) => flow.browser.post(`${under.issuer}/register`, { ...FORM, ...more });
  const account = async () => (await under.idp.provider.findByEmail(FORM.email))[0];

  it('starts at the sign-in page and leads back to it, where the account signs in', async () => {
    const page = await flow.start();
    const path = /href="([^"]*\/register\?[^"]*)"/.exec(await page.response.text())?.[1] ?? '';
    const address = new URL(path, page.url).href;
    expect(await (await flow.browser.get(address)).text()).toContain('<label for="name">');
    const done = await (await flow.browser.post(address, FORM)).text();
    expect(done).toContain(`<a href="${new URL(page.url).pathname}">`);
    expect((await flow.submit(page.url, { email: FORM.email, password: FORM.password })).url).toContain('code=');
  });

  it('makes an account of an unproved e-mail without our mark, whatever the form says besides', async () => {
    expect((await register({ email_verified: 'true', userId: 'user-1', subject: 'mock|x' })).status).toBe(200);
    expect(await account()).toMatchObject({
      email: FORM.email, emailVerified: false, displayName: FORM.name, userId: null, claims: null, blocked: false,
    });
  });

  it('proves the e-mail by the mailed link, once somebody confirms it there', async () => {
    await register();
    const link = await readLink(under, FORM.email);
    expect(await (await fetch(link)).text()).toContain('Yes, this is my address');
    expect(await account()).toMatchObject({ emailVerified: false });
    expect((await flow.browser.post(link, {})).status).toBe(200);
    expect(await account()).toMatchObject({ emailVerified: true });
    expect((await flow.browser.post(link, {})).status).toBe(400);
  });

  it.each([
    ['a day', (): unknown => under.wait(24 * 60 * 60_000)],
    ['a new e-mail', async (): Promise<unknown> => {
      const found = await account();
      return found && under.idp.provider.updateProfile(found, { email: 'grace.hopper@example.com' });
    }],
  ])('proves nothing after %s', async (_case, pass) => {
    await register();
    const link = await readLink(under, FORM.email);
    await pass();
    expect((await fetch(link)).status).toBe(400);
    expect((await flow.browser.post(link, {})).status).toBe(400);
    const listed = await under.accounts.list(null, 10);
    expect(listed.map(({ emailVerified }) => emailVerified)).toEqual([false]);
  });

  it('does not tell that an e-mail is taken, and leaves its account alone', async () => {
    await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo' });
    const before = await under.accounts.list(null, 10);
    const taken = await (await register({ email: 'ADMIN@example.com' })).text();
    expect(await under.accounts.list(null, 10)).toEqual(before);
    const free = await (await register({ email: 'FREE1@example.com' })).text();
    expect(taken.replaceAll('ADMIN', 'FREE1')).toBe(free);
    const [mail] = await readMails(under, CREDENTIALS.email);
    expect(mail?.subject).toBe('You already have an account');
    expect(mail?.text).not.toContain(FORM.name);
  });

  it.each([
    ['email', { email: 'none' }],
    ['email', { email: '' }],
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: 'a\u0000b' }],
    ['password', { password: 'short', repeat: 'short' }],
    ['password', { password: 'grace@EXAMPLE.com', repeat: 'grace@EXAMPLE.com' }],
    ['repeat', { repeat: 'another one' }],
  ])('names the field %s for %j', async (field, more) => {
    const response = await register(more);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`id="${field}-problem"`);
    expect(await under.accounts.list(null, 10)).toEqual([]);
    expect(await readMails(under)).toEqual([]);
  });

  it('escapes what was typed', async () => {
    const html = await (await register({ name: '"><script>', email: '"><script>' })).text();
    expect(html).not.toContain('<script');
  });

  it('is refused from another site, and does not lead to foreign addresses', async () => {
    const forged = await fetch(`${under.issuer}/register`, {
      method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams(FORM),
    });
    expect(forged.status).toBe(403);
    const html = await (await fetch(`${under.issuer}/register?continue=//evil.example`)).text();
    expect(html).not.toContain('evil');
  });
});
