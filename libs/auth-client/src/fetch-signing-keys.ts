import { createPublicKey, type KeyObject } from 'node:crypto';
import { JwksClient } from 'jwks-rsa';
import { requestJson } from './http-json.js';

/** A public key of the issuer, parsed once: parsing a PEM for every token costs 100 µs. */
export interface SigningKey {
  key: KeyObject;
  pem: string;
  /** The only algorithm the issuer uses it with; null when the issuer doesn't say. */
  algorithm: string | null;
}

/** Signing keys by `kid`. */
export type SigningKeySet = ReadonlyMap<string, SigningKey>;

/** Where the keys are. */
export interface JwksEndpoint {
  jwksUri: string;
  fetch: typeof fetch;
  jwksTimeoutMs: number;
}

const MIN_RSA_BITS = 2048;

/**
 * Fetches the issuer's keys once. jwks-rsa reads the document; its own cache and limiter stay off, because they fetch while
 * the request waits and their timeout starts anew with each byte. A document with no usable key is an empty set: the
 * issuer removed them all. Keys of one `kid`: the first counts.
 *
 * @throws when the endpoint doesn't answer with a JWKS
 */
export async function fetchSigningKeys(endpoint: JwksEndpoint): Promise<SigningKeySet> {
  const keys = await downloadKeys(endpoint);
  if (keys.length === 0) return new Map();
  const client = new JwksClient({ jwksUri: endpoint.jwksUri, cache: false, fetcher: () => Promise.resolve({ keys }) });
  // With the document in hand, "contains no signing keys" is the only failure left.
  const signingKeys = await client.getSigningKeys().catch(() => []);

  const set = new Map<string, SigningKey>();
  for (const signingKey of signingKeys) {
    // Typed as always there, but a key document may leave either out.
    const { kid, alg } = signingKey as { kid?: string; alg?: string };
    const pem = signingKey.getPublicKey();
    const key = createPublicKey(pem);
    if (kid && !set.has(kid) && isStrong(key)) set.set(kid, { key, pem, algorithm: alg ?? null });
  }
  return set;
}

async function downloadKeys(endpoint: JwksEndpoint): Promise<object[]> {
  const { status, body } = await requestJson(endpoint.jwksUri, {
    fetch: endpoint.fetch,
    timeoutMs: endpoint.jwksTimeoutMs,
  });
  const keys = (body as { keys?: unknown } | null | undefined)?.keys;
  if (status !== 200 || !Array.isArray(keys)) throw new Error(`the JWKS endpoint answered ${status} without keys`);
  return keys.filter((key): key is object => typeof key === 'object' && key !== null);
}

function isStrong(key: KeyObject): boolean {
  return key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
}
