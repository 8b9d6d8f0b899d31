import { requestJson } from '../http-json.js';
import type { SignatureAlgorithm } from './signature-algorithms.js';
import { readSigningKey, type SigningKey } from './signing-key.js';

/** Signing keys by `kid`. */
export type SigningKeySet = ReadonlyMap<string, SigningKey>;

/** Where the keys are, and which of them count. */
export interface JwksEndpoint {
  jwksUri: string;
  algorithms: readonly SignatureAlgorithm[];
  fetch: typeof fetch;
  jwksTimeoutMs: number;
}

/**
 * Fetches the issuer's keys once. A document with no usable key is an empty set: the issuer removed them all. Of several
 * usable keys with one `kid` the first counts.
 *
 * @throws when the endpoint doesn't answer 200 with a JWK set in time
 */
export async function fetchSigningKeys(endpoint: JwksEndpoint): Promise<SigningKeySet> {
  const { status, body } = await requestJson(endpoint.jwksUri, {
    fetch: endpoint.fetch,
    timeoutMs: endpoint.jwksTimeoutMs,
  });
  const jwks = (body as { keys?: unknown } | null | undefined)?.keys;
  if (status !== 200 || !Array.isArray(jwks)) throw new Error(`the JWKS endpoint answered ${status} without keys`);

  const set = new Map<string, SigningKey>();
  for (const jwk of jwks) {
    const read = readSigningKey(jwk, endpoint.algorithms);
    if (read && !set.has(read.keyId)) set.set(read.keyId, { key: read.key, algorithms: read.algorithms });
  }
  return set;
}
