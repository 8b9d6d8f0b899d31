import { encodeJson, signToken } from '../testing/index.js';
import { createMaterial, issue, issueOfLength, issueText, NOW_MS, VECTORS, type Material } from '../../test/vectors/index.js';
import { TokenVerifier } from './token-verifier.js';
import type { VerifierOptions } from './verifier-options.js';

let nowMs = NOW_MS;
let material: Material;
let verifier: TokenVerifier;
const asked = new Set<unknown>();
const newVerifier = (more: Partial<VerifierOptions> = {}): TokenVerifier =>
  new TokenVerifier({
    ...material.issuer.verifierOptions,
    algorithms: ['RS256', 'PS256', 'ES256', 'ES384'],
    now: () => nowMs,
    fetch: (address, init) => {
      asked.add(address);
      return fetch(address, init);
    },
    ...more,
  });

beforeAll(async () => {
  material = await createMaterial();
  verifier = newVerifier();
});
beforeEach(() => {
  nowMs = NOW_MS;
});
afterAll(() => material.issuer.close());

describe('refuses', () => {
  test.each(VECTORS)('$name', async ({ make, code = 'token.invalid', detail = 'The token has expired' }) => {
    const refused = expect(verifier.verify(make(material))).rejects;
    await refused.toMatchObject({ name: 'AuthError', code, status: 401, message: detail });
  });

  test('the same whatever was accepted before', async () => {
    await verifier.verify(issue(material));
    await verifier.verify(signToken(material.ec, material.claims()));
    for (const { make, code = 'token.invalid' } of VECTORS) {
      await expect(verifier.verify(make(material))).rejects.toMatchObject({ code });
    }
  });

  test('without asking any address but that of the keys', () => {
    expect([...asked]).toEqual([material.issuer.jwksUri]);
  });

  test.each([undefined, null, 1, ['a.b.c'], { length: 1 }])('what is no string: %j', async (value) => {
    const refused = expect(verifier.verify(value as unknown as string)).rejects;
    await refused.toMatchObject({ code: 'token.invalid', message: 'The token is not a string' });
  });

  test('in a sentence that says nothing of the token', async () => {
    const token = issue(material, { aud: 'secret-audience', sub: 'secret-subject' });
    const error: unknown = await verifier.verify(token).catch((reason: unknown) => reason);
    expect(String(error)).toBe('AuthError: The token was issued for another audience');
  });
});

