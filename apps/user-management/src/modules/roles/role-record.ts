import type { AuditAction, EventActor } from '@sa-platform/contracts';
import type { AuditRecord } from '../audit/audit-trail.js';
import { differenceOf } from '../audit/difference.js';
import type { Role } from './roles.repository.js';

/** A role before and after; null where there was or is none. */
export interface RoleChange {
  before: Role | null;
  after: Role | null;
}

/** How the trail tells of a changed role, in the chain of its organisation. @returns null where nothing differs */
export function toRoleRecord(action: AuditAction, actor: EventActor, { before, after }: RoleChange): AuditRecord | null {
  const role = after ?? before;
  const state = differenceOf(before && toState(before), after && toState(after));
  if (role === null || (state.before === null && state.after === null)) return null;
  return { action, actor, target: { type: 'role', id: role.id }, organisationId: role.organisationId, ...state };
}

function toState({ key, name, description, permissions }: Role) {
  return { key, name, description, permissions };
}
