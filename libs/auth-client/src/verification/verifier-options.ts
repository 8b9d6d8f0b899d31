import { ConfigurationError } from '../auth-error.js';
import { requireHttpUrl, requireNumber, requireText } from '../require-option.js';
import { createElapsedClock } from '../elapsed-clock.js';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature-algorithms.js';

export type { SignatureAlgorithm };

/**
 * The issuer of tokens in which a platform admin acts as a user (`sub` is the user, `act` the admin; RFC 8693): that is
 * user-management. Its tokens are for the same audience as the provider's; with Cognito, which knows none, for `issuer`.
 */
export interface ImpersonationOptions {
  /** The exact `iss` of these tokens: `<address of user-management that callers use>/v1/user-management`. */
  issuer: string;
  /** Address of its keys. They verify no other token, and no other key verifies these. */
  jwksUri: string;
  /** Accepted signature algorithms. Default `['ES256']`. */
  algorithms?: readonly SignatureAlgorithm[];
}

/** What a `TokenVerifier` trusts. */
export interface VerifierOptions {
  /** `oidc`: Auth0, the mock issuer and other issuers that set `aud`. `cognito`: `client_id` takes the audience's place. */
  provider: 'oidc' | 'cognito';
  /** The exact `iss` of the tokens, a trailing slash included. */
  issuer: string;
  /** The exact `aud`; required with `oidc`. */
  audience?: string;
  /** App clients whose tokens are accepted; required with `cognito`. */
  clientIds?: readonly string[];
  /**
   * Identifier of our resource server at Cognito, which writes its scopes as `<identifier>/<scope>`: without the
   * identifier they read like any other issuer's. Scopes of other resource servers keep their whole name.
   */
  resourceServer?: string;
  /** Address of the issuer's keys. */
  jwksUri: string;
  /** Accepted signature algorithms; a token's own `alg` never widens them. Default `['RS256']`. */
  algorithms?: readonly SignatureAlgorithm[];
  /**
   * Accepts tokens of impersonation. Not set: they are refused as those of any other issuer, and an `act` claim of the
   * provider means nothing.
   */
  impersonation?: ImpersonationOptions;
  /** How far the issuer's clock may differ from ours, in seconds. Default 5, at most 60. */
  clockToleranceSeconds?: number;
  /** How many verified tokens are remembered. Default 10,000; 0 remembers none. */
  maxCachedTokens?: number;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Fetches the keys. Default the global `fetch`. */
  fetch?: typeof fetch;
  /** How long one fetch of the keys may take, in milliseconds. Default 3,000. */
  jwksTimeoutMs?: number;
}

/** What is demanded of the tokens of one issuer: options that were checked, with every default filled in. */
export interface CheckedIssuer {
  /** Its tokens are those of impersonation, and it gives no others. */
  isImpersonation: boolean;
  issuer: string;
  /** Null with Cognito. */
  audience: string | null;
  /** Null with OIDC. */
  clientIds: ReadonlySet<string> | null;
  /** What is taken off the front of scopes. */
  scopePrefix: string | null;
  jwksUri: string;
  algorithms: readonly SignatureAlgorithm[];
  clockToleranceMs: number;
  now: () => number;
  /** For the age of the keys, in milliseconds since any moment. */
  clock: () => number;
  fetch: typeof fetch;
  jwksTimeoutMs: number;
}

/** The options after they were checked: the provider, and the issuer of impersonations when there is one. */
export interface CheckedVerifierOptions extends CheckedIssuer {
  impersonation: CheckedIssuer | null;
  maxCachedTokens: number;
}

/**
 * Refuses options that would leave a check out (OpenFGA CVE-2026-55689 was an audience that nobody had configured).
 *
 * @throws ConfigurationError naming the option
 */
export function checkVerifierOptions(options: VerifierOptions): CheckedVerifierOptions {
  if (!(['oidc', 'cognito'] as unknown[]).includes(options.provider)) {
    throw new ConfigurationError('provider', 'must be oidc or cognito');
  }
  const provider: CheckedIssuer = {
    isImpersonation: false,
    issuer: requireHttpUrl('issuer', options.issuer),
    ...requireAudience(options),
    jwksUri: requireHttpUrl('jwksUri', options.jwksUri),
    algorithms: requireAlgorithms('algorithms', options.algorithms ?? ['RS256']),
    clockToleranceMs: requireNumber('clockToleranceSeconds', options.clockToleranceSeconds ?? 5, 60) * 1000,
    now: options.now ?? Date.now,
    clock: options.now ?? createElapsedClock(),
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    jwksTimeoutMs: requireNumber('jwksTimeoutMs', options.jwksTimeoutMs ?? 3_000, 60_000),
  };
  return {
    ...provider,
    maxCachedTokens: requireNumber('maxCachedTokens', options.maxCachedTokens ?? 10_000, 1_000_000),
    impersonation: options.impersonation ? checkImpersonation(options.impersonation, provider) : null,
  };
}

/** Two issuers under one name or with one set of keys would be one: whoever signs for the one would sign for the other. */
function checkImpersonation(options: ImpersonationOptions, provider: CheckedIssuer): CheckedIssuer {
  const issuer = requireHttpUrl('impersonation.issuer', options.issuer);
  const jwksUri = requireHttpUrl('impersonation.jwksUri', options.jwksUri);
  if (issuer === provider.issuer) throw new ConfigurationError('impersonation.issuer', 'must be another one than issuer');
  if (jwksUri === provider.jwksUri) throw new ConfigurationError('impersonation.jwksUri', 'must be another one than jwksUri');
  return {
    ...provider,
    isImpersonation: true,
    issuer,
    jwksUri,
    algorithms: requireAlgorithms('impersonation.algorithms', options.algorithms ?? ['ES256']),
    audience: provider.audience ?? issuer,
    clientIds: null,
    scopePrefix: null,
    // Where clocks differ a session ends a little early rather than late.
    clockToleranceMs: 0,
  };
}

/** Whom the tokens must be for. What would not be checked is refused too: somebody believes that it is. */
function requireAudience(options: VerifierOptions): Pick<CheckedVerifierOptions, 'audience' | 'clientIds' | 'scopePrefix'> {
  const { provider, audience, clientIds, resourceServer } = options;
  if (provider === 'oidc') {
    if (clientIds !== undefined) throw new ConfigurationError('clientIds', 'are not checked with oidc, only audience is');
    if (resourceServer !== undefined) throw new ConfigurationError('resourceServer', 'is for cognito, other issuers write scopes as they are');
    return { audience: requireText('audience', audience), clientIds: null, scopePrefix: null };
  }
  if (audience !== undefined) throw new ConfigurationError('audience', 'is not checked with cognito, only clientIds are');
  const scopePrefix = resourceServer === undefined ? null : `${requireText('resourceServer', resourceServer)}/`;
  return { audience: null, clientIds: requireClientIds(clientIds), scopePrefix };
}

function requireClientIds(value: unknown): ReadonlySet<string> {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ConfigurationError('clientIds', 'must name at least one app client');
  }
  return new Set(value.map((clientId) => requireText('clientIds', clientId)));
}

function requireAlgorithms(option: string, value: unknown): readonly SignatureAlgorithm[] {
  const accepted = Array.isArray(value) ? SIGNATURE_ALGORITHMS.filter((algorithm) => value.includes(algorithm)) : [];
  if (!Array.isArray(value) || accepted.length === 0 || accepted.length !== value.length) {
    throw new ConfigurationError(option, `must be a list out of ${SIGNATURE_ALGORITHMS.join(', ')}, each once`);
  }
  return accepted;
}
