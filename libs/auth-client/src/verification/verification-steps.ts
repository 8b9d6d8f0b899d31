import type { KeyObject } from 'node:crypto';
import type { Principal } from '../access/access.js';
import { AuthError } from '../auth-error.js';
import { isSignedBy, type SignatureAlgorithm } from './signature-algorithms.js';
import { SigningKeys } from './signing-keys.js';
import { readPrincipal } from './token-claims.js';
import { digestToken, parseObject, peekIssuer, TokenParser } from './token-format.js';
import { VerifiedTokens } from './verified-tokens.js';
import type { CheckedIssuer, CheckedVerifierOptions } from './verifier-options.js';

/** What passport-jwt checks beside the signature. Times are left to `accept`, which demands them. */
export interface JsonWebTokenChecks {
  algorithms: SignatureAlgorithm[];
  /** Each of them: `accept` demands the one whose key it is. */
  issuer: string[];
  audience?: string;
  ignoreExpiration: true;
  ignoreNotBefore: true;
}

/** Whose tokens are accepted, and with which keys. */
interface TrustedIssuer {
  options: CheckedIssuer;
  keys: SigningKeys;
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
  readonly #provider: TrustedIssuer;
  /** Null: tokens of impersonation are those of an issuer that nobody knows. */
  readonly #impersonation: TrustedIssuer | null;
  readonly #verified: VerifiedTokens;

  constructor(options: CheckedVerifierOptions) {
    this.#provider = trust(options);
    this.#impersonation = options.impersonation && trust(options.impersonation);
    const accepted = [options, ...(options.impersonation ? [options.impersonation] : [])];
    this.#verified = new VerifiedTokens(options.maxCachedTokens, options.now);
    this.jwtChecks = {
      algorithms: accepted.flatMap(({ algorithms }) => algorithms),
      issuer: accepted.map(({ issuer }) => issuer),
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
    return verified && verified.keys.peek(verified.keyId) === verified.key ? verified.principal : null;
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
    const { options, keys } = this.#issuerOf(parsed.payload);
    const algorithm = options.algorithms.find((accepted) => accepted === header.algorithm);
    if (!algorithm) throw new AuthError('token.invalid', 'The algorithm of the token is not accepted');
    const key = await keys.get(keyId);
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
        const principal = readPrincipal(claims, header, options);
        this.#verified.add(digest, { keyId, key, keys, principal });
        return principal;
      },
    };
  }

  /** By what the token says of itself: keys, algorithms and claims are then this issuer's, its name among them. */
  #issuerOf(payload: Buffer): TrustedIssuer {
    const isImpersonation = this.#impersonation && peekIssuer(payload) === this.#impersonation.options.issuer;
    return isImpersonation ? this.#impersonation : this.#provider;
  }
}

function trust(options: CheckedIssuer): TrustedIssuer {
  return { options, keys: new SigningKeys(options, options.clock) };
}
