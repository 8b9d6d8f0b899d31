import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { schemeOf, type SignatureAlgorithm } from '../verification/signature-algorithms.js';

/** A key of a test issuer. */
export interface SigningKeyPair {
  kid: string;
  algorithm: SignatureAlgorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** As the issuer publishes it; changing it changes what is published. */
  jwk: JsonWebKey;
}

const SPKI = { format: 'der', type: 'spki' } as const;
const PKCS8 = { format: 'der', type: 'pkcs8' } as const;

/** Makes a key for the algorithm: of 2048 bits for RSA, which takes some 100 ms, else on the curve it demands. */
export function createSigningKeyPair(algorithm: SignatureAlgorithm = 'RS256'): SigningKeyPair {
  const { publicKey, privateKey } = generateKeyObjects(schemeOf(algorithm).curve);
  const kid = randomUUID();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, privateKey, publicKey, jwk };
}

/**
 * Both halves of a key, read anew from their DER form. A KeyObject as `generateKeyPairSync` returns it shares a lock with
 * the job that made it, and Node 20 hangs for ever when that job is collected while the key is exported.
 */
function generateKeyObjects(curve: string | undefined): { publicKey: KeyObject; privateKey: KeyObject } {
  const { publicKey, privateKey } = curve
    ? generateKeyPairSync('ec', { namedCurve: curve, publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 })
    : generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 });
  return {
    publicKey: createPublicKey({ key: publicKey, ...SPKI }),
    privateKey: createPrivateKey({ key: privateKey, ...PKCS8 }),
  };
}

/** A compact JWS of the claims, signed with the key's algorithm; a header member set to undefined is left out. */
export function signToken(key: SigningKeyPair, claims: object, header: object = {}): string {
  return signText(key, [{ alg: key.algorithm, typ: 'JWT', kid: key.kid, ...header }, claims].map(encodeJson).join('.'));
}

/** Appends the signature to a header and a payload that are encoded already. */
export function signText(key: SigningKeyPair, text: string): string {
  const { digest, options } = schemeOf(key.algorithm);
  return `${text}.${sign(digest, Buffer.from(text), { key: key.privateKey, ...options }).toString('base64url')}`;
}

/** JSON as base64url. */
export function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
