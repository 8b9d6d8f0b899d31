import { createRemoteJWKSet, jwtVerify } from 'jose';
import { CodeFlow, CREDENTIALS } from '../test/code-flow.js';
import { AUDIENCE, REDIRECT_URI, refTo, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';

describe('signing in with a browser', () => {
  let under: IssuerUnderTest;
  let subject: string;
  let flow: CodeFlow;
  beforeAll(async () => {
    under = await startIssuer();
    subject = await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo Admin' });
  });
  afterAll(() => under.stop());
  beforeEach(() => {
    flow = new CodeFlow(under);
  });
  afterEach(() => {
    expect(under.errors).toEqual([]);
  });

  const verify = (token: string, audience: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${under.issuer}/jwks`)), { issuer: under.issuer, audience });

  it('leads from the application over the form, first wrong then right, back with a code for both tokens', async () => {
    const page = await flow.start();
    expect(page.response.status).toBe(200);
    expect(await page.response.text()).toContain('<label for="password">');

    const wrong = await flow.submit(page.url, { ...CREDENTIALS, password: 'wrong' });
    expect(wrong.response.status).toBe(400);
    expect(await wrong.response.text()).toContain('role="alert"');

    const end = await flow.submit(page.url, CREDENTIALS);
    expect(end.url.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    expect(new URL(end.url).searchParams.get('state')).toBe('the-state');

    const tokens = await flow.redeem(end.url);
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'openid profile email' });

    const access = await verify(tokens.access_token, AUDIENCE);
    expect(access.protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'test-key' });
    expect(access.payload).toMatchObject({
      iss: under.issuer, aud: AUDIENCE, sub: subject, client_id: 'admin-ui', scope: 'openid profile email',
    });
    expect(Number(access.payload.exp) - Number(access.payload.iat)).toBe(900);

    const id = await verify(tokens.id_token, 'admin-ui');
    expect(id.protectedHeader.typ).not.toBe('at+jwt');
    expect(id.payload).toMatchObject({
      sub: subject, nonce: 'the-nonce', name: 'Demo Admin', email: CREDENTIALS.email, email_verified: true, amr: ['pwd'],
    });
  });

  it('asks nothing the second time, also with prompt=none and with prompt=consent', async () => {
    await flow.signIn();
    for (const more of [{}, { prompt: 'none' }, { prompt: 'consent', scope: 'openid offline_access' }]) {
      const { url } = await flow.start(more);
      expect(new URL(url).searchParams.get('code')).not.toBeNull();
    }
  });

  it('puts what our database says of a person into the ID token, under a name of our own', async () => {
    const claims = { user_type: 'admin', status: 'active', roles: ['TENANT_ADMIN'], organisations: ['texas'] } as const;
    await under.idp.provider.setClaims(refTo(subject), { ...claims, roles: [...claims.roles], organisations: [...claims.organisations] });
    const { payload } = await verify((await flow.signIn()).id_token, 'admin-ui');
    expect(payload[`${AUDIENCE}/claims`]).toEqual(claims);
  });

  it('answers login_required to prompt=none when nobody is signed in', async () => {
    const { url } = await flow.start({ prompt: 'none' });
    expect(new URL(url).searchParams.get('error')).toBe('login_required');
  });

  it('shows one message for a wrong password, an unknown e-mail and input that is no e-mail', async () => {
    const { url } = await flow.start();
    const pages = [];
    for (const email of [CREDENTIALS.email, 'nobody@example.com', '"><script>alert(1)</script>']) {
      const { response } = await flow.submit(url, { email, password: 'wrong' });
      pages.push((await response.text()).replace(/ value="[^"]*"/, ''));
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('escapes what it repeats and forbids scripts and frames', async () => {
    const { response } = await flow.start({ login_hint: '"><script>alert(1)</script>' });
    const html = await response.text();
    expect(html).not.toContain('<script');
    expect(html).toContain('&quot;&gt;&lt;script&gt;');
    expect(html).toContain('Admin &lt;UI&gt;');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${new URL(REDIRECT_URI).origin}`);
  });

  it('does not take a sign-in from a browser that did not start it', async () => {
    const { url } = await flow.start();
    flow.browser.forgetCookies();
    const { response } = await flow.submit(url, CREDENTIALS);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it('does not take the cookie of one sign-in for another', async () => {
    const first = await flow.browser.get(flow.authorizeUrl());
    const cookie = first.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    const { url } = await new CodeFlow(under).start();
    const response = await fetch(url, { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams(CREDENTIALS) });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it.each([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['with plain PKCE', { code_challenge_method: 'plain' }],
    ['for another resource', { resource: 'https://elsewhere.example' }],
    ['for a scope the client may not have', { scope: 'openid context:read' }],
    ['for an implicit token', { response_type: 'id_token' }],
  ])('refuses a request %s', async (_case, more) => {
    const { url } = await flow.start(more);
    const answer = new URL(url).searchParams.get('error') ?? new URLSearchParams(new URL(url).hash.slice(1)).get('error');
    expect(answer).not.toBeNull();
  });

  it('never redirects to an address that is not registered', async () => {
    const { response } = await flow.start({ redirect_uri: 'https://evil.example/callback' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.text()).toContain('role="alert"');
  });

  it('takes a code once, with its verifier', async () => {
    const page = await flow.start();
    const { url } = await flow.submit(page.url, CREDENTIALS);
    const code = new URL(url).searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
    expect((await flow.token({ ...form, code_verifier: 'x'.repeat(43) })).status).toBe(400);
    expect((await flow.token({ ...form, code_verifier: flow.verifier })).status).toBe(200);
    expect((await flow.token({ ...form, code_verifier: flow.verifier })).status).toBe(400);
  });
});
