import type { UserContext } from '@sa-platform/contracts';
import { covers, reachOf } from './reach.js';

/** All permissions that the user holds in one organisation: platform-wide ones and those of their roles there. */
export function permissionsIn(context: UserContext, organisationId: string): Set<string> {
  if (context.status !== 'active') return new Set();
  const held = new Set(context.permissions);
  for (const membership of context.memberships) {
    if (membership.organisation_id !== organisationId) continue;
    for (const permission of membership.permissions) held.add(permission);
  }
  return held;
}

/** Nobody grants, edits or takes away what they don't hold there (DESIGN section 4). */
export function holdsAll(actor: UserContext, permissions: Iterable<string>, organisationId: string | null): boolean {
  if (actor.is_platform_admin) return true;
  const held = organisationId === null ? new Set(actor.permissions) : permissionsIn(actor, organisationId);
  return [...permissions].every((permission) => held.has(permission));
}

/**
 * Whether the actor may touch the credentials, status or profile of the target: the actor must have `permission` in
 * every organisation the target belongs to and hold whatever the target holds there and platform-wide. One organisation
 * less would be a takeover across tenants (cve-services #1757, BookStack #2105). A type role with permissions puts its
 * holders out of reach of organisation admins: those permissions hold in every other organisation too.
 *
 * @param target what the target would hold if active and unexpired (`ContextService.getHoldings`)
 */
export function outranks(actor: UserContext, target: UserContext, permission: string): boolean {
  if (actor.status !== 'active') return false;
  if (actor.is_platform_admin) return true;
  if (target.is_platform_admin) return false;
  const reach = reachOf(actor, permission);
  const organisationIds = [...new Set(target.memberships.map((membership) => membership.organisation_id))];
  return (
    (reach === 'platform' || organisationIds.length > 0) &&
    holdsAll(actor, target.permissions, null) &&
    organisationIds.every(
      (organisationId) => covers(reach, organisationId) && holdsAll(actor, permissionsOf(target, organisationId), organisationId),
    )
  );
}

function permissionsOf(target: UserContext, organisationId: string): string[] {
  return target.memberships
    .filter((membership) => membership.organisation_id === organisationId)
    .flatMap((membership) => membership.permissions);
}
