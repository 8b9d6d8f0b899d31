import type { Principal } from '../access/access.js';
import { digestToken } from './token-format.js';
import { VerificationSteps } from './verification-steps.js';
import { checkVerifierOptions, type VerifierOptions } from './verifier-options.js';

/**
 * Verifies access tokens (JWT) of one issuer, and of user-management as the issuer of impersonations when told to. Make one per process: it keeps the issuer's keys and remembers verified
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
  /** @internal for the passport strategy, which checks the signature itself */
  readonly steps: VerificationSteps;

  /** @throws ConfigurationError naming an option that is missing or malformed: no check is ever left out */
  constructor(options: VerifierOptions) {
    this.steps = new VerificationSteps(checkVerifierOptions(options));
  }

  /**
   * @param token the text after `Bearer `
   * @returns whom the token speaks for
   * @throws AuthError `token.invalid`; `token.expired` when nothing else is wrong with it; `context.unavailable` when the
   *   issuer's keys can't be fetched
   */
  async verify(token: string): Promise<Principal> {
    const digest = digestToken(token);
    const remembered = this.steps.recall(token, digest);
    if (remembered) return remembered;
    const started = await this.steps.start(token, digest);
    return started.accept(started.readSignedClaims());
  }
}
