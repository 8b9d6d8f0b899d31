import { get } from 'node:http';
import { jest } from '@jest/globals';
import { CREDENTIALS, CodeFlow } from '../test/code-flow.js';
import { REDIRECT_URI, generateKeys, refTo, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';

describe('the mock issuer', () => {
  let under: IssuerUnderTest | undefined;
  afterEach(() => under?.stop());

  it.each([true, false])('publishes its endpoints below the mount path (path stripped before: %s)', async (strips) => {
    under = await startIssuer({ strips });
    const { issuer } = under;
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json() as Record<string, unknown>;
    expect(discovery).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      end_session_endpoint: `${issuer}/logout`,
      code_challenge_methods_supported: ['S256'],
    });
    await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo' });
    expect((await new CodeFlow(under).signIn()).access_token).toEqual(expect.any(String));
  });

  it('publishes public keys only', async () => {
    under = await startIssuer();
    const { keys } = await (await fetch(`${under.issuer}/jwks`)).json() as { keys: object[] };
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('keeps its issuer when it is reached by another name', async () => {
    under = await startIssuer();
    const elsewhere = under.issuer.replace('127.0.0.1', 'localhost');
    const { issuer } = await (await fetch(`${elsewhere}/.well-known/openid-configuration`)).json() as { issuer: string };
    expect(issuer).toBe(under.issuer);
  });

  it.each(['bad host', '[::1', 'a.example:99999', '<x>', ''])('answers by its own name to a host that is none: %j', async (host) => {
    under = await startIssuer();
    const { status, body } = await getWithHost(`${under.issuer}/.well-known/openid-configuration`, host);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ token_endpoint: `${under.issuer}/token` });
  });

  it.each(['/%zz', '/authorize/%ff', '/authorize?scope=a&scope=b', '/logout?id_token_hint=a.b.c', '/interaction/%00'])(
    'answers %s with a page or an error, never a 5xx',
    async (path) => {
      under = await startIssuer();
      const { status } = await fetch(`${under.issuer}${path}`);
      expect([400, 404]).toContain(status);
      expect(under.errors).toEqual([]);
    },
  );

  it('lets browsers of registered origins exchange codes, and no others', async () => {
    under = await startIssuer();
    const flow = new CodeFlow(under);
    const ask = (origin: string) => flow.token({ grant_type: 'refresh_token', refresh_token: 'none' }, { origin });
    expect((await ask(new URL(REDIRECT_URI).origin)).headers.get('access-control-allow-origin')).toBe(new URL(REDIRECT_URI).origin);
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers 404 to what it does not know', async () => {
    under = await startIssuer();
    for (const path of ['/nothing', '/dev-token', '/interaction/unknown/more', '']) {
      expect((await fetch(`${under.issuer}${path}`)).status).toBe(404);
    }
  });

  it('seeds an account once and leaves it as people have changed it', async () => {
    under = await startIssuer();
    const subject = await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo', userId: 'user-1', subject: 'mock|admin' });
    await under.idp.provider.updateProfile(refTo(subject), { displayName: 'Changed' });
    expect(await under.idp.seedAccount({ ...CREDENTIALS, email: 'ADMIN@example.com', displayName: 'Demo' })).toBe('mock|admin');
    expect(await under.idp.provider.findByExternalId(subject))
      .toMatchObject({ displayName: 'Changed', userId: 'user-1', emailVerified: true });
  });

  it('keeps no password in clear', async () => {
    under = await startIssuer();
    await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo' });
    const stored = JSON.stringify(await under.accounts.list(null, 10));
    expect(stored).not.toContain(CREDENTIALS.password);
    expect(stored).toContain('scrypt$');
  });

  it('issues tokens also when every client is a service', async () => {
    under = await startIssuer({ clients: [] });
    expect((await under.idp.issueTokenFor('a@example.com')).token_type).toBe('Bearer');
  });

  it('refuses production, missing keys and keys that are not private RS256', async () => {
    const [key] = await generateKeys();
    await expect(startIssuer({ environment: 'production' })).rejects.toThrow('production');
    await expect(startIssuer({ signingKeys: [] })).rejects.toThrow('signing key');
    await expect(startIssuer({ signingKeys: [{ ...key, d: undefined }] })).rejects.toThrow('private RS256');
  });

  it('says nothing on the console: everything the library warns about is set', async () => {
    const spies = (['info', 'warn', 'error'] as const).map((level) => jest.spyOn(console, level));
    under = await startIssuer();
    await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo' });
    const flow = new CodeFlow(under);
    const tokens = await flow.signIn();
    await flow.refresh(tokens.refresh_token);
    await flow.start({ redirect_uri: `${REDIRECT_URI}/other` });
    await fetch(`${under.issuer}/token`, { method: 'OPTIONS' });
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  it('reports an unexpected failure to its owner and tells the caller nothing', async () => {
    under = await startIssuer();
    jest.spyOn(under.accounts, 'findByEmail').mockRejectedValue(new Error('database is down'));
    const response = await fetch(`${under.issuer}/dev-token`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"email":"a@b.c"}',
    });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('database');
    expect(under.errors.map((error) => error.message)).toEqual(['database is down']);
  });
});

/** `fetch` does not let anyone choose the Host header. */
function getWithHost(url: string, host: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; });
      res.on('end', () => resolve({ status: res.statusCode, body }));
    }).on('error', reject);
  });
}
