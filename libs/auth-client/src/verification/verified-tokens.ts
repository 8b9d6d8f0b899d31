import type { Principal } from '../access/access.js';
import type { SigningKey } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** A token that passed every check, the key that signed it, and whom it speaks for. */
export interface VerifiedToken {
  keyId: string;
  key: SigningKey;
  /** Those of its issuer, among which the key must stay. */
  keys: Pick<SigningKeys, 'peek'>;
  principal: Principal;
}

/**
 * Remembers verified tokens by the SHA-256 of their text: a hit says that this very string was verified, nothing else, and
 * its key is no identity. Bounded; the oldest entry makes room. The clock tolerance doesn't lengthen an entry's life.
 */
export class VerifiedTokens {
  readonly #tokens = new Map<string, VerifiedToken>();
  /** One iterator for good: a new one would step over the holes that deleted entries leave at the front of a Map. */
  readonly #oldestFirst = this.#tokens.keys();

  constructor(
    private readonly maxEntries: number,
    private readonly now: () => number,
  ) {}

  /** @param digest of the token's text, see `digestToken` */
  find(digest: string): VerifiedToken | null {
    const verified = this.#tokens.get(digest);
    if (!verified) return null;
    if (this.now() < verified.principal.expiresAtMs) return verified;
    this.#tokens.delete(digest);
    return null;
  }

  add(digest: string, verified: VerifiedToken): void {
    if (this.maxEntries === 0 || this.now() >= verified.principal.expiresAtMs) return;
    if (this.#tokens.size >= this.maxEntries) this.#tokens.delete(this.#oldestFirst.next().value as string);
    this.#tokens.set(digest, verified);
  }
}
