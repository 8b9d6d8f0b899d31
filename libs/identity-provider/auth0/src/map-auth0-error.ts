import { IdentityProviderError, type IdentityFailure } from '@sa-platform/identity-provider';
import { ManagementError } from 'auth0';

/** Only a write can have happened without being confirmed. */
export type CallKind = 'read' | 'write';

/** Where nobody says how long to wait, in milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** Failures before a connection stood: the request never left. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const MESSAGES: Record<IdentityFailure, string> = {
  conflict: 'an account with this e-mail or user id exists already',
  not_found: 'no account has this external id',
  rejected: 'Auth0 refuses this input or this state',
  throttled: 'Auth0 wants fewer requests',
  unavailable: 'Auth0 can not be reached or failed',
  misconfigured: 'Auth0 does not let this service in, or does not grant what it needs',
};

/** An error of ours; its message never repeats what Auth0 said, which may hold what was sent. */
export function auth0Failure(failure: IdentityFailure, outcome: 'not_done' | 'unknown' = 'not_done', retryAfterMs?: number): IdentityProviderError {
  return new IdentityProviderError(failure, outcome, MESSAGES[failure], retryAfterMs);
}

/** Decides by the status, and by the network's code where there is none; messages of Auth0 change and are never read. */
export function mapAuth0Error(error: unknown, kind: CallKind): IdentityProviderError {
  if (error instanceof IdentityProviderError) return error;
  if (error instanceof ManagementError && error.statusCode !== undefined) {
    return mapStatus(error.statusCode, kind, error.rawResponse?.headers);
  }
  return auth0Failure('unavailable', kind === 'write' && !wasNeverSent(error) ? 'unknown' : 'not_done');
}

/** A token is asked for before anything is sent, so nothing can have happened. */
export function mapTokenError(error: unknown): IdentityProviderError {
  const { failure, retryAfterMs } = mapAuth0Error(error, 'read');
  // A wrong client or audience is a 400, 401 or 403; what it says of input is never the caller's.
  const isRefused = failure !== 'throttled' && failure !== 'unavailable';
  return auth0Failure(isRefused ? 'misconfigured' : failure, 'not_done', retryAfterMs);
}

export function mapStatus(status: number, kind: CallKind, headers?: Headers): IdentityProviderError {
  if (status === 429) return auth0Failure('throttled', 'not_done', readRetryAfterMs(headers));
  if (status === 401 || status === 403) return auth0Failure('misconfigured');
  if (status === 404) return auth0Failure('not_found');
  if (status === 409) return auth0Failure('conflict');
  if (status >= 500 || status === 408) return auth0Failure('unavailable', kind === 'write' ? 'unknown' : 'not_done');
  return auth0Failure('rejected');
}

/**
 * Whether the endpoint is not part of the tenant's plan: a 403 that does not speak of scopes. Sessions and refresh
 * tokens can be ended on Enterprise plans alone.
 */
export function isNotInPlan(error: unknown): boolean {
  if (!(error instanceof ManagementError) || error.statusCode !== 403) return false;
  const { body } = error;
  const code = typeof body === 'object' && body !== null && 'errorCode' in body ? body.errorCode : undefined;
  return typeof code === 'string' && code !== 'insufficient_scope';
}

/** Whether what was asked for does not exist. */
export function isGone(error: unknown): boolean {
  return error instanceof IdentityProviderError && error.failure === 'not_found';
}

/** Whether the access token is no longer taken, before it expired. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof ManagementError && error.statusCode === 401;
}

/** `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` in epoch seconds by the provider's own clock. */
function readRetryAfterMs(headers: Headers | undefined): number {
  const clock = Date.parse(headers?.get('date') ?? '') || Date.now();
  const retryAfter = headers?.get('retry-after') ?? '';
  const reset = Number(headers?.get('x-ratelimit-reset') ?? NaN) * 1000 - clock;
  const waits = [Number(retryAfter || NaN) * 1000, Date.parse(retryAfter) - clock, reset];
  return Math.ceil(waits.find((wait) => Number.isFinite(wait) && wait > 0) ?? DEFAULT_RETRY_AFTER_MS);
}

/** The code is on the cause of a cause: the SDK wraps what `fetch` throws, which wraps what the network says. */
function wasNeverSent(error: unknown): boolean {
  let cause = error;
  while (typeof cause === 'object' && cause !== null) {
    if ('code' in cause && typeof cause.code === 'string') return NEVER_SENT.has(cause.code);
    cause = 'cause' in cause ? cause.cause : null;
  }
  return false;
}
