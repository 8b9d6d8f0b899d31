import type { ErrorCode, UserContext } from '@sa-platform/contracts';

/** Who acts as a user, and by which session; it can be ended before its token expires. */
export interface Impersonation {
  /** Our id of the session. */
  id: string;
  /** The platform admin: the identity provider's `sub`, and our id of them. */
  actor: { subject: string; userId: string };
}

/**
 * Whoever a verified token speaks for. `subject` of a user is the identity provider's `sub` (our `external_id`).
 * `impersonation` is there only when a platform admin acts as the user.
 */
export type Principal =
  | { type: 'user'; subject: string; scopes: readonly string[]; expiresAtMs: number; impersonation?: Impersonation }
  | { type: 'service'; subject: string; clientId: string; scopes: readonly string[]; expiresAtMs: number };

/** A verified principal with what it may do; a service has scopes instead of a context. */
export type Caller =
  | { type: 'user'; principal: Extract<Principal, { type: 'user' }>; context: UserContext }
  | { type: 'service'; principal: Extract<Principal, { type: 'service' }>; context: null };

/**
 * Who acts as the calling user; null when nobody does. An audit trail names both: the user and `actor`.
 *
 * @example
 * const actor = impersonationOf(caller)?.actor.userId ?? null;
 * log.info({ user: caller.context?.user_id, impersonator: actor }, 'claim paid');
 */
export function impersonationOf({ principal }: Caller): Impersonation | null {
  return (principal.type === 'user' && principal.impersonation) || null;
}

/** What of a request an access rule may look at. The body is never part of it. */
export interface AccessRequest {
  params: Readonly<Record<string, string>>;
  /** From the route, the `X-Organisation-Id` header, or the caller's only membership; null when none names one. */
  organisationId: string | null;
}

/** `null` lets the caller pass; an error code refuses. */
export type AccessDecision = ErrorCode | null;

/**
 * One condition on a route. All rules of a route must let the caller pass; a route without a rule is closed.
 * A user who isn't active is refused before any rule is asked, unless a rule sets `admitsInactive`.
 */
export interface AccessRule {
  /** Stands in the OpenAPI page and in tests, for example `permission claims:read`. */
  readonly name: string;
  readonly admitsInactive?: boolean;
  decide(caller: Caller, request: AccessRequest): AccessDecision;
}

/**
 * Where the context of a verified user comes from: the user-management service over HTTP (siblings), or its own
 * database (user-management itself).
 */
export interface ContextSource {
  /**
   * @param principal the verified user
   * @param token their access token, as it came
   * @throws AuthError `user.unknown` when the platform does not know them, `impersonation.ended` when nobody may act as
   * them any more with this token, `context.unavailable` when it can't be asked
   */
  contextOf(principal: Extract<Principal, { type: 'user' }>, token: string): Promise<UserContext>;
}
