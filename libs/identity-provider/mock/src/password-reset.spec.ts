import { CodeFlow, CREDENTIALS } from '../test/code-flow.js';
import { refTo, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';
import { readInvitation, readLink } from '../test/mails.js';
import { ADA, OWN_PASSWORD } from '../test/new-account.js';

const HOUR_MS = 60 * 60_000;
const CHOSEN = { password: OWN_PASSWORD, repeat: OWN_PASSWORD };

describe('a mailed link to choose a password', () => {
  let under: IssuerUnderTest;
  let flow: CodeFlow;
  let subject: string;
  beforeEach(async () => {
    under = await startIssuer();
    flow = new CodeFlow(under);
    subject = await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo' });
  });
  afterEach(async () => {
    await under.stop();
    expect(under.errors).toEqual([]);
  });

  const start = async () => {
    await under.idp.provider.startPasswordReset(refTo(subject));
    return readLink(under, CREDENTIALS.email);
  };
  const isRight = async (password: string) => {
    const fresh = new CodeFlow(under);
    const { url } = await fresh.start();
    return (await fresh.submit(url, { email: CREDENTIALS.email, password })).url.includes('code=');
  };

  it('replaces the password, which works until then, ends sessions, and shows the way back', async () => {
    const tokens = await flow.signIn();
    const link = await start();
    expect(link.startsWith(`${under.issuer}/reset?token=`)).toBe(true);
    expect(await isRight(CREDENTIALS.password)).toBe(true);

    const page = await fetch(link);
    expect(await page.text()).toContain('<label for="repeat">');
    const done = await flow.browser.post(link, CHOSEN);
    expect(done.status).toBe(200);
    expect(await done.text()).toContain('<a href="http://127.0.0.1:4999">');
    expect([await isRight(CREDENTIALS.password), await isRight(OWN_PASSWORD)]).toEqual([false, true]);
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(400);
  });

  it('works once, also when two use it at once', async () => {
    const link = await start();
    const both = await Promise.all([1, 2].map((n) =>
      flow.browser.post(link, { password: `${OWN_PASSWORD}${n}`, repeat: `${OWN_PASSWORD}${n}` })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await flow.browser.post(link, CHOSEN)).status).toBe(400);
    expect((await fetch(link)).status).toBe(400);
    expect(await isRight(OWN_PASSWORD)).toBe(false);
  });

  it('is not used up by looking at it, nor by a choice that is not taken', async () => {
    const link = await start();
    await fetch(link);
    const refused = await flow.browser.post(link, { password: CREDENTIALS.password, repeat: CREDENTIALS.password });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('id="password-problem"');
    expect((await flow.browser.post(link, CHOSEN)).status).toBe(200);
  });

  it('works for an hour', async () => {
    const link = await start();
    under.wait(HOUR_MS - 1_000);
    expect((await fetch(link)).status).toBe(200);
    under.wait(1_000);
    expect((await fetch(link)).status).toBe(400);
    expect((await flow.browser.post(link, CHOSEN)).status).toBe(400);
  });

  it.each([
    ['a newer link', (): Promise<unknown> => under.idp.provider.startPasswordReset(refTo(subject))],
    ['an administrator’s temporary password', (): Promise<unknown> => under.idp.provider.setTemporaryPassword(refTo(subject))],
    ['a new e-mail', (): Promise<unknown> => under.idp.provider.updateProfile(refTo(subject), { email: 'new@example.com' })],
    ['the end of the account', (): Promise<unknown> => under.idp.provider.delete(refTo(subject))],
  ])('is dead after %s', async (_case, replace) => {
    const link = await start();
    await replace();
    expect((await fetch(link)).status).toBe(400);
    expect((await flow.browser.post(link, CHOSEN)).status).toBe(400);
  });

  it('is not stored: only its hash is', async () => {
    const token = new URL(await start()).searchParams.get('token') ?? 'none';
    const stored = JSON.stringify(await under.accounts.list(null, 10));
    expect(stored).not.toContain(token);
    expect(stored).toMatch(/"resetTokenHash":"[0-9a-f]{64}"/);
  });

  it('is not taken for one by guessing, nor from another site', async () => {
    const link = await start();
    for (const token of ['', 'x', 'A'.repeat(43), "' OR 1=1"]) {
      expect((await fetch(`${under.issuer}/reset?${new URLSearchParams({ token }).toString()}`)).status).toBe(400);
    }
    expect((await fetch(`${under.issuer}/reset`)).status).toBe(400);
    const forged = await fetch(link, {
      method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams(CHOSEN),
    });
    expect(forged.status).toBe(403);
    expect(await isRight(CREDENTIALS.password)).toBe(true);
  });

  it('leaves a blocked account blocked', async () => {
    const link = await start();
    await under.idp.provider.disable(refTo(subject));
    expect((await flow.browser.post(link, CHOSEN)).status).toBe(200);
    expect(await isRight(OWN_PASSWORD)).toBe(false);
  });

  it('ends a temporary password', async () => {
    const ada = await under.idp.provider.createUser(ADA);
    const temporary = await readInvitation(under, ADA.email);
    await under.idp.provider.startPasswordReset(ada);
    await flow.browser.post(await readLink(under, ADA.email), CHOSEN);
    const { url } = await flow.start();
    expect((await flow.submit(url, { email: ADA.email, password: temporary })).response.status).toBe(400);
    expect((await flow.submit(url, { email: ADA.email, password: OWN_PASSWORD })).url).toContain('code=');
  });
});
