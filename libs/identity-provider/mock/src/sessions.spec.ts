import { decodeJwt } from 'jose';
import { CodeFlow, CREDENTIALS, type Tokens } from '../test/code-flow.js';
import { AUDIENCE, refTo, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';

describe('sessions and refresh tokens', () => {
  let under: IssuerUnderTest;
  let subject: string;
  let flow: CodeFlow;
  beforeEach(async () => {
    under = await startIssuer();
    subject = await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo Admin' });
    flow = new CodeFlow(under);
  });
  afterEach(async () => {
    await under.stop();
    expect(under.errors).toEqual([]);
  });

  it('refresh to a new access token for the same person and audience', async () => {
    const { refresh_token: refreshToken } = await flow.signIn();
    const response = await flow.refresh(refreshToken);
    expect(response.status).toBe(200);
    const refreshed = await response.json() as Tokens;
    expect(decodeJwt(refreshed.access_token)).toMatchObject({ sub: subject, aud: AUDIENCE, client_id: 'admin-ui' });
  });

  it('kill the whole family when a public client uses a refresh token twice', async () => {
    const first = await flow.signIn();
    const second = await (await flow.refresh(first.refresh_token)).json() as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await flow.refresh(first.refresh_token)).status).toBe(400);
    expect((await flow.refresh(second.refresh_token)).status).toBe(400);
  });

  it('refuse a blocked account everywhere: form, running session, refresh, userinfo', async () => {
    const tokens = await flow.signIn();
    await under.idp.provider.disable(refTo(subject));

    expect((await flow.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
    const page = await flow.start();
    expect(page.response.status).toBe(200);
    const { response } = await flow.submit(page.url, CREDENTIALS);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('role="alert"');
  });

  it('refuse an account that another replica has blocked in the store', async () => {
    const tokens = await flow.signIn();
    await under.accounts.update(subject, { blocked: true });
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(400);
    expect(await (await flow.start()).response.text()).toContain('<form');
  });

  it('stay dead when the account is unblocked, until a new sign-in', async () => {
    const tokens = await flow.signIn();
    await under.idp.provider.disable(refTo(subject));
    await under.idp.provider.enable(refTo(subject));
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(400);
    expect(new URL((await flow.start({ prompt: 'none' })).url).searchParams.get('error')).toBe('login_required');
    expect(await (await flow.start()).response.text()).toContain('<form');
    expect((await flow.signIn()).access_token).toEqual(expect.any(String));
  });

  it('end when they are revoked, and a sign-in in the same second counts again, as often as that happens', async () => {
    for (let round = 0; round < 3; round += 1) {
      const tokens = await flow.signIn();
      expect((await flow.refresh(tokens.refresh_token)).status).toBe(200);
      const again = await flow.signIn({ prompt: 'login' });
      await under.idp.provider.revokeSessions(refTo(subject));
      expect((await flow.refresh(again.refresh_token)).status).toBe(400);
    }
  });

  it('do not survive a code that was issued before the revocation', async () => {
    const page = await flow.start();
    const { url } = await flow.submit(page.url, CREDENTIALS);
    await under.idp.provider.revokeSessions(refTo(subject));
    expect(await flow.redeem(url)).toMatchObject({ error: 'invalid_grant' });
  });

  it('end when a temporary password is set, which then leads to the choice of another', async () => {
    const tokens = await flow.signIn();
    const password = await under.idp.provider.setTemporaryPassword(refTo(subject));
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(400);
    const page = await flow.start();
    expect((await flow.submit(page.url, CREDENTIALS)).response.status).toBe(400);
    const { url } = await flow.submit(page.url, { email: CREDENTIALS.email, password });
    expect(url).toBe(`${page.url}/password`);
  });

  it('end with a logout, which asks first and leads back to the application', async () => {
    const tokens = await flow.signIn();
    const params = new URLSearchParams({
      id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://127.0.0.1:4999/', state: 'bye',
    });
    const asked = await flow.browser.get(`${under.issuer}/logout?${params.toString()}`);
    const html = await asked.text();
    expect(html).not.toContain('<script');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
    const done = await flow.browser.post(action, { xsrf, logout: 'yes' });
    expect(done.headers.get('location')).toBe('http://127.0.0.1:4999/?state=bye');
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(400);
    expect(await (await flow.start()).response.text()).toContain('<form');
  });

  it('let another person sign in after the first in the same browser', async () => {
    const other = { email: 'biller@example.com', password: 'Passw0rd!' };
    const otherSubject = await under.idp.seedAccount({ ...other, displayName: 'Demo Biller' });
    await flow.signIn();
    await under.idp.provider.disable(refTo(subject));
    const page = await flow.start();
    const handover = await flow.submit(page.url, other);
    const form = await handover.response.text();
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? '';
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const end = await flow.submit(action, { xsrf, logout: 'yes' });
    expect(decodeJwt((await flow.redeem(end.url)).access_token).sub).toBe(otherSubject);
  });

  describe('userinfo', () => {
    it('tells what the scopes of the access token open', async () => {
      const { access_token: token } = await flow.signIn({ scope: 'openid email' });
      const response = await userinfo(token, { origin: 'http://127.0.0.1:4999' });
      expect(await response.json()).toEqual({ sub: subject, email: CREDENTIALS.email, email_verified: true });
      expect(response.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:4999');
    });

    it('refuses ID tokens, foreign tokens and none', async () => {
      const { id_token: idToken } = await flow.signIn();
      for (const token of [idToken, 'a.b.c', '']) expect((await userinfo(token)).status).toBe(401);
    });
  });

  async function userinfo(token: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${under.issuer}/userinfo`, { headers: { ...headers, authorization: `Bearer ${token}` } });
  }
});
