import type { KeyObject } from 'node:crypto';
import type { Principal } from './access.js';
import { AuthError } from './auth-error.js';
import type { SigningKey } from './fetch-signing-keys.js';
import { SigningKeys } from './signing-keys.js';
import { readPrincipal } from './token-claims.js';
import { MAX_TOKEN_LENGTH, readTokenHeader, type TokenHeader } from './token-format.js';
import { VerifiedTokens } from './verified-tokens.js';
import type { CheckedVerifierOptions, SignatureAlgorithm } from './verifier-options.js';

/** What `jsonwebtoken` checks beside the signature. Times are left to `readPrincipal`, which demands them. */
export interface JsonWebTokenChecks {
  algorithms: SignatureAlgorithm[];
  issuer: string;
  audience?: string;
  ignoreExpiration: true;
  ignoreNotBefore: true;
}

/** A token whose form and key are known and whose signature isn't checked yet. */
export interface StartedVerification {
  /** The key that must have signed it. */
  key: KeyObject;
  /**
   * Checks the claims and remembers the token.
   *
   * @param claims its payload as `jsonwebtoken` verified it with `key` and the `jwtChecks`
   * @throws AuthError `token.invalid`, `token.expired`
   */
  accept(claims: unknown): Principal;
}

/**
 * The steps of a verification around the call of `jsonwebtoken`: `recall`, else `start`, `jsonwebtoken`, `accept`. They
 * are apart because two callers make that call: `TokenVerifier` itself and passport-jwt in the Nest guard.
 */
export class VerificationSteps {
  readonly jwtChecks: JsonWebTokenChecks;
  readonly #keys: SigningKeys;
  readonly #verified: VerifiedTokens;

  constructor(private readonly options: CheckedVerifierOptions) {
    this.#keys = new SigningKeys(options, options.now);
    this.#verified = new VerifiedTokens(options.maxCachedTokens, options.now);
    this.jwtChecks = {
      algorithms: [...options.algorithms],
      issuer: options.issuer,
      ...(options.audience === null ? {} : { audience: options.audience }),
      ignoreExpiration: true,
      ignoreNotBefore: true,
    };
  }

  /** The principal of a token verified before, unless it has expired or its key is gone or may be. */
  recall(token: string): Principal | null {
    if (token.length > MAX_TOKEN_LENGTH) return null;
    const verified = this.#verified.find(token);
    return verified && this.#keys.peek(verified.keyId) === verified.key ? verified.principal : null;
  }

  /**
   * Checks the token's form and finds the key that must have signed it.
   *
   * @throws AuthError `token.invalid`; `context.unavailable` when the issuer's keys can't be fetched
   */
  async start(token: string): Promise<StartedVerification> {
    const header = readTokenHeader(token);
    if (!this.options.algorithms.some((algorithm) => algorithm === header.algorithm)) {
      throw new AuthError('token.invalid', 'The algorithm of the token is not accepted');
    }
    const signingKey = await this.#keys.get(header.keyId);
    if (!signingKey || !suits(signingKey, header)) {
      throw new AuthError('token.invalid', 'The token was signed with an unknown key');
    }
    return {
      key: signingKey.key,
      accept: (claims) => {
        const principal = readPrincipal(claims, header, this.options);
        this.#verified.add(token, { keyId: header.keyId, key: signingKey, principal });
        return principal;
      },
    };
  }
}

function suits(signingKey: SigningKey, header: TokenHeader): boolean {
  return signingKey.algorithm === null || signingKey.algorithm === header.algorithm;
}

const REASONS: readonly (readonly [string, string])[] = [
  ['jwt audience invalid', 'The token was issued for another audience'],
  ['jwt issuer invalid', 'The token was issued by another issuer'],
  ['invalid signature', 'The signature of the token is wrong'],
];

/** The `AuthError` for whatever `jsonwebtoken` threw: its own messages quote configuration and claims. */
export function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  const message = error instanceof Error ? error.message : '';
  const reason = REASONS.find(([start]) => message.startsWith(start));
  return new AuthError('token.invalid', reason?.[1], { cause: error });
}
