import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { uuidv7 } from 'uuidv7';

/** The algorithm that `auth-client` accepts for impersonations unless told otherwise. */
const ALGORITHM = 'ES256';
const SPKI = { format: 'der', type: 'spki' } as const;
const PKCS8 = { format: 'der', type: 'pkcs8' } as const;

/** A key of this process; nothing of the private half ever leaves its memory. */
export interface KeyPair {
  kid: string;
  privateKey: KeyObject;
  /** The public half, as it is published. */
  publicJwk: JsonWebKey & { kid: string; alg: string; use: 'sig' };
}

/**
 * A key as `generateKeyPairSync` returns it shares a lock with the job that made it, and Node 20 hangs for ever when that
 * job is collected while the key is exported: both halves are read anew from their DER form.
 */
export function createKeyPair(): KeyPair {
  const kid = uuidv7();
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 });
  const jwk = createPublicKey({ key: publicKey, ...SPKI }).export({ format: 'jwk' });
  return { kid, privateKey: createPrivateKey({ key: privateKey, ...PKCS8 }), publicJwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
}

/** An access token (RFC 9068) of these claims. */
export function signToken({ kid, privateKey }: KeyPair, claims: object): string {
  const content = [{ alg: ALGORITHM, typ: 'at+jwt', kid }, claims].map(encode).join('.');
  // JWS carries r and s side by side (RFC 7518 3.4), Node's default is DER.
  return `${content}.${sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
