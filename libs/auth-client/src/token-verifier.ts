import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Principal } from './access.js';
import { toAuthError, VerificationSteps } from './verification-steps.js';
import { checkVerifierOptions, type VerifierOptions } from './verifier-options.js';

/**
 * Verifies access tokens (JWT) of one issuer. Make one per process: it keeps the issuer's keys and remembers verified
 * tokens, so that a token costs its signature once.
 *
 * @example
 * const verifier = new TokenVerifier({
 *   provider: 'oidc',
 *   issuer: 'https://example.eu.auth0.com/',
 *   audience: 'https://user-management.example.com',
 *   jwksUri: 'https://example.eu.auth0.com/.well-known/jwks.json',
 * });
 * const principal = await verifier.verify(token);
 */
export class TokenVerifier {
  /** @internal for the passport strategy, which calls `jsonwebtoken` itself */
  readonly steps: VerificationSteps;

  /** @throws ConfigurationError naming an option that is missing or malformed: no check is ever left out */
  constructor(options: VerifierOptions) {
    this.steps = new VerificationSteps(checkVerifierOptions(options));
  }

  /**
   * @param token the text after `Bearer `
   * @returns whom the token speaks for
   * @throws AuthError `token.invalid`, `token.expired`; `context.unavailable` when the issuer's keys can't be fetched
   */
  async verify(token: string): Promise<Principal> {
    const remembered = this.steps.recall(token);
    if (remembered) return remembered;
    const verification = await this.steps.start(token);
    return verification.accept(this.#readVerifiedPayload(token, verification.key));
  }

  #readVerifiedPayload(token: string, key: KeyObject): unknown {
    try {
      return jwt.verify(token, key, this.steps.jwtChecks);
    } catch (error) {
      throw toAuthError(error);
    }
  }
}
