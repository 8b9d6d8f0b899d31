import { LONGEST_IMPERSONATION_SECONDS } from '@sa-platform/contracts';
import type { Impersonation, Principal } from '../access/access.js';
import { AuthError } from '../auth-error.js';
import type { TokenHeader } from './token-format.js';
import type { CheckedIssuer } from './verifier-options.js';

type Claims = Readonly<Record<string, unknown>>;

/** The last moment a JavaScript Date can hold, in seconds: a later claim is not a time. */
const MAX_NUMERIC_DATE = 8.64e12;
/** OpenID Connect Core 2: a subject has at most 255 characters. */
const MAX_SUBJECT_LENGTH = 255;
/** What an id of ours looks like (DESIGN 2). */
const OWN_ID = /^[A-Za-z0-9_-]{1,64}$/;
/**
 * Claims that access tokens don't have: hashes that bind an ID token to the rest of a sign-in answer (OpenID Connect Core
 * 3.3.2.11), and the events of logout and other security event tokens (RFC 8417).
 */
const FOREIGN_CLAIMS = ['at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Turns the claims of a token whose signature is verified into a principal. Expiry is looked at last: `token.expired`
 * says that nothing else is wrong with the token.
 *
 * ID tokens are not access tokens. The audience tells most of them apart; the rest are refused by what only they carry: a
 * hash claim, a `nonce` without a `scope` (Keycloak puts a nonce into access tokens too, beside their scope), `token_use`
 * other than `access` (Cognito), or a `typ` claim other than `Bearer` (Keycloak). A header `typ` of `at+jwt` settles it.
 *
 * @throws AuthError `token.expired`, or `token.invalid`
 */
export function readPrincipal(claims: unknown, header: TokenHeader, options: CheckedIssuer): Principal {
  if (!isClaims(claims)) throw invalid('The token carries no claims');
  if (claims['iss'] !== options.issuer) throw invalid('The token was issued by another issuer');
  if (!isForAudience(claims['aud'], options.audience)) throw invalid('The token was issued for another audience');
  if (isOtherToken(claims, header)) throw invalid('The token is not an access token');
  if (options.clientIds) checkCognito(claims, options.clientIds);
  const subject = readSubject(claims);
  const impersonation = options.isImpersonation ? readImpersonation(claims, header) : null;
  const expiresAtMs = checkTimes(claims, options);
  if (impersonation) return { type: 'user', subject, scopes: [], expiresAtMs, impersonation };

  const clientId = options.clientIds ? cognitoServiceClient(claims) : serviceClient(claims, subject);
  const scopes = readScopes(claims['scope'], options.scopePrefix);
  return clientId === null
    ? { type: 'user', subject, scopes, expiresAtMs }
    : { type: 'service', subject, clientId, scopes, expiresAtMs };
}

/** @param audience null with Cognito, whose access tokens have none */
function isForAudience(claim: unknown, audience: string | null): boolean {
  return audience === null || claim === audience || (Array.isArray(claim) && claim.includes(audience));
}

function readSubject(claims: Claims): string {
  const subject = claims['sub'];
  if (!isSubject(subject)) throw invalid('The token names no subject');
  return subject;
}

/** Half a surrogate pair is written to the wire as U+FFFD, as every other half is: such subjects would be one user. */
function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_SUBJECT_LENGTH && value.isWellFormed();
}

/**
 * Who acts as the subject, by which session (RFC 8693 4.1). An `act` within it would be a chain: somebody impersonated who
 * impersonates, which user-management gives to nobody.
 */
function readImpersonation(claims: Claims, header: TokenHeader): Impersonation {
  if (!header.isDeclaredAccessToken) throw invalid('The token is not an access token');
  const actor = claims['act'];
  if (!isClaims(actor) || !isSubject(actor['sub']) || !isOwnId(actor['user_id']) || 'act' in actor) {
    throw invalid('The token names nobody who acts');
  }
  const id = claims['jti'];
  if (!isOwnId(id)) throw invalid('The token names no impersonation');
  return { id, actor: { subject: actor['sub'], userId: actor['user_id'] } };
}

function isOwnId(value: unknown): value is string {
  return typeof value === 'string' && OWN_ID.test(value);
}

function checkTimes(claims: Claims, options: CheckedIssuer): number {
  const nowMs = options.now();
  const expiresAtMs = readTime(claims, 'exp');
  const lifeMs = expiresAtMs - readTime(claims, 'iat');
  if (options.isImpersonation && lifeMs > LONGEST_IMPERSONATION_SECONDS * 1000) throw invalid('The token lives too long');
  if (claims['nbf'] !== undefined && readTime(claims, 'nbf') > nowMs + options.clockToleranceMs) {
    throw invalid('The token is not valid yet');
  }
  if (nowMs >= expiresAtMs + options.clockToleranceMs) throw new AuthError('token.expired');
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

function isOtherToken(claims: Claims, header: TokenHeader): boolean {
  if (claims['token_use'] !== undefined && claims['token_use'] !== 'access') return true;
  if (claims['typ'] !== undefined && claims['typ'] !== 'Bearer') return true;
  if (header.isDeclaredAccessToken) return false;
  if (FOREIGN_CLAIMS.some((claim) => claim in claims)) return true;
  return 'nonce' in claims && !('scope' in claims);
}

/** Cognito's access tokens have no `aud`: `token_use` and `client_id` take its place (aws-jwt-verify #98). */
function checkCognito(claims: Claims, clientIds: ReadonlySet<string>): void {
  if (claims['token_use'] !== 'access') throw invalid('The token is not an access token');
  const clientId = claims['client_id'];
  if (typeof clientId !== 'string' || !clientIds.has(clientId)) throw invalid('The token was issued for another client');
}

/** A client-credentials token of Cognito has no `username`, and its subject is the client. */
function cognitoServiceClient(claims: Claims): string | null {
  const clientId = claims['client_id'] as string;
  return claims['username'] === undefined && claims['sub'] === clientId ? clientId : null;
}

/**
 * The client of a client-credentials token, null for a person's token. RFC 9068 section 2.2: `sub` is then the client
 * itself. Auth0 appends `@clients` to it, and says `gty` in its own token profile, though not in that of RFC 9068.
 */
function serviceClient(claims: Claims, subject: string): string | null {
  const auth0Client = /^(.+)@clients$/.exec(subject)?.[1] ?? null;
  const isSubject = (client: unknown): client is string => client === subject || client === auth0Client;
  const client = [claims['client_id'], claims['azp']].find(isSubject);
  return client ?? (claims['gty'] === 'client-credentials' ? auth0Client : null);
}

function readScopes(claim: unknown, prefix: string | null): string[] {
  const scopes = typeof claim === 'string' ? claim.split(' ').filter(Boolean) : [];
  return prefix === null ? scopes : scopes.map((scope) => (scope.startsWith(prefix) ? scope.slice(prefix.length) : scope));
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null;
}

const invalid = (detail: string): AuthError => new AuthError('token.invalid', detail);
