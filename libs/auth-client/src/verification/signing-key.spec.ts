import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createSigningKeyPair } from '../testing/signing-key-pair.js';
import { isSameKey, readSigningKey, type SigningKey } from './signing-key.js';

const rsa = createSigningKeyPair('RS256');
const ec = createSigningKeyPair('ES256');
const accepted = ['RS256', 'PS256', 'ES256'] as const;
const { alg: _alg, use: _use, ...bare } = rsa.jwk;

test.each([
  ['an RSA key for one algorithm', rsa.jwk, ['RS256']],
  ['an RSA key that says nothing of its use', bare, ['RS256', 'PS256']],
  ['a key on a curve', ec.jwk, ['ES256']],
  ['a key that may verify, among others', { ...bare, key_ops: ['encrypt', 'verify'] }, ['RS256', 'PS256']],
  ['a key whose alg is null', { ...bare, alg: null }, ['RS256', 'PS256']],
  ['a key with a certificate and members unknown to us', { ...rsa.jwk, x5c: ['x'], x5t: 'y', note: 'z' }, ['RS256']],
])('reads %s', (_name, jwk, algorithms) => {
  const read = readSigningKey(jwk, accepted);
  expect(read).toMatchObject({ keyId: jwk['kid'], algorithms });
  expect(read?.key.type).toBe('public');
});

/** Through DER: Node 20 can hang when it exports a key that it has just made. */
const jwkOf = (spki: Buffer): JsonWebKey => createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'jwk' });
const publicKeyEncoding = { format: 'der', type: 'spki' } as const;
const privateKeyEncoding = { format: 'der', type: 'pkcs8' } as const;
const weak = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding, privateKeyEncoding }).publicKey);
const edwards = jwkOf(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }).publicKey);

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a string', 'key'],
  ['an array', []],
  ['no type', { ...bare, kty: undefined }],
  ['a type that does not fit', { ...bare, kty: 'EC' }],
  ['an unknown type', { ...bare, kty: 'XYZ' }],
  ['no modulus', { ...bare, n: undefined }],
  ['a modulus that is no string', { ...bare, n: 7 }],
  ['a point that is not on the curve', { ...ec.jwk, x: ec.jwk.y, y: ec.jwk.x }],
  ['an unknown curve', { ...ec.jwk, crv: 'P-999' }],
  ['another curve than its point has', { ...ec.jwk, crv: 'P-384' }],
  ['no kid', { ...bare, kid: undefined }],
  ['an empty kid', { ...bare, kid: '' }],
  ['a kid that is a number', { ...bare, kid: 1 }],
  ['use enc', { ...bare, use: 'enc' }],
  ['a use that is null', { ...bare, use: null }],
  ['key_ops without verify', { ...bare, key_ops: ['encrypt'] }],
  ['key_ops that is a string', { ...bare, key_ops: 'verify' }],
  ['key_ops that is empty', { ...bare, key_ops: [] }],
  ['alg that is not accepted', { ...bare, alg: 'RS512' }],
  ['alg of another type of key', { ...bare, alg: 'ES256' }],
  ['alg that is no signature', { ...bare, alg: 'RSA-OAEP' }],
  ['alg in small letters', { ...bare, alg: 'rs256' }],
  ['an RSA key of 1024 bits', { ...weak, kid: 'k' }],
  ['a secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'k', alg: 'HS256' }],
  ['a secret that says RS256', { kty: 'oct', k: 'c2VjcmV0', kid: 'k', alg: 'RS256' }],
  ['a private RSA key: whoever read it can sign', { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'k' }],
  ['a private key on a curve', { ...ec.privateKey.export({ format: 'jwk' }), kid: 'k' }],
  ['Ed25519', { ...edwards, kid: 'k' }],
])('does not trust a key with %s', (_name, jwk) => {
  expect(readSigningKey(jwk, accepted)).toBeNull();
});

test('keys are the same by their material and what they are for', () => {
  const read = (jwk: object): SigningKey => readSigningKey(jwk, accepted)!;
  expect(isSameKey(read(rsa.jwk), read({ ...rsa.jwk, x5t: 'other' }))).toBe(true);
  expect(isSameKey(read(rsa.jwk), read(createSigningKeyPair('RS256').jwk))).toBe(false);
  expect(isSameKey(read(rsa.jwk), read(ec.jwk))).toBe(false);
  expect(isSameKey(read(rsa.jwk), read({ ...rsa.jwk, alg: 'PS256' }))).toBe(false);
});
