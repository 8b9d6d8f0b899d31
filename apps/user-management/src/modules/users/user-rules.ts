import type { EventType, UserContext, UserStatus, UserType } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { holdsAll, outranks } from '../access/authority.js';
import { reachOf } from '../access/reach.js';

const EVENTS: Readonly<Record<UserStatus, Partial<Record<UserStatus, EventType>>>> = {
  pending: { active: 'users.approved', deactivated: 'users.deactivated' },
  active: { pending: 'users.updated', suspended: 'users.suspended', deactivated: 'users.deactivated' },
  suspended: { pending: 'users.updated', active: 'users.reactivated', deactivated: 'users.deactivated' },
  deactivated: { active: 'users.reactivated' },
};

/**
 * @returns the event that a change of status is
 * @throws AppError `user.status_transition` when there is no such way
 */
export function eventOfTransition(from: UserStatus, to: UserStatus): EventType {
  const type = EVENTS[from][to];
  if (!type) throw new AppError('user.status_transition', `A ${from} user can not become ${to}`);
  return type;
}

/**
 * A user type gives permissions on the whole platform, so whoever gives it must hold those there.
 *
 * @param typePermissions what the type's role holds
 * @throws AppError `user.type_forbidden`, `role.exceeds_actor`
 */
export function requireMayGiveType(actor: UserContext, userType: UserType, typePermissions: readonly string[]): void {
  if (actor.is_platform_admin) return;
  if (userType === 'admin') throw new AppError('user.type_forbidden');
  if (!holdsAll(actor, typePermissions, null)) throw new AppError('role.exceeds_actor');
}

/**
 * Who may create such a user: whoever may give the type; an organisation's administrator needs a membership that makes
 * the user theirs.
 *
 * @param typePermissions what the type's role holds
 * @throws AppError `user.type_forbidden`, `role.exceeds_actor`, `membership.required`
 */
export function requireMayCreate(
  actor: UserContext,
  user: { userType: UserType; isMember: boolean },
  typePermissions: readonly string[],
): void {
  if (actor.is_platform_admin) return;
  requireMayGiveType(actor, user.userType, typePermissions);
  const isOnlyWithin = reachOf(actor, 'admin:users:write') !== 'platform';
  if (isOnlyWithin && !user.isMember) throw new AppError('membership.required');
}

/**
 * Who may touch the credentials, status or profile of a user.
 *
 * @param holdings what the target would hold if active and unexpired
 * @throws AppError `user.outranks_actor`
 */
export function requireOutranks(actor: UserContext, holdings: UserContext): void {
  if (!outranks(actor, holdings, 'admin:users:write')) throw new AppError('user.outranks_actor');
}

/** Nobody deactivates, suspends or demotes themselves. @throws AppError `user.self_change` */
export function requireNotSelf(actor: UserContext, userId: string): void {
  if (actor.user_id === userId) throw new AppError('user.self_change');
}
