import { constants, sign } from 'node:crypto';
import { encodeJson, signToken } from '../../src/testing/index.js';
import { createSigningKeyPair } from '../../src/testing/signing-key-pair.js';
import { issue, vector, type Material, type Vector } from './vector.js';

const KEY = 'The token was signed with an unknown key';
const WRONG = 'The signature of the token is wrong';

/** The order of the group of P-256. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const number = (value: bigint): string => value.toString(16).padStart(64, '0');
const textOf = (token: string): string => token.slice(0, token.lastIndexOf('.'));
const withSignature = (token: string, signature: Buffer): string => `${textOf(token)}.${signature.toString('base64url')}`;
const signatureOf = (token: string): Buffer => Buffer.from(token.slice(textOf(token).length + 1), 'base64url');
const issueEc = ({ ec, claims }: Material): string => signToken(ec, claims());
/** An ECDSA signature given as r and s. */
const ecWith = (r: bigint, s: bigint) => (m: Material): string => withSignature(issueEc(m), Buffer.from(number(r) + number(s), 'hex'));
/** Changes the bytes of a good signature. */
const rsaWith = (change: (signature: Buffer) => Buffer) => (m: Material): string =>
  withSignature(issue(m), change(signatureOf(issue(m))));

function signRsa(m: Material, digest: string, padding: number): string {
  const text = textOf(issue(m));
  return withSignature(`${text}.`, sign(digest, Buffer.from(text), { key: m.rsa.privateKey, padding }));
}

export const SIGNATURE_VECTORS: readonly Vector[] = [
  vector('the signature of somebody else', WRONG, (m) => signToken({ ...m.strangers, kid: m.rsa.kid }, m.claims())),
  vector(
    'another issuer with a key of the same name (get-jwks CVE-2025-59936)',
    WRONG,
    (m) => signToken({ ...m.strangers, kid: m.rsa.kid }, m.claims({ iss: 'https://other.example.com' })),
  ),
  vector('the signature of another token', WRONG, (m) => withSignature(issue(m), signatureOf(issue(m, { sub: 'other' })))),
  vector(
    'other claims under a good signature',
    WRONG,
    (m) => issue(m).replace(/\.[^.]*\./, `.${encodeJson(m.claims({ sub: 'admin' }))}.`),
  ),
  vector(
    'another header under a good signature',
    WRONG,
    (m) => issue(m).replace(/^[^.]*/, encodeJson({ alg: 'RS256', kid: m.rsa.kid, typ: 'at+jwt' })),
  ),
  vector('a signature of zeros', WRONG, rsaWith((signature) => Buffer.alloc(signature.length))),
  vector('a signature of ones', WRONG, rsaWith((signature) => Buffer.alloc(signature.length, 255))),
  vector('a signature with a zero byte before', WRONG, rsaWith((signature) => Buffer.concat([Buffer.alloc(1), signature]))),
  vector('a signature with a zero byte after', WRONG, rsaWith((signature) => Buffer.concat([signature, Buffer.alloc(1)]))),
  vector('a signature without its last byte', WRONG, rsaWith((signature) => signature.subarray(0, -1))),
  vector('a signature of one byte', WRONG, rsaWith(() => Buffer.alloc(1, 1))),

  vector('RS256 with the digest of RS384', WRONG, (m) => signRsa(m, 'sha384', constants.RSA_PKCS1_PADDING)),
  vector('RS256 with the padding of PS256', WRONG, (m) => signRsa(m, 'sha256', constants.RSA_PKCS1_PSS_PADDING)),
  vector('PS256 for a key that is for RS256', KEY, (m) => signToken({ ...m.rsa, algorithm: 'PS256' }, m.claims())),
  vector('RS256 with an elliptic key (jsonwebtoken CVE-2022-23539)', KEY, (m) => issue(m, {}, { kid: m.ec.kid })),
  vector('ES256 with an RSA key (jsonwebtoken CVE-2022-23539)', KEY, (m) => signToken({ ...m.ec, kid: m.rsa.kid }, m.claims())),
  vector('ES384 with a key on P-256', KEY, (m) => signToken(m.ec, m.claims(), { alg: 'ES384' })),
  vector(
    'ES256 made with a key on P-384',
    WRONG,
    (m) => signToken({ ...createSigningKeyPair('ES384'), kid: m.ec.kid }, m.claims(), { alg: 'ES256' }),
  ),

  vector('ES256 with r = s = 0 (CVE-2022-21449, "psychic signatures")', WRONG, ecWith(0n, 0n)),
  vector('ES256 with r = 0', WRONG, ecWith(0n, 1n)),
  vector('ES256 with s = 0', WRONG, ecWith(1n, 0n)),
  vector('ES256 with r = s = n', WRONG, ecWith(P256_ORDER, P256_ORDER)),
  vector('ES256 with r = s = 1', WRONG, ecWith(1n, 1n)),
  vector('ES256 with numbers too great', WRONG, ecWith(2n ** 256n - 1n, 2n ** 256n - 1n)),
  vector('ES256 in DER', WRONG, (m) => withSignature(issueEc(m), sign('sha256', Buffer.from(textOf(issueEc(m))), m.ec.privateKey))),
  vector('ES256 with 63 bytes', WRONG, (m) => withSignature(issueEc(m), signatureOf(issueEc(m)).subarray(0, 63))),
  vector('ES256 with 65 bytes', WRONG, (m) => withSignature(issueEc(m), Buffer.concat([signatureOf(issueEc(m)), Buffer.alloc(1)]))),
  vector('ES256 with one byte', WRONG, (m) => withSignature(issueEc(m), Buffer.alloc(1))),
];
