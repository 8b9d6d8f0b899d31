import {
  INVALIDATE_ALL,
  INVALIDATE_NONE,
  INVALIDATE_PLATFORM_ADMINS,
  invalidateRole,
  invalidateUser,
  type Invalidation,
} from './invalidation.js';

/** What of an event (DESIGN 6) matters to a cache of contexts. */
export interface ReadEvent {
  sequence: number;
  /** Null when it says none: it can't be found again then. */
  id: string | null;
  invalidation: Invalidation;
}

/**
 * Reads a message of the channel `users.events`. Events of types that this version doesn't know count as well: a user's
 * concern the user, others everybody.
 *
 * @returns null when it isn't an event: what it was about can't be told
 */
export function readEvent(message: string): ReadEvent | null {
  return toReadEvent(parse(message));
}

/** The same of an event that was parsed already. */
export function toReadEvent(value: unknown): ReadEvent | null {
  const event = value as Record<string, unknown> | null | undefined;
  const sequence = event?.['sequence'];
  if (!event || !isCount(sequence)) return null;
  const id = event['id'];
  return { sequence, id: typeof id === 'string' ? id : null, invalidation: readInvalidation(event) };
}

/**
 * Reads a message of the channel `users.heartbeat`.
 *
 * @returns the newest sequence there is; null when it isn't a heartbeat
 */
export function readHeartbeat(message: string): number | null {
  const sequence = parse(message)?.['sequence'];
  return isCount(sequence) ? sequence : null;
}

function readInvalidation({ type, user_id: userId, version, payload }: Record<string, unknown>): Invalidation {
  if (typeof userId === 'string') return invalidateUser(userId, isCount(version) ? version : null);
  if (type === 'permissions.registered') return INVALIDATE_PLATFORM_ADMINS;
  if (type === 'webhooks.disabled') return INVALIDATE_NONE;
  const { role_id: roleId, role_key: roleKey } = (payload ?? {}) as Record<string, unknown>;
  const isRoles = type === 'users.permissions.changed' && typeof roleId === 'string' && typeof roleKey === 'string';
  return isRoles ? invalidateRole(roleId, roleKey) : INVALIDATE_ALL;
}

/** Any JSON value but null has members, if none that we look for. */
function parse(message: string): Record<string, unknown> | null {
  try {
    return JSON.parse(message) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
