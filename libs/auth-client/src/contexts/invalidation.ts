import type { UserContext } from '@sa-platform/contracts';

/** What an event means for contexts that were read before it. It can only take trust away: it carries nothing to grant. */
export interface Invalidation {
  /** Our id of the only user it can be about; null when it may be about anybody. */
  readonly userId: string | null;
  /** A context of that user with a smaller version lacks the change; null: any context read before may lack it. */
  readonly version: number | null;
  /** May this context, read before the event, lack its change? */
  affects(context: UserContext): boolean;
}

/** Everything read before must be asked for again. */
export const INVALIDATE_ALL: Invalidation = { userId: null, version: null, affects: () => true };

/** No context says anything of it. */
export const INVALIDATE_NONE: Invalidation = { userId: null, version: null, affects: () => false };

/** One user's contexts below a version, or all of them. */
export function invalidateUser(userId: string, version: number | null): Invalidation {
  const isOlder = (context: UserContext): boolean => version === null || context.version < version;
  return { userId, version, affects: (context) => context.user_id === userId && isOlder(context) };
}

/** The contexts that hold the role, by a membership or as the role of their user's type (DESIGN 2, "type role"). */
export function invalidateRole(roleId: string, roleKey: string): Invalidation {
  const holds = ({ memberships, user_type: type }: UserContext): boolean =>
    type === roleKey || memberships.some(({ role }) => role.id === roleId);
  return { userId: null, version: null, affects: holds };
}

/** A platform admin holds every registered permission, so that a new one is theirs. */
export const INVALIDATE_PLATFORM_ADMINS: Invalidation = {
  userId: null,
  version: null,
  affects: (context) => context.is_platform_admin,
};
