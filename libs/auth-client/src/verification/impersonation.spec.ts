import 'reflect-metadata';
import { JwtStrategy } from '../nest/jwt.strategy.js';
import { toAuthError } from '../nest/passport-error.js';
import { signToken, startTestIssuer, type SigningKeyPair, type TestIssuer } from '../testing/index.js';
import { createSigningKeyPair } from '../testing/signing-key-pair.js';
import { TokenVerifier } from './token-verifier.js';
import type { VerifierOptions } from './verifier-options.js';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const NOW = NOW_MS / 1000;
const ACTOR = { sub: 'auth0|admin', user_id: '0197-admin' };

let nowMs = NOW_MS;
let provider: TestIssuer;
let users: TestIssuer;
let verifier: TokenVerifier;
let strategies: JwtStrategy[];

beforeAll(async () => {
  provider = await startTestIssuer({ now: () => NOW_MS });
  users = await startTestIssuer({ now: () => NOW_MS, algorithm: 'ES256' });
});
beforeEach(() => {
  nowMs = NOW_MS;
  strategies = [];
  verifier = newVerifier();
});
afterEach(() => {
  for (const strategy of strategies) strategy.onModuleDestroy();
});
afterAll(() => Promise.all([provider.close(), users.close()]));

const trusted = (): VerifierOptions['impersonation'] => ({ issuer: users.issuer, jwksUri: users.jwksUri });
const newVerifier = (more: Partial<VerifierOptions> = {}): TokenVerifier =>
  new TokenVerifier({ ...provider.verifierOptions, impersonation: trusted(), now: () => nowMs, ...more });

const claimsOf = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ iss: users.issuer, aud: users.audience, sub: 'auth0|ann', act: ACTOR, jti: 'session-1' },
  ...{ client_id: 'user-management', iat: NOW, exp: NOW + 900 },
  ...changes,
});
const impersonate = (changes?: Record<string, unknown>, header: object = {}, key: SigningKeyPair = users.key): string =>
  signToken(key, claimsOf(changes), { typ: 'at+jwt', ...header });
const principal = {
  ...{ type: 'user', subject: 'auth0|ann', scopes: [], expiresAtMs: NOW_MS + 900_000 },
  impersonation: { id: 'session-1', actor: { subject: 'auth0|admin', userId: '0197-admin' } },
};

/** As the Nest guard has it done: the signature by passport-jwt, all else by the verifier's steps. */
function authenticate(token: string): Promise<unknown> {
  const strategy = new JwtStrategy(verifier);
  strategies.push(strategy);
  return new Promise((resolve, reject) => {
    const refuse = (reason: unknown): void => reject(toAuthError(reason));
    const attempt = Object.assign(Object.create(strategy), { success: resolve, fail: refuse, error: refuse });
    attempt.authenticate({ headers: { authorization: `Bearer ${token}` } });
  });
}

/** Both ways of verifying come to the same. */
async function expectRefused(token: string, code = 'token.invalid'): Promise<void> {
  await expect(verifier.verify(token)).rejects.toMatchObject({ name: 'AuthError', status: 401, code });
  await expect(authenticate(token)).rejects.toMatchObject({ code });
}

describe('a verifier that was not told of an issuer of impersonations', () => {
  test('refuses their tokens as those of anybody', async () => {
    verifier = newVerifier({ impersonation: undefined });
    await expectRefused(impersonate());
    await expectRefused(impersonate({}, { kid: provider.key.kid }, { ...provider.key, kid: provider.key.kid }));
    expect(users.jwksRequests).toBe(0);
  });

  test.each([true, false])('takes no notice of an act claim of the provider, and neither does one that was told (%s)', async (wasTold) => {
    if (!wasTold) verifier = newVerifier({ impersonation: undefined });
    const token = provider.issue({ sub: 'auth0|ann', act: ACTOR, jti: 'session-1' });
    expect(await verifier.verify(token)).toStrictEqual({ type: 'user', subject: 'auth0|ann', scopes: [], expiresAtMs: NOW_MS + 300_000 });
  });
});

