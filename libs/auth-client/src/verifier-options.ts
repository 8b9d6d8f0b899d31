import { ConfigurationError } from './auth-error.js';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;

/** Signature algorithms a verifier may be configured with: asymmetric ones only. */
export type SignatureAlgorithm = (typeof ALGORITHMS)[number];

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
  /** Address of the issuer's keys. */
  jwksUri: string;
  /** Accepted signature algorithms; a token's own `alg` never widens them. Default `['RS256']`. */
  algorithms?: readonly SignatureAlgorithm[];
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

/** The options after they were checked, with every default filled in. */
export interface CheckedVerifierOptions {
  issuer: string;
  /** Null with Cognito. */
  audience: string | null;
  /** Null with OIDC. */
  clientIds: ReadonlySet<string> | null;
  jwksUri: string;
  algorithms: readonly SignatureAlgorithm[];
  clockToleranceMs: number;
  maxCachedTokens: number;
  now: () => number;
  fetch: typeof fetch;
  jwksTimeoutMs: number;
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
  return {
    issuer: requireHttpUrl('issuer', options.issuer),
    audience: options.provider === 'oidc' ? requireText('audience', options.audience) : null,
    clientIds: options.provider === 'cognito' ? requireClientIds(options.clientIds) : null,
    jwksUri: requireHttpUrl('jwksUri', options.jwksUri),
    algorithms: requireAlgorithms(options.algorithms ?? ['RS256']),
    clockToleranceMs: requireNumber('clockToleranceSeconds', options.clockToleranceSeconds ?? 5, 60) * 1000,
    maxCachedTokens: requireNumber('maxCachedTokens', options.maxCachedTokens ?? 10_000, 1_000_000),
    now: options.now ?? Date.now,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    jwksTimeoutMs: requireNumber('jwksTimeoutMs', options.jwksTimeoutMs ?? 3_000, 60_000),
  };
}

/** A non-empty string without surrounding or inner white space. */
export function requireText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || /\s/.test(value)) {
    throw new ConfigurationError(option, 'must be a non-empty string without white space');
  }
  return value;
}

/** An absolute http or https address, answered exactly as given: an issuer is compared byte by byte. */
export function requireHttpUrl(option: string, value: unknown): string {
  const text = requireText(option, value);
  if (!URL.canParse(text) || !/^https?:\/\//.test(text)) {
    throw new ConfigurationError(option, 'must be an absolute http or https URL');
  }
  return text;
}

/** A finite number from 0 to `max`. */
export function requireNumber(option: string, value: unknown, max: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
    throw new ConfigurationError(option, `must be a number from 0 to ${max}`);
  }
  return value;
}

function requireClientIds(value: unknown): ReadonlySet<string> {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ConfigurationError('clientIds', 'must name at least one app client');
  }
  return new Set(value.map((clientId) => requireText('clientIds', clientId)));
}

function requireAlgorithms(value: unknown): readonly SignatureAlgorithm[] {
  const accepted = Array.isArray(value) ? ALGORITHMS.filter((algorithm) => value.includes(algorithm)) : [];
  if (!Array.isArray(value) || accepted.length === 0 || accepted.length !== value.length) {
    throw new ConfigurationError('algorithms', `must be a list out of ${ALGORITHMS.join(', ')}, each once`);
  }
  return accepted;
}
