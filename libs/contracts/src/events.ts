import { EVENT_CATALOGUE, type EventType } from './event-catalogue.js';
import type { Flat, FromSchema, JsonSchema } from './json-schema.js';

/** Redis channel (and Nest pattern) of every event. */
export const EVENTS_CHANNEL = 'users.events';
/** Capped Redis stream that keeps the newest events. */
export const EVENTS_STREAM = 'users.events.log';
/** Redis channel of the heartbeat that carries the newest sequence. */
export const HEARTBEAT_CHANNEL = 'users.heartbeat';

/** JSON Schema of who caused a change. */
export const EVENT_ACTOR_SCHEMA = {
  type: 'object',
  description: 'Who caused it: a person, a sibling service, or this service itself (seeders, jobs)',
  required: ['type', 'id'],
  properties: {
    type: { enum: ['user', 'service', 'system'] },
    id: { type: 'string' },
    impersonator_id: { type: 'string', description: 'The platform admin who did it in this user’s name; left out when nobody impersonated them' },
  },
} as const satisfies JsonSchema;

/** Who caused a change: a person, a sibling service, or this service itself (seeders, jobs). */
export type EventActor = FromSchema<typeof EVENT_ACTOR_SCHEMA>;

const SEQUENCE = { type: 'integer', minimum: 0 } as const;
const MOMENT = { type: 'string', format: 'date-time' } as const;

/** What every event has, whatever its type. */
const COMMON = {
  id: { type: 'string', format: 'uuid', description: 'The same whenever the event is sent again' },
  sequence: { ...SEQUENCE, minimum: 1, description: 'Its place among all events: has no gap that fills later' },
  occurred_at: MOMENT,
  actor: EVENT_ACTOR_SCHEMA,
  version: { type: ['integer', 'null'], description: 'Of the user’s context, the role or the registry: what was read with a smaller one lacks the change' },
} as const satisfies Record<string, JsonSchema>;

type Common = { [Key in keyof typeof COMMON]: FromSchema<(typeof COMMON)[Key]> };

type Described<Type extends EventType> = (typeof EVENT_CATALOGUE)[Type];

/** What an event of this type carries beside what all do. */
export type EventPayload<Type extends EventType = EventType> = Type extends EventType ? FromSchema<Described<Type>['payload']> : never;

/**
 * One event as it travels (DESIGN section 6): a union that `type` tells apart. No top-level key is `data` or `pattern`, so a Nest
 * microservice receives the whole envelope. `sequence` has no gaps that fill later. `user_id` is null where the change is a
 * role's or the registry's. Types and keys may be added: ignore those that you don't know.
 */
export type EventEnvelope<Type extends EventType = EventType> = Type extends EventType
  ? Flat<
      Common & {
        type: Type;
        user_id: FromSchema<Described<Type>['user_id']>;
        organisation_id: FromSchema<Described<Type>['organisation_id']>;
        payload: EventPayload<Type>;
      }
    >
  : never;

/** @returns JSON Schema 2020-12 of an event of this type, as it travels */
export function eventSchema(type: EventType): JsonSchema {
  const { user_id, organisation_id, payload, summary } = EVENT_CATALOGUE[type];
  const { id, sequence, occurred_at, actor, version } = COMMON;
  const properties = { id, sequence, type: { const: type }, occurred_at, user_id, organisation_id, actor, version, payload };
  return { type: 'object', description: summary, required: Object.keys(properties), properties };
}

/** JSON Schema of what the heartbeat says every 500 ms. */
export const HEARTBEAT_SCHEMA = {
  type: 'object',
  required: ['sequence', 'at'],
  properties: { sequence: { ...SEQUENCE, description: 'The newest there is; 0: none' }, at: MOMENT },
} as const satisfies JsonSchema;

/** What the heartbeat says every 500 ms. */
export type Heartbeat = FromSchema<typeof HEARTBEAT_SCHEMA>;

/** Most events on one page of the feed. */
export const MOST_FEED_EVENTS = 1_000;
/** Longest that the feed waits for an event, in seconds. */
export const LONGEST_FEED_WAIT_SECONDS = 30;

/** What `GET /v1/user-management/events` answers. */
export interface EventsPage {
  /** In the order of their sequences. */
  items: EventEnvelope[];
  /** `after` of the next question: also past what the filter left out. */
  next_after: number;
  /** The newest there is, 0 when there is none. Less than `after`: the database was restored, and sequences went back. */
  latest_sequence: number;
}
