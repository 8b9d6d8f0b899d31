import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isKeyFor, type SignatureAlgorithm } from './signature-algorithms.js';

/** A public key of the issuer, parsed once: parsing one for every token costs 100 µs. */
export interface SigningKey {
  key: KeyObject;
  /** The accepted algorithms that this key may verify; never empty. */
  algorithms: readonly SignatureAlgorithm[];
}

/**
 * Reads one member of a JWK set (RFC 7517).
 *
 * @param jwk as the issuer published it
 * @param accepted the algorithms of the configuration
 * @returns the key and its name; null for a key that verifies nothing here: one without `kid`, for encryption (`use`,
 *   `key_ops`), for another algorithm (`alg`), of another type, curve or size, unreadable, or secret. An issuer that
 *   publishes a private key lets anybody sign, so that key is not trusted either.
 */
export function readSigningKey(
  jwk: unknown,
  accepted: readonly SignatureAlgorithm[],
): ({ keyId: string } & SigningKey) | null {
  if (!isForVerifying(jwk) || 'd' in jwk) return null;
  const keyId = jwk['kid'];
  const key = parse(jwk);
  if (!key || typeof keyId !== 'string' || keyId === '') return null;
  const algorithms = accepted.filter((algorithm) => (jwk['alg'] ?? algorithm) === algorithm && isKeyFor(algorithm, key));
  return algorithms.length === 0 ? null : { keyId, key, algorithms };
}

/** Whether both are the same key for the same use, so that a token verified with one needs no check with the other. */
export function isSameKey(one: SigningKey, other: SigningKey): boolean {
  return one.key.equals(other.key) && one.algorithms.join() === other.algorithms.join();
}

function isForVerifying(jwk: unknown): jwk is Record<string, unknown> {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { use = 'sig', key_ops: operations = ['verify'] } = jwk as Record<string, unknown>;
  return use === 'sig' && Array.isArray(operations) && operations.includes('verify');
}

function parse(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}
