import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { decode, encode, issuerKey, signRs256, type Json } from './sign-token.js';
import type { TestApp } from './test-app.js';

const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);

/** What a forger has at hand: a real token in its parts, and the issuer's own key to change it with. */
export interface Bench {
  token: string;
  header: Json;
  claims: Json;
  key: ReturnType<typeof issuerKey>['key'];
  signed(claims: Json, header?: Json): string;
}

/** @param who whose token is changed */
export async function openBench(app: TestApp, who: string): Promise<Bench> {
  const token = await app.token(who);
  const [header, claims] = token.split('.').map((part, index) => (index < 2 ? decode(part) : {})) as [Json, Json];
  const { key } = issuerKey(app);
  const signed = (changes: Json, headerChanges: Json = {}) => signRs256({ ...header, ...headerChanges }, { ...claims, ...changes }, key);
  return { token, header, claims, key, signed };
}

const hs256 = (bench: Bench, secret: string | Buffer): string => {
  const content = `${encode({ ...bench.header, alg: 'HS256' })}.${encode(bench.claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
};
const publicPem = (bench: Bench, type: 'spki' | 'pkcs1') => createPublicKey(bench.key).export({ type, format: 'pem' });
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

/** Tokens that are refused: a name, how one is made, and the code where it is not `token.invalid`. */
export const FORGERIES: [name: string, forge: (bench: Bench) => string, code?: string][] = [
  ['expired', (bench) => bench.signed({ exp: now() - HOUR }), 'token.expired'],
  ['of another issuer', (bench) => bench.signed({ iss: 'https://issuer.example.com' })],
  ['of our issuer with a slash more', (bench) => bench.signed({ iss: `${String(bench.claims.iss)}/` })],
  ['for another audience', (bench) => bench.signed({ aud: 'https://other.example.com' })],
  ['for no audience', (bench) => bench.signed({ aud: undefined })],
  ['without exp', (bench) => bench.signed({ exp: undefined })],
  ['with exp as text', (bench) => bench.signed({ exp: String(now() + HOUR) })],
  ['without iat', (bench) => bench.signed({ iat: undefined })],
  ['without sub', (bench) => bench.signed({ sub: undefined })],
  ['with an empty sub', (bench) => bench.signed({ sub: '' })],
  ['with an object as sub', (bench) => bench.signed({ sub: { not: '' } })],
  ['without iss', (bench) => bench.signed({ iss: undefined })],
  ['not valid before an hour from now', (bench) => bench.signed({ nbf: now() + HOUR })],
  ['of alg none', (bench) => `${encode({ ...bench.header, alg: 'none' })}.${encode(bench.claims)}.`],
  ['of alg none with the real signature', (bench) => `${encode({ ...bench.header, alg: 'none' })}.${encode(bench.claims)}.${bench.token.split('.')[2]!}`],
  ['of alg nOnE', (bench) => `${encode({ ...bench.header, alg: 'nOnE' })}.${encode(bench.claims)}.`],
  ['of HS256 with the public key in PEM as secret', (bench) => hs256(bench, publicPem(bench, 'spki'))],
  ['of HS256 with the public key in PKCS #1 as secret', (bench) => hs256(bench, publicPem(bench, 'pkcs1'))],
  ['of HS256 with the public JWK as secret', (bench) => hs256(bench, JSON.stringify(createPublicKey(bench.key).export({ format: 'jwk' })))],
  ['of HS256 with an empty secret', (bench) => hs256(bench, '')],
  ['without kid', (bench) => bench.signed({}, { kid: undefined })],
  ['of an unknown kid', (bench) => bench.signed({}, { kid: 'nobody' })],
  ['of a kid that is a path', (bench) => bench.signed({}, { kid: '../../dev/null' })],
  ['of an algorithm that the key is not for', (bench) => bench.signed({}, { alg: 'RS512' })],
  ["signed by somebody else in the issuer's name", (bench) => signRs256(bench.header, bench.claims, stranger.privateKey)],
  [
    'that brings its own key',
    (bench) => signRs256({ ...bench.header, jwk: stranger.publicKey.export({ format: 'jwk' }), jku: 'https://evil.example.com/jwks' }, bench.claims, stranger.privateKey),
  ],
  ['with an extension that must be understood', (bench) => bench.signed({}, { crit: ['exp'] })],
  ['with other claims below the old signature', (bench) => bench.token.replace(/\.[^.]+\./, `.${encode({ ...bench.claims, exp: now() + 99 * HOUR })}.`)],
  ['without signature', (bench) => bench.token.replace(/[^.]+$/, '')],
  ['with five parts', (bench) => `${bench.token}.AAAA.AAAA`],
  ['with two parts', (bench) => bench.token.replace(/\.[^.]+$/, '')],
  ['of 64 KB', (bench) => bench.signed({ padding: 'x'.repeat(64 * 1024) })],
  ['of 64 KB of dots', () => '.'.repeat(64 * 1024)],
  ['with garbage behind it', (bench) => `${bench.token}garbage`],
  ['with a dot behind it', (bench) => `${bench.token}.`],
  ['with padding behind it', (bench) => `${bench.token}==`],
  ['with a word behind it', (bench) => `${bench.token} and more`],
  ['with its signature spelt differently', (bench) => respelt(bench.token)],
  ['that is no token', () => 'hello'],
  ['that has the claims of an ID token', (bench) => bench.signed({ nonce: 'n', scope: undefined, at_hash: 'AAAA' }, { typ: 'JWT' })],
];
