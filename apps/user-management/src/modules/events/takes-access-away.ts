import type { EventType } from '@sa-platform/contracts';

const REVOCATIONS: ReadonlySet<EventType> = new Set([
  'users.suspended',
  'users.deactivated',
  'users.erased',
  'users.role.changed',
  'users.membership.removed',
  'users.product.revoked',
  'users.permissions.changed',
]);

/** What of a user or a membership decides about access. */
const DECISIVE_FIELDS: ReadonlySet<unknown> = new Set(['status', 'user_type', 'expires_at']);

/**
 * Whether somebody may be able to do less after it; such an event goes before others that wait. Of `users.updated` it is
 * what names a field that decides about access, or no field at all, as the end of an impersonation.
 */
export function takesAccessAway({ type, payload }: { type: EventType; payload: Record<string, unknown> }): boolean {
  if (type !== 'users.updated') return REVOCATIONS.has(type);
  const { fields } = payload;
  return !Array.isArray(fields) || fields.length === 0 || fields.some((field) => DECISIVE_FIELDS.has(field));
}
