/** Redis channel (and Nest pattern) of every event. */
export const EVENTS_CHANNEL = 'users.events';
/** Capped Redis stream that keeps the newest events. */
export const EVENTS_STREAM = 'users.events.log';
/** Redis channel of the heartbeat that carries the newest sequence. */
export const HEARTBEAT_CHANNEL = 'users.heartbeat';

export const EVENT_TYPES = [
  'users.created',
  'users.updated',
  'users.approved',
  'users.suspended',
  'users.reactivated',
  'users.deactivated',
  'users.erased',
  'users.role.changed',
  'users.membership.added',
  'users.membership.removed',
  'users.product.granted',
  'users.product.revoked',
  'users.permissions.changed',
  'permissions.registered',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Who caused a change: a person, a sibling service, or this service itself (seeders, jobs). */
export interface EventActor {
  type: 'user' | 'service' | 'system';
  id: string;
}

/**
 * One event as it travels (DESIGN section 6). No top-level key is `data` or `pattern`, so a Nest microservice receives the
 * whole envelope. `sequence` has no gaps that fill later. `user_id` is null where the change is a role's or the registry's.
 */
export interface EventEnvelope {
  id: string;
  sequence: number;
  type: EventType;
  occurred_at: string;
  user_id: string | null;
  organisation_id: string | null;
  actor: EventActor;
  version: number | null;
  payload: Record<string, unknown>;
}

/** What the heartbeat says every 500 ms. */
export interface Heartbeat {
  sequence: number;
  at: string;
}
