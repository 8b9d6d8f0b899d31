import { Injectable } from '@nestjs/common';
import type { EventActor, EventEnvelope, EventPayload, EventType } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { EventsRepository, type NewEvent } from './events.repository.js';
import { Relay } from './relay.js';
import { takesAccessAway } from './takes-access-away.js';

/**
 * What happened, to whom and by whom: what the catalogue says of each type, so that anything else doesn't compile. The payload
 * holds ids and keys, never personal data.
 */
export type EventToRecord<Type extends EventType = EventType> = Type extends EventType
  ? {
      type: Type;
      actor: EventActor;
      /** Of what changed when no user did; a user's context version is added when the event gets its number. */
      version?: number;
      payload: EventPayload<Type>;
    } & About<'userId', EventEnvelope<Type>['user_id']> &
      About<'organisationId', EventEnvelope<Type>['organisation_id']>
  : never;

/** An id that may be null may be left out. */
type About<Key extends string, Id> = null extends Id ? { [Each in Key]?: Id } : { [Each in Key]: Id };

@Injectable()
export class EventsService {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly relay: Relay,
  ) {}

  /** Has somebody told of each commit that wrote events; they have their numbers a moment later. */
  onRecorded(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Writes the event into the open transaction and wakes the relay when it commits. */
  async record(event: EventToRecord): Promise<void> {
    await this.events.insert(toNewEvent(event));
    this.database.afterCommit(this.announce, this);
  }

  /** The same for many, in this order. */
  async recordAll(events: EventToRecord[]): Promise<void> {
    await this.events.insertAll(events.map(toNewEvent));
    this.database.afterCommit(this.announce, this);
  }

  private readonly announce = (): void => {
    this.relay.wake();
    for (const listener of this.listeners) listener();
  };
}

function toNewEvent({ type, actor, payload, userId = null, organisationId = null, version }: EventToRecord): NewEvent {
  const isUrgent = takesAccessAway({ type, payload });
  return { id: uuidv7(), type, userId, organisationId, actor, version: version ?? null, payload, isUrgent };
}
