import { hash } from 'node:crypto';
import type { Principal } from './access.js';
import type { SigningKey } from './fetch-signing-keys.js';

/** A token that passed every check, the key that signed it, and whom it speaks for. */
export interface VerifiedToken {
  keyId: string;
  key: SigningKey;
  principal: Principal;
}

/**
 * Remembers verified tokens by the SHA-256 of their text: a hit says that this very string was verified, nothing else, and
 * its key is no identity. Bounded; the oldest entry makes room. The clock tolerance doesn't lengthen an entry's life.
 */
export class VerifiedTokens {
  readonly #tokens = new Map<string, VerifiedToken>();

  constructor(
    private readonly maxEntries: number,
    private readonly now: () => number,
  ) {}

  find(token: string): VerifiedToken | null {
    const digest = hash('sha256', token, 'base64');
    const verified = this.#tokens.get(digest);
    if (!verified) return null;
    if (this.now() < verified.principal.expiresAtMs) return verified;
    this.#tokens.delete(digest);
    return null;
  }

  add(token: string, verified: VerifiedToken): void {
    if (this.maxEntries === 0 || this.now() >= verified.principal.expiresAtMs) return;
    if (this.#tokens.size >= this.maxEntries) {
      for (const oldest of this.#tokens.keys()) {
        this.#tokens.delete(oldest);
        break;
      }
    }
    this.#tokens.set(hash('sha256', token, 'base64'), verified);
  }
}
