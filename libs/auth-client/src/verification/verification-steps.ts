import type { KeyObject } from 'node:crypto';
import type { Principal } from '../access/access.js';
import { AuthError } from '../auth-error.js';
import { isSignedBy, type SignatureAlgorithm } from './signature-algorithms.js';
import { SigningKeys } from './signing-keys.js';
import { readPrincipal } from './token-claims.js';
import { digestToken, parseObject, TokenParser } from './token-format.js';
import { VerifiedTokens } from './verified-tokens.js';
import type { CheckedVerifierOptions } from './verifier-options.js';

/** What passport-jwt checks beside the signature. Times are left to `accept`, which demands them. */
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
   * Checks the signature.
   *
   * @returns the claims that it vouches for
   * @throws AuthError `token.invalid`
   */
  readSignedClaims(): unknown;
  /**
   * Checks the claims and remembers the token.
   *
   * @param claims what `readSignedClaims` answered, or passport-jwt once it verified the signature with `key`
   * @throws AuthError `token.invalid`, `token.expired`
   */
  accept(claims: unknown): Principal;
}

/**
 * The steps of a verification: `recall`, else `start`, the signature, `accept`. They are apart because two callers check
 * the signature: `TokenVerifier` by `readSignedClaims`, and passport-jwt in the Nest guard.
 */
export class VerificationSteps {
  readonly jwtChecks: JsonWebTokenChecks;
  readonly #parser = new TokenParser();
  readonly #keys: SigningKeys;
  readonly #verified: VerifiedTokens;

  constructor(private readonly options: CheckedVerifierOptions) {
    this.#keys = new SigningKeys(options, options.clock);
    this.#verified = new VerifiedTokens(options.maxCachedTokens, options.now);
    this.jwtChecks = {
      algorithms: [...options.algorithms],
      issuer: options.issuer,
      ...(options.audience === null ? {} : { audience: options.audience }),
      ignoreExpiration: true,
      ignoreNotBefore: true,
    };
  }

  /**
   * The principal of a token verified before, unless it has expired or its key is gone or may be.
   *
   * @param digest for a caller that has it already
   * @throws AuthError `token.invalid` for what is too long to be looked at
   */
  recall(token: string, digest = digestToken(token)): Principal | null {
    const verified = this.#verified.find(digest);
    return verified && this.#keys.peek(verified.keyId) === verified.key ? verified.principal : null;
  }

  /**
   * Checks the token's form and finds the key that must have signed it.
   *
   * @param digest for a caller that has it already
   * @throws AuthError `token.invalid`; `context.unavailable` when the issuer's keys can't be fetched
   */
  async start(token: string, digest = digestToken(token)): Promise<StartedVerification> {
    const parsed = this.#parser.parse(token);
    const { header } = parsed;
    const { keyId } = header;
    const algorithm = this.options.algorithms.find((accepted) => accepted === header.algorithm);
    if (!algorithm) throw new AuthError('token.invalid', 'The algorithm of the token is not accepted');
    const key = await this.#keys.get(keyId);
    if (!key?.algorithms.includes(algorithm)) {
      throw new AuthError('token.invalid', 'The token was signed with an unknown key');
    }
    return {
      key: key.key,
      readSignedClaims: () => {
        if (isSignedBy(key.key, algorithm, parsed)) return parseObject(parsed.payload);
        throw new AuthError('token.invalid', 'The signature of the token is wrong');
      },
      accept: (claims) => {
        const principal = readPrincipal(claims, header, this.options);
        this.#verified.add(digest, { keyId, key, principal });
        return principal;
      },
    };
  }
}
