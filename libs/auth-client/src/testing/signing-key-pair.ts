import { createSign, generateKeyPairSync, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';

/** An RSA key of a test issuer. */
export interface SigningKeyPair {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: JsonWebKey;
}

/** Makes a key of 2048 bits; takes some 100 ms. */
export function createSigningKeyPair(): SigningKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicKey, jwk };
}

/** A compact JWS of the claims, signed with RS256; a header member set to undefined is left out. */
export function signToken(key: SigningKeyPair, claims: object, header: object = {}): string {
  const input = [{ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header }, claims].map(encodeJson).join('.');
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key.privateKey, 'base64url')}`;
}

/** JSON as base64url. */
export function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