describe('a verifier that was told', () => {
  test('says who acts as whom, by which session', async () => {
    expect(await verifier.verify(impersonate())).toStrictEqual(principal);
    expect(await authenticate(impersonate())).toStrictEqual(principal);
  });

  test('remembers the token, and goes on accepting those of the provider', async () => {
    const token = impersonate();
    expect(await verifier.verify(token)).toBe(await verifier.verify(token));
    expect(verifier.steps.recall(token)).not.toBeNull();
    await expect(verifier.verify(provider.issue())).resolves.toMatchObject({ subject: 'test-user' });
    await expect(authenticate(provider.issue())).resolves.toMatchObject({ subject: 'test-user' });
    await expect(verifier.verify(provider.issueForService('jobs'))).resolves.toMatchObject({ type: 'service' });
  });

  test('believes no signature of the one issuer for a token of the other (key confusion)', async () => {
    await expectRefused(impersonate({}, {}, provider.key));
    await expectRefused(impersonate({}, { kid: users.key.kid }, provider.key));
    await expectRefused(impersonate({}, { kid: provider.key.kid }));
    await expectRefused(signToken(users.key, claimsOf({ iss: provider.issuer }), { typ: 'at+jwt' }));
    await expectRefused(signToken(users.key, claimsOf({ iss: provider.issuer }), { typ: 'at+jwt', kid: provider.key.kid }));
    const together = newVerifier({ algorithms: ['RS256', 'ES256'], impersonation: { ...trusted()!, algorithms: ['RS256', 'ES256'] } });
    verifier = together;
    await expectRefused(impersonate({}, {}, provider.key));
    await expectRefused(signToken(users.key, claimsOf({ iss: provider.issuer }), { typ: 'at+jwt' }));
  });

  test('has a list of algorithms for each', async () => {
    const rsa = createSigningKeyPair();
    await expectRefused(impersonate({}, { alg: 'RS256' }));
    await expectRefused(impersonate({}, { alg: 'none' }));
    await expectRefused(signToken({ ...rsa, kid: users.key.kid }, claimsOf(), { typ: 'at+jwt' }));
    await expectRefused(provider.issue({}, { alg: 'ES256' }));
    verifier = newVerifier({ impersonation: { ...trusted()!, algorithms: ['ES384'] } });
    await expectRefused(impersonate());
  });

  test.each<{ what: string; claims?: Record<string, unknown>; header?: object }>([
    { what: 'nobody acts', claims: { act: undefined } },
    { what: 'act is text', claims: { act: 'auth0|admin' } },
    { what: 'act is null', claims: { act: null } },
    { what: 'act is a list', claims: { act: [ACTOR] } },
    { what: 'act names nobody', claims: { act: { user_id: ACTOR.user_id } } },
    { what: 'act.sub is empty', claims: { act: { ...ACTOR, sub: '' } } },
    { what: 'act.sub is half a character', claims: { act: { ...ACTOR, sub: 'a\ud800' } } },
    { what: 'act.sub is no text', claims: { act: { ...ACTOR, sub: ['auth0|admin'] } } },
    { what: 'act has no id of ours', claims: { act: { sub: ACTOR.sub } } },
    { what: 'the id of ours is none', claims: { act: { ...ACTOR, user_id: '../admin' } } },
    { what: 'they are impersonated themselves', claims: { act: { ...ACTOR, act: { sub: 'auth0|other' } } } },
    { what: 'there is no jti', claims: { jti: undefined } },
    { what: 'the jti is empty', claims: { jti: '' } },
    { what: 'the jti is no text', claims: { jti: 1 } },
    { what: 'the jti is no id of ours', claims: { jti: 'session 1' } },
    { what: 'the jti is too long', claims: { jti: 'x'.repeat(65) } },
    { what: 'there is no subject', claims: { sub: undefined } },
    { what: 'it is for another audience', claims: { aud: 'https://other.example.com' } },
    { what: 'it lives a second longer than 15 minutes', claims: { exp: NOW + 901 } },
    { what: 'it has lived long already, and lives on', claims: { iat: NOW - 86_400, exp: NOW + 60 } },
    { what: 'it has no iat', claims: { iat: undefined } },
    { what: 'it is no access token by its typ', header: { typ: 'JWT' } },
    { what: 'it has no typ', header: { typ: undefined } },
  ])('refuses a token of the right key when $what', async ({ claims, header }) => {
    await expectRefused(impersonate(claims, header));
  });

  test('ends at the very second, whatever tolerance the provider gets, and says expired only if all else is right', async () => {
    const token = impersonate();
    nowMs = NOW_MS + 899_999;
    await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'auth0|ann' });
    nowMs = NOW_MS + 900_000;
    expect(verifier.steps.recall(token)).toBeNull();
    await expectRefused(token, 'token.expired');
    await expectRefused(impersonate({ act: undefined }));
    await expectRefused(impersonate({ jti: undefined }));
    await expectRefused(impersonate({ exp: NOW + 901 }));
  });

  test('is never taken for a service, whatever client it names', async () => {
    const token = impersonate({ client_id: 'auth0|ann', gty: 'client-credentials', scope: 'context:read' });
    expect(await verifier.verify(token)).toStrictEqual(principal);
  });

  test('follows the keys of user-management: a new one counts, a removed one is dead within ten minutes', async () => {
    const before = impersonate();
    await verifier.verify(before);
    users.rotate();
    nowMs += 31_000;
    await expect(verifier.verify(impersonate({ jti: 'session-2' }))).resolves.toMatchObject({ impersonation: { id: 'session-2' } });
    await expect(verifier.verify(before)).resolves.toBeDefined();
    users.rotate({ removeOld: true });
    nowMs += 600_000;
    await expectRefused(before);
  });

  test('needs the keys of user-management for its tokens alone', async () => {
    users.setJwksBehaviour('fail');
    await expect(verifier.verify(provider.issue())).resolves.toBeDefined();
    await expect(verifier.verify(impersonate())).rejects.toMatchObject({ code: 'context.unavailable', status: 503 });
    users.setJwksBehaviour('answer');
  });

  test.each(['', 'null', '1', '"text"', '[]', '{', '{"iss":[]}'])('a payload that is %j is refused as it always was', async (payload) => {
    const [header, , signature] = impersonate().split('.');
    await expectRefused([header, Buffer.from(payload).toString('base64url'), signature].join('.'));
  });

  test('with Cognito, which knows no audience, is the audience itself', async () => {
    const { audience: _none, ...options } = provider.verifierOptions;
    verifier = new TokenVerifier({ ...options, provider: 'cognito', clientIds: ['web'], impersonation: trusted(), now: () => nowMs });
    await expect(verifier.verify(impersonate({ aud: users.issuer }))).resolves.toMatchObject({ subject: 'auth0|ann' });
    await expect(authenticate(impersonate({ aud: users.issuer }))).resolves.toMatchObject({ subject: 'auth0|ann' });
    await expectRefused(impersonate());
    const ofCognito = { aud: undefined, token_use: 'access', client_id: 'web', username: 'u' };
    await expect(verifier.verify(provider.issue(ofCognito))).resolves.toMatchObject({ type: 'user' });
  });
});
