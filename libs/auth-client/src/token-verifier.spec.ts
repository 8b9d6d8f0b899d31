import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { encodeJson, signToken, startTestIssuer, type TestIssuer } from './testing/index.js';
import { TokenVerifier } from './token-verifier.js';

let issuer: TestIssuer;
let verifier: TokenVerifier;

beforeAll(async () => {
  issuer = await startTestIssuer();
  verifier = new TokenVerifier(issuer.verifierOptions);
});
afterAll(() => issuer.close());

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const withoutSignature = (header: object): string => {
  const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'a', iat: nowSeconds(), exp: nowSeconds() + 60 };
  return `${encodeJson({ kid: issuer.key.kid, ...header })}.${encodeJson(claims)}`;
};

/** The last character of a 256-byte signature carries two bits too many: these four decode to the same bytes. */
const withTrailingBits = (token: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) as string);
  return token.slice(0, -1) + alphabet[last + 1];
};

const refused: Record<string, [code: string, token: () => string]> = {
  'an expired token': ['token.expired', () => issuer.issue({ exp: nowSeconds() - 6 })],
  'a token of another issuer': ['token.invalid', () => issuer.issue({ iss: 'https://elsewhere.example.com' })],
  'an issuer with a slash more': ['token.invalid', () => issuer.issue({ iss: `${issuer.issuer}/` })],
  'a token for another audience': ['token.invalid', () => issuer.issue({ aud: 'https://other.example.com' })],
  'a token for several other audiences': ['token.invalid', () => issuer.issue({ aud: ['a', 'b'] })],
  'a token without audience': ['token.invalid', () => issuer.issue({ aud: undefined })],
  'a token without issuer': ['token.invalid', () => issuer.issue({ iss: undefined })],
  'a token without exp': ['token.invalid', () => issuer.issue({ exp: undefined })],
  'a token without iat': ['token.invalid', () => issuer.issue({ iat: undefined })],
  'a token without sub': ['token.invalid', () => issuer.issue({ sub: undefined })],
  'an empty sub': ['token.invalid', () => issuer.issue({ sub: '' })],
  'a sub that is a number': ['token.invalid', () => issuer.issue({ sub: 1 })],
  'a sub of 256 characters': ['token.invalid', () => issuer.issue({ sub: 'x'.repeat(256) })],
  'an exp that is a string': ['token.invalid', () => issuer.issue({ exp: '9999999999' })],
  'an exp that is no date': ['token.invalid', () => issuer.issue({ exp: 1e300 })],
  'an iat that is null': ['token.invalid', () => issuer.issue({ iat: null })],
  'a token that is not valid yet': ['token.invalid', () => issuer.issue({ nbf: nowSeconds() + 60 })],
  'an nbf that is a string': ['token.invalid', () => issuer.issue({ nbf: '1' })],
  'alg none without signature': ['token.invalid', () => `${withoutSignature({ alg: 'none' })}.`],
  'alg none with a signature': ['token.invalid', () => issuer.issue({}, { alg: 'none' })],
  'alg None': ['token.invalid', () => issuer.issue({}, { alg: 'None' })],
  'another algorithm of the same key': ['token.invalid', () => issuer.issue({}, { alg: 'RS512' })],
  'a token without alg': ['token.invalid', () => issuer.issue({}, { alg: undefined })],
  'HS256 with the public key as secret': ['token.invalid', hmacWithPublicKey],
  'an ID token (its audience is the client)': ['token.invalid', () => issuer.issue({ aud: 'client', nonce: 'n' })],
  'an ID token for our audience, by its nonce': ['token.invalid', () => issuer.issue({ nonce: 'n' })],
  'an ID token for our audience, by at_hash': ['token.invalid', () => issuer.issue({ at_hash: 'h', scope: 'openid' })],
  'token_use id': ['token.invalid', () => issuer.issue({ token_use: 'id' })],
  'a Keycloak ID token': ['token.invalid', () => issuer.issue({ typ: 'ID' })],
  'a logout token': ['token.invalid', () => issuer.issue({}, { typ: 'logout+jwt' })],
  'a typ that is no string': ['token.invalid', () => issuer.issue({}, { typ: 1 })],
  'a token without kid': ['token.invalid', () => issuer.issue({}, { kid: undefined })],
  'an empty kid': ['token.invalid', () => issuer.issue({}, { kid: '' })],
  'an unknown kid': ['token.invalid', () => issuer.issue({}, { kid: 'unknown' })],
  'crit': ['token.invalid', () => issuer.issue({}, { crit: ['exp'] })],
  'an empty crit': ['token.invalid', () => issuer.issue({}, { crit: [] })],
  'b64 false': ['token.invalid', () => issuer.issue({}, { b64: false })],
  'two parts': ['token.invalid', () => issuer.issue().split('.').slice(0, 2).join('.')],
  'four parts': ['token.invalid', () => `${issuer.issue()}.`],
  'five parts': ['token.invalid', () => `${issuer.issue()}.a.b`],
  'five parts as a JWE has them': ['token.invalid', () => [encodeJson({ alg: 'dir', enc: 'A' }), '', 'a', 'b', 'c'].join('.')],
  '64 KB': ['token.invalid', () => issuer.issue({ padding: 'x'.repeat(64 * 1024) })],
  '64 KB of dots': ['token.invalid', () => '.'.repeat(64 * 1024)],
  'one character over 8 KiB': ['token.invalid', () => 'a.b.'.padEnd(8193, 'c')],
  'nothing': ['token.invalid', () => ''],
  'padding': ['token.invalid', () => `${issuer.issue()}=`],
  'trailing bits': ['token.invalid', () => withTrailingBits(issuer.issue())],
  'base64 instead of base64url': ['token.invalid', () => issuer.issue().replace(/\.[^.]*$/, `.${'+/'.repeat(171)}`)],
  'white space at the end': ['token.invalid', () => `${issuer.issue()}\n`],
  'a header that is an array': ['token.invalid', () => issuer.issue().replace(/^[^.]*/, encodeJson([]))],
  'a header that is no JSON': ['token.invalid', () => issuer.issue().replace(/^[^.]*/, 'abcd')],
  'a header that is not UTF-8': ['token.invalid', () => signBytes(`{"alg":"RS256","kid":"${issuer.key.kid}","x":"\xff"}`, '{}')],
  'claims that are not UTF-8': ['token.invalid', claimsInLatin1],
  'claims that are an array': ['token.invalid', () => signToken(issuer.key, [issuer.issuer])],
  "somebody else's signature": ['token.invalid', foreignSignature],
  'a key in the header': ['token.invalid', foreignSignatureWithOwnKey],
};

