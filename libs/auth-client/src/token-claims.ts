import type { Principal } from './access.js';
import { AuthError } from './auth-error.js';
import type { TokenHeader } from './token-format.js';
import type { CheckedVerifierOptions } from './verifier-options.js';

type Claims = Readonly<Record<string, unknown>>;

/** The last moment a JavaScript Date can hold, in seconds: a later claim is not a time. */
const MAX_NUMERIC_DATE = 8.64e12;
/** OpenID Connect Core 2: a subject has at most 255 characters. */
const MAX_SUBJECT_LENGTH = 255;
/** Claims that bind an ID token to the rest of a sign-in answer (OpenID Connect Core 3.3.2.11); access tokens have none. */
const ID_TOKEN_HASHES = ['at_hash', 'c_hash', 's_hash'];

/**
 * Turns the claims of a token whose signature, issuer and (with OIDC) audience are verified into a principal.
 *
 * ID tokens are not access tokens. The audience tells most of them apart; the rest are refused by what only they carry: a
 * hash claim, a `nonce` without a `scope` (Keycloak puts a nonce into access tokens too, beside their scope), `token_use`
 * other than `access` (Cognito), or a `typ` claim other than `Bearer` (Keycloak). A header `typ` of `at+jwt` settles it.
 *
 * @throws AuthError `token.expired`, or `token.invalid`
 */
export function readPrincipal(claims: unknown, header: TokenHeader, options: CheckedVerifierOptions): Principal {
  if (!isClaims(claims)) throw invalid('The token carries no claims');
  const expiresAtMs = checkTimes(claims, options);
  const subject = claims['sub'];
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_SUBJECT_LENGTH) {
    throw invalid('The token names no subject');
  }
  if (isIdToken(claims, header)) throw invalid('The token is not an access token');
  if (options.clientIds) checkCognito(claims, options.clientIds);

  const clientId = options.clientIds ? cognitoServiceClient(claims) : serviceClient(claims, subject);
  const scopes = typeof claims['scope'] === 'string' ? claims['scope'].split(' ').filter(Boolean) : [];
  return clientId === null
    ? { type: 'user', subject, scopes, expiresAtMs }
    : { type: 'service', subject, clientId, scopes, expiresAtMs };
}

function checkTimes(claims: Claims, options: CheckedVerifierOptions): number {
  const nowMs = options.now();
  const expiresAtMs = readTime(claims, 'exp');
  readTime(claims, 'iat');
  if (nowMs >= expiresAtMs + options.clockToleranceMs) throw new AuthError('token.expired');
  if (claims['nbf'] !== undefined && readTime(claims, 'nbf') > nowMs + options.clockToleranceMs) {
    throw invalid('The token is not valid yet');
  }
  return expiresAtMs;
}

/** In milliseconds. */
function readTime(claims: Claims, claim: 'exp' | 'iat' | 'nbf'): number {
  const seconds = claims[claim];
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MAX_NUMERIC_DATE)) {
    throw invalid(`The token has no valid ${claim}`);
  }
  return seconds * 1000;
}

function isIdToken(claims: Claims, header: TokenHeader): boolean {
  if (claims['token_use'] !== undefined && claims['token_use'] !== 'access') return true;
  if (claims['typ'] !== undefined && claims['typ'] !== 'Bearer') return true;
  if (header.isDeclaredAccessToken) return false;
  if (ID_TOKEN_HASHES.some((claim) => claim in claims)) return true;
  return 'nonce' in claims && !('scope' in claims);
}

/** Cognito's access tokens have no `aud`: `token_use` and `client_id` take its place (aws-jwt-verify #98). */
function checkCognito(claims: Claims, clientIds: ReadonlySet<string>): void {
  if (claims['token_use'] !== 'access') throw invalid('The token is not an access token');
  const clientId = claims['client_id'];
  if (typeof clientId !== 'string' || !clientIds.has(clientId)) throw invalid('The token was issued for another client');
}

/** The token of a person carries `username`, a client-credentials token doesn't. */
function cognitoServiceClient(claims: Claims): string | null {
  return claims['username'] === undefined ? (claims['client_id'] as string) : null;
}

/**
 * The client of a client-credentials token, null for a person's token. RFC 9068 section 2.2: `sub` is then the client
 * itself; Auth0 writes `gty` and a subject that ends in `@clients`.
 */
function serviceClient(claims: Claims, subject: string): string | null {
  if (subject === claims['client_id'] || subject === claims['azp']) return subject;
  if (claims['gty'] === 'client-credentials' && subject.endsWith('@clients')) return subject.slice(0, -'@clients'.length);
  return null;
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const invalid = (detail: string): AuthError => new AuthError('token.invalid', detail);
