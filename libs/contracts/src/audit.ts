import type { EventActor } from './events.js';

/** What audit entries tell of (DESIGN section 8). */
export const AUDIT_ACTIONS = [
  'USER_CREATED',
  'USER_CREATION_UNDONE',
  'USER_REGISTERED',
  'USER_LINKED',
  'USER_UPDATED',
  'USER_APPROVED',
  'USER_SUSPENDED',
  'USER_REACTIVATED',
  'USER_DEACTIVATED',
  'USER_REVOKED',
  'USER_TYPE_CHANGED',
  'USER_ERASED',
  'USER_PASSWORD_RESET',
  'USER_INVITATION_RESENT',
  'USER_SESSIONS_REVOKED',
  'USER_IDENTITY_SYNCED',
  'USERS_EXPORTED',
  'PERSONAL_DATA_EXPORTED',
  'MEMBERSHIP_ADDED',
  'MEMBERSHIP_UPDATED',
  'MEMBERSHIP_REMOVED',
  'MEMBERSHIP_EXPIRED',
  'PRODUCT_GRANTED',
  'PRODUCT_REVOKED',
  'ROLE_CREATED',
  'ROLE_UPDATED',
  'ROLE_DELETED',
  'ORGANISATION_CREATED',
  'ORGANISATION_UPDATED',
  'PRODUCT_CREATED',
  'PRODUCT_UPDATED',
  'PERMISSIONS_REGISTERED',
  'IMPORT_STARTED',
  'IMPORT_CANCELLED',
  'DRIFT_SCAN_STARTED',
  'DRIFT_REPAIR_STARTED',
  'DRIFT_REPAIRED',
  'WEBHOOK_CREATED',
  'WEBHOOK_UPDATED',
  'WEBHOOK_DELETED',
  'WEBHOOK_SECRET_ROTATED',
  'WEBHOOK_REDELIVERED',
  'WEBHOOK_DISABLED',
  'IMPERSONATION_STARTED',
  'IMPERSONATION_ENDED',
  'IMPERSONATED_REQUEST',
  'SIGN_IN_REFUSED',
  'AUDIT_EXPORTED',
  'AUDIT_SEGMENT_REMOVED',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_TARGETS = ['user', 'role', 'organisation', 'product', 'permission', 'import', 'identity', 'account', 'audit', 'webhook'] as const;
export type AuditTargetType = (typeof AUDIT_TARGETS)[number];

/** Whom or what an entry is about; the id is null where it is about all of a kind. */
export interface AuditTarget {
  type: AuditTargetType;
  id: string | null;
}

/** What changed, by the field's name in the API; only what differs before and after. */
export type AuditState = Record<string, unknown>;

/** One entry as it is answered. The entry's hash is over everything but `personal`, of which it holds a digest. */
export interface AuditEntryView {
  id: string;
  /** Null in the platform's own chain. */
  organisation_id: string | null;
  /** Its place in the chain of its organisation: 1, 2, 3 … */
  sequence: number;
  occurred_at: string;
  action: AuditAction;
  actor: EventActor;
  /** The platform admin who acted as the actor. */
  impersonator_id: string | null;
  target: AuditTarget;
  request_id: string | null;
  before: AuditState | null;
  after: AuditState | null;
  /** The part that is about a person; null once they were erased. */
  personal: { before: AuditState | null; after: AuditState | null } | null;
  personal_digest: string | null;
  previous_hash: string;
  hash: string;
}
