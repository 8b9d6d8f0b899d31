import { request } from 'node:http';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { CodeFlow, CREDENTIALS } from '../test/code-flow.js';
import { startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';

describe('dev-token', () => {
  let under: IssuerUnderTest;
  let subject: string;
  beforeAll(async () => {
    under = await startIssuer();
    subject = await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo Admin' });
  });
  afterAll(() => under.stop());

  const post = (body: string, type = 'application/json') => fetch(`${under.issuer}/dev-token`, {
    method: 'POST', headers: { 'content-type': type }, body,
  });
  const tokenFor = async (email: string) => {
    const response = await post(JSON.stringify({ email }));
    expect(response.status).toBe(200);
    return await response.json() as { access_token: string; token_type: string; expires_in: number };
  };

  it('is the token that signing in with all scopes gives, but for its times and its id', async () => {
    const dev = await tokenFor('  Admin@Example.com ');
    const real = await new CodeFlow(under).signIn({ scope: 'openid profile email' });
    const timeless = (token: string) => ({ ...decodeJwt(token), iat: 0, exp: 0, jti: '' });
    expect(dev).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect(timeless(dev.access_token)).toEqual(timeless(real.access_token));
    expect(decodeProtectedHeader(dev.access_token)).toEqual(decodeProtectedHeader(real.access_token));
    expect(decodeJwt(dev.access_token).sub).toBe(subject);
  });

  it('creates a verified account for an unknown e-mail, one even when several ask at once', async () => {
    const tokens = await Promise.all([1, 2, 3].map(() => tokenFor('new@example.com')));
    expect(new Set(tokens.map((token) => decodeJwt(token.access_token).sub)).size).toBe(1);
    expect(await under.idp.provider.findByEmail('new@example.com'))
      .toMatchObject([{ emailVerified: true, blocked: false, userId: null, claims: null }]);
  });

  it('is given to blocked accounts too, so that refusals can be tried out', async () => {
    await under.idp.seedAccount({ email: 'blocked@example.com', displayName: 'B', password: 'x', blocked: true });
    expect((await tokenFor('blocked@example.com')).access_token).toEqual(expect.any(String));
  });

  it('opens userinfo', async () => {
    const { access_token: token } = await under.idp.issueTokenFor(CREDENTIALS.email);
    const response = await fetch(`${under.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(await response.json()).toMatchObject({ sub: subject, email: CREDENTIALS.email });
  });

  it.each([
    ['broken JSON', '{"email":', 400],
    ['no object', '"admin@example.com"', 400],
    ['null', 'null', 400],
    ['an empty object', '{}', 400],
    ['an object as e-mail', '{"email":{"not":""}}', 400],
    ['no e-mail', '{"email":"admin"}', 400],
    ['several @', '{"email":"a@b@c"}', 400],
    ['a NUL byte', '{"email":"a\\u0000@b.c"}', 400],
    ['a lone surrogate', '{"email":"a\\ud800@b.c"}', 400],
    ['an @ that only normalising brings in', '{"email":"a@b\\uff20c.d"}', 400],
    ['a very long e-mail', JSON.stringify({ email: `${'a'.repeat(300)}@b.c` }), 400],
    ['another member', '{"email":"a@b.c","sub":"x"}', 400],
    ['too much', JSON.stringify({ email: 'a'.repeat(100_000) }), 413],
  ])('refuses %s', async (_case, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    const problem = await response.json() as Record<string, string>;
    expect(Object.keys(problem)).toEqual(['error', 'error_description']);
    expect(problem.error).toBe('invalid_request');
  });

  it('refuses what a form on another site could send', async () => {
    expect((await post('{"email":"a@b.c"}', 'text/plain')).status).toBe(415);
  });

  it('goes on after a client that hung up in the middle of its body', async () => {
    await new Promise<void>((resolve) => {
      const hungUp = request(`${under.issuer}/dev-token`, {
        method: 'POST', headers: { 'content-type': 'application/json', 'content-length': '100' },
      });
      hungUp.on('error', () => resolve());
      hungUp.write('{"email"', () => hungUp.destroy(new Error('hung up')));
    });
    await tokenFor('after@example.com');
  });
});
