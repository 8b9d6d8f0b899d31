import type { ContextMembership, UserContext } from '@sa-platform/contracts';

/**
 * The memberships that count now: a context may be older than the end of one of them, so `expires_at` is looked at when a
 * question is asked. A date that can't be read has passed.
 *
 * @param nowMs milliseconds since 1970
 */
export function listCurrentMemberships(context: UserContext, nowMs: number = Date.now()): ContextMembership[] {
  return context.memberships.filter(({ expires_at: end }) => end === null || Date.parse(end) > nowMs);
}

/**
 * May this user do this? Only an active user may do anything. Permissions at the top of the context hold in every
 * organisation; those of a membership hold in its organisation only, and never answer for another (DESIGN 3.3).
 *
 * @param context the user's context
 * @param permission for example `claims:write`; compared byte by byte
 * @param organisationId where; without it only platform-wide permissions count
 *
 * @example
 * if (!hasPermission(context, 'claims:write', claim.organisationId)) throw new AuthError('access.denied');
 */
export function hasPermission(context: UserContext, permission: string, organisationId?: string | null): boolean {
  if (context.status !== 'active') return false;
  if (context.permissions.includes(permission)) return true;
  return currentMembershipsIn(context, organisationId).some((membership) => membership.permissions.includes(permission));
}

/** True when the user holds each of the permissions (see `hasPermission`); false for an empty list. */
export function hasAllPermissions(
  context: UserContext,
  permissions: readonly string[],
  organisationId?: string | null,
): boolean {
  return permissions.length > 0 && permissions.every((permission) => hasPermission(context, permission, organisationId));
}

/** True when the user holds at least one of the permissions (see `hasPermission`). */
export function hasAnyPermission(
  context: UserContext,
  permissions: readonly string[],
  organisationId?: string | null,
): boolean {
  return permissions.some((permission) => hasPermission(context, permission, organisationId));
}

/**
 * True when the active user has the role in the organisation. A platform admin holds every permission, but no role that
 * nobody gave them: ask for permissions rather than roles.
 *
 * @param key for example `BILLER`
 */
export function hasRole(context: UserContext, key: string, organisationId: string | null | undefined): boolean {
  if (context.status !== 'active') return false;
  return currentMembershipsIn(context, organisationId).some((membership) => membership.role.key === key);
}

/**
 * True when the active user was granted the product in the organisation; platform admins are no exception.
 *
 * @param productKeyOrId either name of the product
 */
export function hasProduct(
  context: UserContext,
  productKeyOrId: string,
  organisationId: string | null | undefined,
): boolean {
  if (context.status !== 'active') return false;
  return currentMembershipsIn(context, organisationId).some((membership) =>
    membership.products.some(({ product_id: id, key }) => id === productKeyOrId || key === productKeyOrId),
  );
}

/** True when the user has a membership in the organisation now, whatever the user's status. */
export function isMemberOf(context: UserContext, organisationId: string): boolean {
  return currentMembershipsIn(context, organisationId).length > 0;
}

function currentMembershipsIn(context: UserContext, organisationId: string | null | undefined): ContextMembership[] {
  if (organisationId === null || organisationId === undefined) return [];
  return listCurrentMemberships(context).filter((membership) => membership.organisation_id === organisationId);
}
