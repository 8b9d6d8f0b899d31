import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from './arrange.js';
import { decode, encode, issuerKey, signIn, signRs256, type Json } from './sign-token.js';
import { TestApp, type Answer } from './test-app.js';

const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);

/** What a forger has at hand: a real token in its parts, and the issuer's own key to change it with. */
interface Bench {
  token: string;
  header: Json;
  claims: Json;
  key: ReturnType<typeof issuerKey>['key'];
  signed(claims: Json, header?: Json): string;
}

let app: TestApp;
let bench: Bench;

beforeAll(async () => {
  app = await TestApp.start();
  const token = await app.token('admin@example.com');
  const [header, claims] = token.split('.').map((part, index) => (index < 2 ? decode(part) : {})) as [Json, Json];
  const { key } = issuerKey(app);
  const signed = (changes: Json, headerChanges: Json = {}) => signRs256({ ...header, ...headerChanges }, { ...claims, ...changes }, key);
  bench = { token, header, claims, key, signed };
});
afterAll(() => app.stop());

const both = async (token: string): Promise<Answer[]> =>
  Promise.all(['users/me', 'admin/users'].map((path) => app.request('GET', path, { token })));

const hs256 = (secret: string | Buffer): string => {
  const content = `${encode({ ...bench.header, alg: 'HS256' })}.${encode(bench.claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
};
const publicPem = (type: 'spki' | 'pkcs1') => createPublicKey(bench.key).export({ type, format: 'pem' });
/** Through DER: Node 20 can hang when it exports a key that it has just made. */
const strangerDer = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
});
const stranger = {
  privateKey: createPrivateKey({ key: strangerDer.privateKey, format: 'der', type: 'pkcs8' }),
  publicKey: createPublicKey({ key: strangerDer.publicKey, format: 'der', type: 'spki' }),
};

/** The same signature spelt differently: the last character of 256 bytes in base64url has four bits that mean nothing. */
const respelt = (token: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + (alphabet[alphabet.indexOf(token.at(-1)!) + 1] ?? 'B');
};

const FORGERIES: [name: string, forge: () => string, code?: string][] = [
  ['expired', () => bench.signed({ exp: now() - HOUR }), 'token.expired'],
  ['of another issuer', () => bench.signed({ iss: 'https://issuer.example.com' })],
  ['of our issuer with a slash more', () => bench.signed({ iss: `${String(bench.claims.iss)}/` })],
  ['for another audience', () => bench.signed({ aud: 'https://other.example.com' })],
  ['for no audience', () => bench.signed({ aud: undefined })],
  ['without exp', () => bench.signed({ exp: undefined })],
  ['with exp as text', () => bench.signed({ exp: String(now() + HOUR) })],
  ['without iat', () => bench.signed({ iat: undefined })],
  ['without sub', () => bench.signed({ sub: undefined })],
  ['with an empty sub', () => bench.signed({ sub: '' })],
  ['with an object as sub', () => bench.signed({ sub: { not: '' } })],
  ['without iss', () => bench.signed({ iss: undefined })],
  ['not valid before an hour from now', () => bench.signed({ nbf: now() + HOUR })],
  ['of alg none', () => `${encode({ ...bench.header, alg: 'none' })}.${encode(bench.claims)}.`],
  ['of alg none with the real signature', () => `${encode({ ...bench.header, alg: 'none' })}.${encode(bench.claims)}.${bench.token.split('.')[2]!}`],
  ['of alg nOnE', () => `${encode({ ...bench.header, alg: 'nOnE' })}.${encode(bench.claims)}.`],
  ['of HS256 with the public key in PEM as secret', () => hs256(publicPem('spki'))],
  ['of HS256 with the public key in PKCS #1 as secret', () => hs256(publicPem('pkcs1'))],
  ['of HS256 with the public JWK as secret', () => hs256(JSON.stringify(createPublicKey(bench.key).export({ format: 'jwk' })))],
  ['of HS256 with an empty secret', () => hs256('')],
  ['without kid', () => bench.signed({}, { kid: undefined })],
  ['of an unknown kid', () => bench.signed({}, { kid: 'nobody' })],
  ['of a kid that is a path', () => bench.signed({}, { kid: '../../dev/null' })],
  ['of an algorithm that the key is not for', () => bench.signed({}, { alg: 'RS512' })],
  ["signed by somebody else in the issuer's name", () => signRs256(bench.header, bench.claims, stranger.privateKey)],
  [
    'that brings its own key',
    () => signRs256({ ...bench.header, jwk: stranger.publicKey.export({ format: 'jwk' }), jku: 'https://evil.example.com/jwks' }, bench.claims, stranger.privateKey),
  ],
  ['with an extension that must be understood', () => bench.signed({}, { crit: ['exp'] })],
  ['with other claims below the old signature', () => bench.token.replace(/\.[^.]+\./, `.${encode({ ...bench.claims, exp: now() + 99 * HOUR })}.`)],
  ['without signature', () => bench.token.replace(/[^.]+$/, '')],
  ['with five parts', () => `${bench.token}.AAAA.AAAA`],
  ['with two parts', () => bench.token.replace(/\.[^.]+$/, '')],
  ['of 64 KB', () => bench.signed({ padding: 'x'.repeat(64 * 1024) })],
  ['of 64 KB of dots', () => '.'.repeat(64 * 1024)],
  ['with garbage behind it', () => `${bench.token}garbage`],
  ['with a dot behind it', () => `${bench.token}.`],
  ['with padding behind it', () => `${bench.token}==`],
  ['with a word behind it', () => `${bench.token} and more`],
  ['with its signature spelt differently', () => respelt(bench.token)],
  ['that is no token', () => 'hello'],
  ['that has the claims of an ID token', () => bench.signed({ nonce: 'n', scope: undefined, at_hash: 'AAAA' }, { typ: 'JWT' })],
];

describe('a token', () => {
  it('signed again as it was passes: what follows fails for its change alone', async () => {
    const answers = await both(bench.signed({ jti: 'another', exp: now() + HOUR }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each(FORGERIES)('%s is refused', async (_, forge, code = 'token.invalid') => {
    const token = forge();
    for (const answer of await both(token)) {
      expectProblem(answer, 401, code);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
      expect(answer.text).not.toContain(token.slice(0, 60));
    }
  });

  it('stays good after all these', async () => {
    expect((await both(bench.token)).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a sign-in with code and PKCE', () => {
  it('gives an access token that is accepted and an ID token that is not', async () => {
    const tokens = await signIn(app, 'admin@example.com', 'Passw0rd!');
    expect((await both(tokens.access_token)).map(({ status }) => status)).toEqual([200, 200]);
    expect(decode(tokens.id_token.split('.')[1]).sub).toBe(bench.claims.sub);
    for (const answer of await both(tokens.id_token)) expectProblem(answer, 401, 'token.invalid');
  });
});

describe('without a token', () => {
  it.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty scheme', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${Buffer.from('admin@example.com:Passw0rd!').toString('base64')}` }],
    ['a cookie', { cookie: 'access_token=abc' }],
  ])('%s is asked for one', async (_, headers) => {
    const answer = await app.request('GET', 'admin/users', { headers });
    expectProblem(answer, 401, 'token.missing');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a token in the query is not looked at', async () => {
    expectProblem(await app.request('GET', `users/me?access_token=${bench.token}`), 401, 'token.missing');
  });
});