function hmacWithPublicKey(): string {
  const input = withoutSignature({ alg: 'HS256', typ: 'JWT' });
  const pem = issuer.key.publicKey.export({ format: 'pem', type: 'spki' });
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
}

/** Signs header and claims given as Latin-1 text, so that `\xff` is a byte that UTF-8 doesn't know. */
function signBytes(header: string, claims: string): string {
  const input = [header, claims].map((text) => Buffer.from(text, 'latin1').toString('base64url')).join('.');
  return `${input}.${createSign('RSA-SHA256').update(input).sign(issuer.key.privateKey, 'base64url')}`;
}

/** Two subjects that differ in such bytes would read as one. */
function claimsInLatin1(): string {
  const [header, claims] = issuer.issue({ sub: 'm\xfcller' }).split('.').slice(0, 2) as [string, string];
  const read = (part: string): string => Buffer.from(part, 'base64url').toString('utf8');
  return signBytes(read(header), read(claims));
}

function foreignSignature(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [, payload] = issuer.issue().split('.') as [string, string];
  return signToken({ ...issuer.key, privateKey }, JSON.parse(Buffer.from(payload, 'base64url').toString()) as object);
}

function foreignSignatureWithOwnKey(): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'a', iat: nowSeconds(), exp: nowSeconds() + 60 };
  return signToken({ ...issuer.key, privateKey }, claims, { jwk, jku: 'http://127.0.0.1:1/jwks' });
}

test.each(Object.entries(refused))('refuses %s', async (_name, [code, makeToken]) => {
  const token = makeToken();
  const rejection = expect(verifier.verify(token)).rejects;
  await rejection.toMatchObject({ name: 'AuthError', code, status: 401 });
});

