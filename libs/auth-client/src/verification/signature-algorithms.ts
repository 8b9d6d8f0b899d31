import { constants, verify, type KeyObject, type SigningOptions } from 'node:crypto';

/** How a JWS algorithm (RFC 7518 section 3) signs. */
interface Scheme {
  digest: 'sha256' | 'sha384' | 'sha512';
  /** The one curve of an ECDSA algorithm, in OpenSSL's name; the others need an RSA key. */
  curve?: string;
  options: SigningOptions;
}

const MIN_RSA_BITS = 2048;

// RSASSA-PKCS1-v1_5 is what Node does with an RSA key.
const PKCS1 = { options: {} } as const;
// RFC 7518 3.5: the salt is as long as the digest, no other length is accepted.
const PSS = {
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
} as const;
// JWS carries r and s side by side (RFC 7518 3.4), Node's default is DER.
const ECDSA = { options: { dsaEncoding: 'ieee-p1363' } } as const;

const SCHEMES = {
  RS256: { ...PKCS1, digest: 'sha256' },
  RS384: { ...PKCS1, digest: 'sha384' },
  RS512: { ...PKCS1, digest: 'sha512' },
  PS256: { ...PSS, digest: 'sha256' },
  PS384: { ...PSS, digest: 'sha384' },
  PS512: { ...PSS, digest: 'sha512' },
  ES256: { ...ECDSA, digest: 'sha256', curve: 'prime256v1' },
  ES384: { ...ECDSA, digest: 'sha384', curve: 'secp384r1' },
  ES512: { ...ECDSA, digest: 'sha512', curve: 'secp521r1' },
} as const satisfies Record<string, Scheme>;

/** Signature algorithms a verifier may be configured with: asymmetric ones only. */
export type SignatureAlgorithm = keyof typeof SCHEMES;

/** All of them. */
export const SIGNATURE_ALGORITHMS = Object.keys(SCHEMES) as readonly SignatureAlgorithm[];

/** How the algorithm signs. */
export function schemeOf(algorithm: SignatureAlgorithm): Scheme {
  return SCHEMES[algorithm];
}

/**
 * Whether the key has the type, the size (RSA: 2048 bits or more, RFC 7518 3.3) and the curve that the algorithm demands.
 * Of the keys that a JWK can hold only RSA keys have a modulus and only EC keys a named curve.
 */
export function isKeyFor(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  const { curve } = schemeOf(algorithm);
  const details = key.asymmetricKeyDetails;
  return curve ? details?.namedCurve === curve : Number(details?.modulusLength) >= MIN_RSA_BITS;
}

/** Whether the key made this signature of these bytes. The key must be one for the algorithm (`isKeyFor`). */
export function isSignedBy(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  signed: { bytes: Buffer; signature: Buffer },
): boolean {
  const { digest, options } = schemeOf(algorithm);
  return verify(digest, signed.bytes, { key, ...options }, signed.signature);
}
