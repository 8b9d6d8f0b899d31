import 'reflect-metadata';
import passport from 'passport';
import { signToken } from '../testing/index.js';
import { TokenVerifier } from '../verification/token-verifier.js';
import { createMaterial, issue, NOW_MS, VECTORS, type Material } from '../../test/vectors/index.js';
import { JwtStrategy } from './jwt.strategy.js';
import { toAuthError } from './passport-error.js';

let material: Material;
let verifier: TokenVerifier;
let strategy: JwtStrategy;

beforeAll(async () => {
  material = await createMaterial();
  const algorithms = ['RS256', 'PS256', 'ES256', 'ES384'] as const;
  verifier = new TokenVerifier({ ...material.issuer.verifierOptions, algorithms, now: () => NOW_MS });
  strategy = new JwtStrategy(verifier);
});
afterAll(() => material.issuer.close());

/** What passport does with a strategy for one request; the reason of a refusal as the guard reads it. */
function authenticate(token: string, members: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: unknown): void => reject(toAuthError(reason));
    const attempt = Object.assign(Object.create(strategy), { success: resolve, fail: refuse, error: refuse, ...members });
    attempt.authenticate({ headers: { authorization: `Bearer ${token}` } });
  });
}

test.each(VECTORS)('passport refuses as the verifier alone does: $name', async ({ make, code = 'token.invalid' }) => {
  const token = make(material);
  // A header can't carry all of them as they are: white space ends a token.
  const refused = expect(authenticate(token, { _jwtFromRequest: () => token })).rejects;
  await refused.toMatchObject({ name: 'AuthError', code });
});

test.each([
  ['RS256', (m: Material) => issue(m, { sub: 'a' })],
  ['ES256', (m: Material) => signToken(m.ec, m.claims({ sub: 'a' }))],
  ['a token that expired within the tolerance', (m: Material) => issue(m, { sub: 'a', exp: m.nowSeconds - 3 })],
  ['a token that is valid within the tolerance', (m: Material) => issue(m, { sub: 'a', nbf: m.nowSeconds + 3 })],
])('passport lets in: %s', async (_name, make) => {
  await expect(authenticate(make(material))).resolves.toMatchObject({ type: 'user', subject: 'a' });
});

test('passport lets in a token of Cognito, which has no audience', async () => {
  const { audience: _none, ...options } = { ...material.issuer.verifierOptions, algorithms: ['RS256'] as const };
  const ofCognito = new TokenVerifier({ ...options, provider: 'cognito', clientIds: ['web'], now: () => NOW_MS });
  strategy.onModuleDestroy();
  strategy = new JwtStrategy(ofCognito);
  const claims = { aud: undefined, token_use: 'access', client_id: 'web', username: 'u' };
  await expect(authenticate(issue(material, claims))).resolves.toMatchObject({ type: 'user' });
  await expect(authenticate(issue(material, { ...claims, client_id: 'other' }))).rejects.toMatchObject({ code: 'token.invalid' });
  strategy.onModuleDestroy();
  strategy = new JwtStrategy(verifier);
});

test('passport-jwt checks algorithm, issuer and audience too, before the claims are looked at', () => {
  const { issuer, audience } = material.issuer;
  const times = { ignoreExpiration: true, ignoreNotBefore: true };
  const algorithms = ['RS256', 'PS256', 'ES256', 'ES384'];
  expect(strategy).toHaveProperty('_verifOpts', { algorithms, issuer: [issuer], audience, ...times });
});

test('what passport verified is remembered', async () => {
  const token = issue(material, { sub: 'remembered' });
  const principal = await authenticate(token);
  expect(verifier.steps.recall(token)).toBe(principal);
});

test('says the reason in our words, never in those of jsonwebtoken', async () => {
  const reasonOf = (token: string): Promise<unknown> => authenticate(token).catch((error: unknown) => String(error));
  expect(await reasonOf(issue(material, { aud: 'secret' }))).toBe('AuthError: The token was issued for another audience');
  expect(await reasonOf(issue(material, { iss: 'secret' }))).toBe('AuthError: The token was issued by another issuer');
  expect(await reasonOf(signToken({ ...material.strangers, kid: material.rsa.kid }, material.claims()))).toBe('AuthError: The signature of the token is wrong');
  expect(String(toAuthError(new Error('jwt malformed: secret')))).toBe('AuthError: The token is not valid');
  expect(String(toAuthError('secret'))).toBe('AuthError: The token is not valid');
  expect(toAuthError('for the log').cause).toBe('for the log');
});

test('claims without a verification that led to them are refused', () => {
  expect(() => strategy.validate({ headers: {} }, material.claims())).toThrow(expect.objectContaining({ code: 'token.invalid' }));
});

test('leaves the registry of passport when its application closes', () => {
  const own = new JwtStrategy(verifier);
  const registered = (): unknown => (passport as unknown as { _strategy(name: string): unknown })._strategy(own.registeredName);
  expect(registered()).toBe(own);
  expect(own.registeredName).not.toBe(strategy.registeredName);
  own.onModuleDestroy();
  expect(registered()).toBeUndefined();
});
