import { impersonationOf, type Caller } from '@sa-platform/auth-client';
import type { EventType, UserContext, UserStatus, UserType } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { holdsAll, outranks } from '../access/authority.js';
import { userOf } from '../access/caller.js';
import { covers, reachOf, type Reach } from '../access/reach.js';

const WRITE = 'admin:users:write';

type EventOfTransition = Extract<EventType, `users.${'approved' | 'updated' | 'suspended' | 'reactivated' | 'deactivated'}`>;

const EVENTS: Readonly<Record<UserStatus, Partial<Record<UserStatus, EventOfTransition>>>> = {
  pending: { active: 'users.approved', deactivated: 'users.deactivated' },
  active: { pending: 'users.updated', suspended: 'users.suspended', deactivated: 'users.deactivated' },
  suspended: { pending: 'users.updated', active: 'users.reactivated', deactivated: 'users.deactivated' },
  deactivated: { active: 'users.reactivated' },
};

/**
 * @returns the event that a change of status is
 * @throws AppError `user.status_transition` when there is no such way
 */
export function eventOfTransition(from: UserStatus, to: UserStatus): EventOfTransition {
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
  const isOnlyWithin = reachOf(actor, WRITE) !== 'platform';
  if (isOnlyWithin && !user.isMember) throw new AppError('membership.required');
}

/**
 * Who may touch the credentials, status or profile of a user.
 *
 * @param holdings what the target would hold if active and unexpired
 * @throws AppError `user.outranks_actor`
 */
export function requireOutranks(actor: UserContext, holdings: UserContext): void {
  if (!outranks(actor, holdings, WRITE)) throw new AppError('user.outranks_actor');
}

/**
 * Who may have all that is kept about a user: whoever administers every organisation that the user belongs to.
 *
 * @param holdings what the target would hold if active and unexpired
 * @throws AppError `user.beyond_reach`
 */
export function requireWhollyWithin(reach: Reach, holdings: UserContext): void {
  if (!isWhollyWithin(reach, holdings)) throw new AppError('user.beyond_reach');
}

function isWhollyWithin(reach: Reach, holdings: UserContext): boolean {
  return reach === 'platform' || (!holdings.is_platform_admin && holdings.memberships.every(({ organisation_id: id }) => covers(reach, id)));
}

/** Nobody deactivates, suspends or demotes themselves. @throws AppError `user.self_change` */
export function requireNotSelf(actor: UserContext, userId: string): void {
  if (actor.user_id === userId) throw new AppError('user.self_change');
}

/**
 * Whoever acts as somebody leaves that person's own account alone: a password or a telephone number would let them in
 * after the impersonation.
 *
 * @throws AppError `impersonation.forbidden`
 */
export function requireNotActingAs(userId: string, caller: Caller): void {
  if (isActingAs(userId, caller)) throw new AppError('impersonation.forbidden');
}

function isActingAs(userId: string, caller: Caller): boolean {
  return impersonationOf(caller) !== null && userOf(caller).user_id === userId;
}

/**
 * What these rules would let pass, for pages that offer nothing else.
 *
 * @param holdings what the target would hold if active and unexpired
 */
export function authorityOver(holdings: UserContext, caller: Caller): { may_change: boolean; may_export: boolean } {
  const actor = userOf(caller);
  const reach = reachOf(actor, WRITE);
  return {
    may_change: outranks(actor, holdings, WRITE) && !isActingAs(holdings.user_id, caller),
    may_export: reach.length > 0 && isWhollyWithin(reach, holdings),
  };
}
