import type { AuditAction, AuditState, EventActor, MembershipView } from '@sa-platform/contracts';
import type { AuditRecord } from '../audit/audit-trail.js';
import { differenceOf } from '../audit/difference.js';

/** A membership before and after; null where there was or is none. */
export interface MembershipChange {
  before: MembershipView | null;
  after: MembershipView | null;
}

/** How the trail tells of a changed membership: of its user, in its organisation's chain. @returns null where nothing differs */
export function toMembershipRecord(action: AuditAction, actor: EventActor, { before, after }: MembershipChange): AuditRecord | null {
  const membership = after ?? before;
  const difference = differenceOf(before && toMembershipState(before), after && toMembershipState(after));
  if (membership === null || (difference.before === null && difference.after === null)) return null;
  const name = { membership_id: membership.membership_id };
  return {
    action,
    actor,
    target: { type: 'user', id: membership.user_id },
    organisationId: membership.organisation_id,
    before: difference.before && { ...name, ...difference.before },
    after: difference.after && { ...name, ...difference.after },
  };
}

/** A membership as the trail keeps it: ids and keys, which stay right when names change. */
export function toMembershipState(membership: MembershipView): AuditState {
  return {
    membership_id: membership.membership_id,
    organisation_id: membership.organisation_id,
    role_id: membership.role.id,
    role_key: membership.role.key,
    product_ids: membership.products.map(({ product_id: id }) => id),
    expires_at: membership.expires_at,
  };
}