test('an error says nothing of the token', async () => {
  const token = issuer.issue({ aud: 'secret-audience', sub: 'secret-subject' });
  const error: unknown = await verifier.verify(token).catch((reason: unknown) => reason);
  expect(String(error)).toBe('AuthError: The token was issued for another audience');
});

test.each([
  ['typ JWT', {}],
  ['typ jwt', { typ: 'jwt' }],
  ['no typ', { typ: undefined }],
  ['typ at+jwt', { typ: 'at+jwt' }],
  ['typ application/at+jwt', { typ: 'application/AT+JWT' }],
])('accepts an access token with %s', async (_name, header) => {
  const principal = await verifier.verify(issuer.issue({ sub: 'auth0|1', scope: 'openid  email' }, header));
  expect(principal).toEqual({
    type: 'user',
    subject: 'auth0|1',
    scopes: ['openid', 'email'],
    expiresAtMs: expect.any(Number),
  });
});

test('accepts one audience among several, a nonce beside a scope, and any claim under typ at+jwt', async () => {
  await expect(verifier.verify(issuer.issue({ aud: ['other', issuer.audience] }))).resolves.toBeDefined();
  await expect(verifier.verify(issuer.issue({ nonce: 'n', scope: '' }))).resolves.toBeDefined();
  await expect(verifier.verify(issuer.issue({ at_hash: 'h' }, { typ: 'at+jwt' }))).resolves.toBeDefined();
});

test('accepts clocks that differ by less than five seconds', async () => {
  await expect(verifier.verify(issuer.issue({ exp: nowSeconds() - 3 }))).resolves.toBeDefined();
  await expect(verifier.verify(issuer.issue({ nbf: nowSeconds() + 4 }))).resolves.toBeDefined();
});

test('no token that differs in one place from a good one is accepted', async () => {
  const token = issuer.issue();
  const place = fc.integer({ min: 0, max: token.length - 1 });
  const character = fc.constantFrom(...'ABCDEFghijkl0123456789-_+/=. %\u0000é'.split(''));
  const mutate = fc.constantFrom('replace', 'insert', 'delete');
  await verifier.verify(token);
  await fc.assert(
    fc.asyncProperty(place, character, mutate, async (at, other, how) => {
      const mutant = token.slice(0, at) + (how === 'delete' ? '' : other) + token.slice(how === 'insert' ? at : at + 1);
      fc.pre(mutant !== token);
      await expect(verifier.verify(mutant)).rejects.toMatchObject({ code: 'token.invalid' });
    }),
    { numRuns: 2000 },
  );
});

describe('the memory of verified tokens', () => {
  let nowMs = Date.now();
  const now = (): number => nowMs;

  test('answers the same principal for the same string', async () => {
    const token = issuer.issue();
    expect(await verifier.verify(token)).toBe(await verifier.verify(token));
  });

  test('never outlives exp: within the tolerance the signature is checked again, after it the token is dead', async () => {
    const timed = new TokenVerifier({ ...issuer.verifierOptions, now });
    const exp = Math.floor(nowMs / 1000) + 60;
    const token = issuer.issue({ exp });
    const first = await timed.verify(token);
    nowMs = exp * 1000 - 1;
    expect(await timed.verify(token)).toBe(first);
    nowMs = exp * 1000;
    const tolerated = await timed.verify(token);
    expect(tolerated).not.toBe(first);
    expect(tolerated).toEqual(first);
    nowMs = exp * 1000 + 5_000;
    await expect(timed.verify(token)).rejects.toMatchObject({ code: 'token.expired' });
  });

  test('is bounded, the oldest goes first', async () => {
    const small = new TokenVerifier({ ...issuer.verifierOptions, maxCachedTokens: 2 });
    const tokens = ['a', 'b', 'c'].map((sub) => issuer.issue({ sub }));
    const principals = [];
    for (const token of tokens) principals.push(await small.verify(token));
    expect(tokens.map((token) => small.steps.recall(token))).toEqual([null, principals[1], principals[2]]);
  });

  test('can be switched off', async () => {
    const forgetful = new TokenVerifier({ ...issuer.verifierOptions, maxCachedTokens: 0 });
    const token = issuer.issue();
    await forgetful.verify(token);
    expect(forgetful.steps.recall(token)).toBeNull();
  });
});
