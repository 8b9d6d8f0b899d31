import type { MembershipView, UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { covers, reachOf } from '../access/reach.js';
import type { User, UserChanges } from '../users/users.repository.js';
import type { ImportRecord } from './import-record.js';

/** A user with the address of a row, and what they belong to. */
export interface KnownUser {
  user: User;
  memberships: MembershipView[];
}

/**
 * Somebody of another organisation is nobody whom the actor may learn about or change; as where one user is created, the
 * address counts as taken.
 *
 * @throws AppError `user.email_taken`
 */
export function requireVisible(actor: UserContext, { memberships }: KnownUser): void {
  const reach = reachOf(actor, 'admin:users:write');
  const isVisible = reach === 'platform' || memberships.some(({ organisation_id: id }) => covers(reach, id));
  if (!isVisible) throw new AppError('user.email_taken');
}

/** An import never changes who somebody is to the platform. @throws AppError `user.type_differs` */
export function requireSameType({ user }: KnownUser, record: ImportRecord): void {
  if (record.user_type !== user.userType) throw new AppError('user.type_differs');
}

/** What the row says otherwise than the profile. An empty cell says nothing. */
export function profileChanges({ user }: KnownUser, record: ImportRecord): UserChanges {
  const { display_name: displayName, phone } = record;
  return {
    ...(displayName === undefined || displayName === user.displayName ? {} : { displayName }),
    ...(phone === undefined || phone === null || phone === user.phone ? {} : { phone }),
  };
}

/** The membership of the row that the user has already: by the role that the row's key stands for. */
export function membershipOf({ memberships }: KnownUser, organisationId: string, roleId: string): MembershipView | null {
  return memberships.find((membership) => membership.organisation_id === organisationId && membership.role.id === roleId) ?? null;
}

/** Products of the row that the membership lacks; none is ever taken away. */
export function missingProducts(membership: MembershipView, record: ImportRecord): string[] {
  const held = new Set(membership.products.map(({ product_id: id }) => id));
  return record.product_ids.filter((id) => !held.has(id));
}