describe('somebody who is not active', () => {
  const OPEN: Record<string, string[]> = {
    pending: ['GET /v1/user-management/users/me', 'GET /v1/user-management/users/me/context'],
    suspended: ['GET /v1/user-management/users/me/context'],
    deactivated: ['GET /v1/user-management/users/me/context'],
  };

  it.each(Object.keys(OPEN))('%s is refused on every route but where the design says', async (status) => {
    const { body } = await app.request('GET', 'openapi.json');
    const token = await app.token(`${status}@example.com`);
    const id = await app.idOf(`${status}@example.com`);
    const open: string[] = [];
    let closed = 0;
    for (const [path, methods] of Object.entries(body.paths as Record<string, Json>)) {
      if (!path.startsWith('/v1/user-management/')) continue;
      for (const method of Object.keys(methods).filter((name) => /^(get|post|put|patch|delete)$/.test(name))) {
        const answer = await app.request(method.toUpperCase(), path.replace(/\{\w+\}/g, id), { token });
        if (answer.status < 300) open.push(`${method.toUpperCase()} ${path}`);
        else expectProblem(answer, 403, 'user.not_active');
        closed += answer.status === 403 ? 1 : 0;
      }
    }
    expect(open.sort()).toEqual(OPEN[status]);
    expect(closed).toBeGreaterThanOrEqual(30);
  });

  it('holds nothing in the context that says so', async () => {
    const { body } = await app.as('suspended@example.com', 'GET', 'users/me/context');
    expect(body).toMatchObject({ status: 'suspended', permissions: [], memberships: [{ permissions: [], products: [] }] });
  });
});
