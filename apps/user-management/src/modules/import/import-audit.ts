import type { AuditState, EventActor } from '@sa-platform/contracts';
import { onlyOrganisationIn } from '../access/reach.js';
import type { AuditRecord } from '../audit/audit-trail.js';
import type { User, UserChanges } from '../users/users.repository.js';
import type { PlannedMembership, RowPlan } from './row-planner.js';

type Creation = Extract<RowPlan, { kind: 'create' }> & { id: string };
type Update = Extract<RowPlan, { kind: 'update' }>;

/** In whose name, and of which file. */
export interface ImportDeed {
  actor: EventActor;
  importId: string;
}

/** How the trail tells of a user that a row has made. */
export function toCreationRecord({ id, record, membership }: Creation, { actor, importId }: ImportDeed): AuditRecord {
  const { email, display_name, phone, user_type } = record;
  const memberships = membership === null ? [] : [toState(membership)];
  return {
    action: 'USER_CREATED',
    actor,
    target: { type: 'user', id },
    organisationId: membership?.organisationId ?? null,
    after: { user_type, status: 'active', memberships, import_id: importId },
    personal: { before: null, after: { email, display_name, phone: phone ?? null } },
  };
}

/** How the trail tells of a user that a row has changed. */
export function toUpdateRecord({ known, changes, membership, grants }: Update, { actor, importId }: ImportDeed): AuditRecord {
  const added = membership === null ? {} : { memberships_added: [toState(membership)] };
  const granted = grants === null ? {} : { membership_id: grants.to.membership_id, products_granted: grants.productIds };
  return {
    action: 'USER_UPDATED',
    actor,
    target: { type: 'user', id: known.user.id },
    organisationId: onlyOrganisationIn([...known.memberships, ...(membership === null ? [] : [toState(membership)])]),
    after: { ...added, ...granted, import_id: importId },
    personal: personalOf(known.user, changes),
  };
}

function personalOf(user: User, { displayName, phone }: UserChanges): AuditRecord['personal'] {
  if (displayName === undefined && phone === undefined) return null;
  const name = displayName === undefined ? {} : { display_name: displayName };
  const formerName = displayName === undefined ? {} : { display_name: user.displayName };
  const number = phone === undefined ? {} : { phone };
  const formerNumber = phone === undefined ? {} : { phone: user.phone };
  return { before: { ...formerName, ...formerNumber }, after: { ...name, ...number } };
}

function toState({ organisationId, role, productIds }: PlannedMembership): AuditState & { organisation_id: string } {
  return { organisation_id: organisationId, role_id: role.id, role_key: role.key, product_ids: productIds };
}
