import type { AccountRef } from '@sa-platform/identity-provider';
import { decodeJwt } from 'jose';
import { CodeFlow } from '../test/code-flow.js';
import { startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';
import { readInvitation } from '../test/mails.js';
import { ADA, OWN_PASSWORD } from '../test/new-account.js';

const DAY_MS = 24 * 60 * 60_000;
const CHOSEN = { password: OWN_PASSWORD, repeat: OWN_PASSWORD };

describe('a temporary password', () => {
  let under: IssuerUnderTest;
  let flow: CodeFlow;
  let ada: AccountRef;
  let temporary: string;
  beforeEach(async () => {
    under = await startIssuer();
    flow = new CodeFlow(under);
    ada = await under.idp.provider.createUser(ADA);
    temporary = await readInvitation(under, ADA.email);
  });
  afterEach(async () => {
    await under.stop();
    expect(under.errors).toEqual([]);
  });

  const signIn = async (password: string) => {
    const page = await flow.start();
    return flow.submit(page.url, { email: ADA.email, password });
  };
  const hasCode = (url: string) => new URL(url).searchParams.has('code');

  it('leads to the choice of another one, and only then to a code, and is dead afterwards', async () => {
    const change = await signIn(temporary);
    const html = await change.response.text();
    expect(change.response.status).toBe(200);
    expect(change.url).toMatch(/\/interaction\/[\w-]+\/password$/);
    expect(html).toContain('<label for="password">New password</label>');
    expect(html).toContain('<label for="repeat">');

    const end = await flow.submit(change.url, CHOSEN);
    expect(decodeJwt((await flow.redeem(end.url)).access_token).sub).toBe(ada.externalId);

    flow = new CodeFlow(under);
    expect((await signIn(temporary)).response.status).toBe(400);
    expect(hasCode((await signIn(OWN_PASSWORD)).url)).toBe(true);
  });

  it('gives no session before the change: the application is asked to sign in again', async () => {
    await signIn(temporary);
    const silent = await flow.start({ prompt: 'none' });
    expect(new URL(silent.url).searchParams.get('error')).toBe('login_required');
    const again = await flow.start();
    expect(again.response.status).toBe(200);
    expect(await again.response.text()).toContain('<h1>Sign in</h1>');
  });

  it('gives no code when the sign-in is resumed past the page', async () => {
    const change = await signIn(temporary);
    const resumed = change.url.replace('/interaction/', '/authorize/').replace('/password', '');
    const { url } = await flow.browser.follow(await flow.browser.get(resumed), resumed);
    expect(hasCode(url)).toBe(false);
  });

  it.each([
    ['short', { password: 'short', repeat: 'short' }, 'password'],
    ['ten characters that are nine and a half', { password: '123456789', repeat: '123456789' }, 'password'],
    ['endless', { password: 'x'.repeat(300), repeat: 'x'.repeat(300) }, 'password'],
    ['the e-mail in other letters', { password: 'ADA@Example.com', repeat: 'ADA@Example.com' }, 'password'],
    ['typed differently the second time', { password: OWN_PASSWORD, repeat: `${OWN_PASSWORD}!` }, 'repeat'],
    ['missing', {}, 'password'],
  ])('is not replaced by one that is %s, and the page names the field', async (_case, chosen, field) => {
    const change = await signIn(temporary);
    const { response, url } = await flow.submit(change.url, chosen);
    expect(response.status).toBe(400);
    expect(url).toBe(change.url);
    const html = await response.text();
    expect(html).toContain(`id="${field}-problem"`);
    expect(html.match(/role="alert"/g)).toHaveLength(1);
    expect(hasCode((await flow.submit(change.url, CHOSEN)).url)).toBe(true);
  });

  it('is not replaced by itself', async () => {
    const change = await signIn(temporary);
    const { response } = await flow.submit(change.url, { password: temporary, repeat: temporary });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('id="password-problem"');
  });

  it('can be changed only by the browser that gave it, and not from another site', async () => {
    const change = await signIn(temporary);
    expect((await new CodeFlow(under).submit(change.url, CHOSEN)).response.status).toBe(400);
    const forged = await flow.browser.post(change.url, CHOSEN, 'cross-site');
    expect(forged.status).toBe(403);
    expect(await under.accounts.find(ada.externalId)).toMatchObject({ mustChangePassword: true });
  });

  it('can not be changed without having been given', async () => {
    const page = await flow.start();
    const { response, url } = await flow.submit(`${page.url}/password`, CHOSEN);
    expect(url).toBe(page.url);
    expect(await response.text()).toContain('<h1>Sign in</h1>');
    expect(await under.accounts.find(ada.externalId)).toMatchObject({ mustChangePassword: true });
  });

  it('is changed once when two send their choice at once', async () => {
    const change = await signIn(temporary);
    const both = await Promise.all([1, 2].map((n) =>
      flow.browser.post(change.url, { password: `${OWN_PASSWORD}${n}`, repeat: `${OWN_PASSWORD}${n}` })));
    const resumed = both.filter((response) => (response.headers.get('location') ?? '').includes('/authorize/'));
    expect(resumed).toHaveLength(1);
  });

  it.each([
    ['a newer invitation', (): Promise<unknown> => under.idp.provider.resendInvitation(ada)],
    ['an administrator’s reset', (): Promise<unknown> => under.idp.provider.setTemporaryPassword(ada)],
    ['a block', (): Promise<unknown> => under.idp.provider.disable(ada)],
    ['the end of the account', (): Promise<unknown> => under.idp.provider.delete(ada)],
  ])('loses the page to %s', async (_case, replace) => {
    const change = await signIn(temporary);
    await replace();
    const { response, url } = await flow.submit(change.url, CHOSEN);
    expect(url).toBe(change.url.replace('/password', ''));
    expect(await response.text()).toContain('<h1>Sign in</h1>');
    expect(hasCode((await flow.submit(url, { email: ADA.email, password: OWN_PASSWORD })).url)).toBe(false);
  });

  it('is too old after seven days, which only whoever has it is told', async () => {
    under.wait(7 * DAY_MS - 60_000);
    expect((await signIn(temporary)).response.status).toBe(200);
    under.wait(60_000);
    const right = await signIn(temporary);
    expect(right.response.status).toBe(400);
    expect(await right.response.text()).toContain('too old');
    const wrong = await (await signIn('wrong')).response.text();
    expect(wrong).not.toContain('too old');
    flow = new CodeFlow(under);
    const page = await flow.start();
    const unknown = await (await flow.submit(page.url, { email: 'nobody@example.com', password: 'wrong' })).response.text();
    const plain = (html: string) => html.replace(/ value="[^"]*"/, '').replace(/continue=[\w-]+/, '');
    expect(plain(unknown)).toBe(plain(wrong));
  });

  it('that grew too old while its page was open changes nothing', async () => {
    const change = await signIn(temporary);
    under.wait(7 * DAY_MS);
    expect(hasCode((await flow.submit(change.url, CHOSEN)).url)).toBe(false);
    expect(await under.accounts.find(ada.externalId)).toMatchObject({ mustChangePassword: true });
  });
});