describe('accepts', () => {
  test.each([
    ['typ JWT', {}],
    ['typ jwt', { typ: 'jwt' }],
    ['no typ', { typ: undefined }],
    ['typ at+jwt', { typ: 'at+jwt' }],
    ['typ application/at+jwt', { typ: 'application/AT+JWT' }],
    ['members that nobody asked for', { jku: 'https://attacker.example.com', x5t: 'a', zip: 'DEF', cty: 'JWT' }],
  ])('an access token with %s', async (_name, header) => {
    const principal = await verifier.verify(issue(material, { sub: 'auth0|1', scope: 'openid  email' }, header));
    expect(principal).toEqual({
      type: 'user',
      subject: 'auth0|1',
      scopes: ['openid', 'email'],
      expiresAtMs: NOW_MS + 300_000,
    });
  });

  test.each([
    ['one audience among several', (m: Material) => issue(m, { aud: ['other', m.issuer.audience, 7] })],
    ['a nonce beside a scope, as Keycloak writes them', (m: Material) => issue(m, { nonce: 'n', scope: '', typ: 'Bearer' })],
    ['any claim under typ at+jwt', (m: Material) => issue(m, { at_hash: 'h', nonce: 'n', events: {} }, { typ: 'at+jwt' })],
    ['an exp three seconds ago: clocks differ', (m: Material) => issue(m, { exp: m.nowSeconds - 4.999 })],
    ['an nbf five seconds ahead', (m: Material) => issue(m, { nbf: m.nowSeconds + 5 })],
    ['an iat of the future, and one of 1970', (m: Material) => issue(m, { iat: m.nowSeconds + 60, nbf: 0 })],
    ['an exp as late as a Date can be', (m: Material) => issue(m, { exp: 8.64e12 })],
    ['a sub of 255 characters', (m: Material) => issue(m, { sub: 'x'.repeat(255) })],
    ['8192 characters', (m: Material) => issueOfLength(m, 8192)],
    ['letters beyond ASCII', (m: Material) => issue(m, { sub: 'müller', name: '\u{1f600}' }, { note: 'é' })],
    ['white space within the JSON', (m: Material) => issueText(m, { payload: JSON.stringify(m.claims(), null, 2) })],
    ['members that are there twice, for the last one', (m: Material) => issueText(m, { payload: `{"exp":1,${JSON.stringify(m.claims()).slice(1)}` })],
    ['ES256', (m: Material) => signToken(m.ec, m.claims())],
  ])('%s', async (_name, make) => {
    await expect(verifier.verify(make(material))).resolves.toMatchObject({ type: 'user' });
  });

  test('nothing under another configuration: an algorithm that the key could do is not enough', async () => {
    const rsaOnly = newVerifier({ algorithms: ['RS256'] });
    await expect(rsaOnly.verify(issue(material))).resolves.toBeDefined();
    await expect(rsaOnly.verify(signToken(material.ec, material.claims()))).rejects.toMatchObject({ code: 'token.invalid' });
    const strict = newVerifier({ clockToleranceSeconds: 0 });
    await expect(strict.verify(issue(material, { exp: material.nowSeconds }))).rejects.toMatchObject({ code: 'token.expired' });
    await expect(strict.verify(issue(material, { nbf: material.nowSeconds + 1 }))).rejects.toMatchObject({ code: 'token.invalid' });
  });

  test('a token after one with another header, and the other way round', async () => {
    const plain = (sub: string): string => issue(material, { sub, nonce: 'n' });
    const declared = (sub: string): string => issue(material, { sub, nonce: 'n' }, { typ: 'at+jwt' });
    await expect(verifier.verify(declared('1'))).resolves.toBeDefined();
    await expect(verifier.verify(plain('2'))).rejects.toMatchObject({ code: 'token.invalid' });
    await expect(verifier.verify(declared('3'))).resolves.toBeDefined();
    await expect(verifier.verify(`${encodeJson({ alg: 'none' })}.a.b`)).rejects.toMatchObject({ code: 'token.invalid' });
    await expect(verifier.verify(plain('4'))).rejects.toMatchObject({ code: 'token.invalid' });
  });
});

describe('the memory of verified tokens', () => {
  test('answers the same principal for the same string', async () => {
    const token = issue(material);
    expect(await verifier.verify(token)).toBe(await verifier.verify(token));
  });

  test('answers for no other token, however alike (fast-jwt GHSA-rp9m-7r4c-75qg)', async () => {
    const tokens = ['a', 'b', 'c'].map((sub) => issue(material, { sub }));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    const subjects = tokens.map((token) => verifier.steps.recall(token)?.subject);
    expect(subjects).toEqual(['a', 'b', 'c']);
  });

  test('is not shared by two verifiers (get-jwks CVE-2025-59936)', async () => {
    const token = issue(material);
    await verifier.verify(token);
    const ofOtherIssuer = newVerifier({ issuer: 'https://other.example.com' });
    const ofOtherAudience = newVerifier({ audience: 'https://other.example.com' });
    await expect(ofOtherIssuer.verify(token)).rejects.toMatchObject({ message: 'The token was issued by another issuer' });
    await expect(ofOtherAudience.verify(token)).rejects.toMatchObject({ code: 'token.invalid' });
    expect(ofOtherIssuer.steps.recall(token)).toBeNull();
  });

  test('holds nothing of a token that was refused', async () => {
    const token = issue(material, { nbf: material.nowSeconds + 60 });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token.invalid' });
    expect(verifier.steps.recall(token)).toBeNull();
    nowMs += 60_000;
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  test('never outlives exp: within the tolerance the signature is checked again, after it the token is dead', async () => {
    const token = issue(material, { sub: 'timed' });
    const first = await verifier.verify(token);
    nowMs = NOW_MS + 299_999;
    expect(await verifier.verify(token)).toBe(first);
    nowMs = NOW_MS + 300_000;
    const tolerated = await verifier.verify(token);
    expect(tolerated).not.toBe(first);
    expect(tolerated).toEqual(first);
    expect(verifier.steps.recall(token)).toBeNull();
    nowMs = NOW_MS + 305_000;
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token.expired' });
  });
});
