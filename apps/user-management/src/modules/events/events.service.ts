import { Injectable } from '@nestjs/common';
import type { EventActor, EventType } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { EventsRepository, type NewEvent } from './events.repository.js';
import { Relay } from './relay.js';

/** What happened, to whom and by whom. The payload holds ids and keys, never personal data. */
export interface EventToRecord {
  type: EventType;
  actor: EventActor;
  userId?: string | null;
  organisationId?: string | null;
  /** Of what changed when no user did; a user's context version is added when the event gets its number. */
  version?: number;
  payload: Record<string, unknown>;
}

@Injectable()
export class EventsService {
  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly relay: Relay,
  ) {}

  /** Writes the event into the open transaction and wakes the relay when it commits. */
  async record(event: EventToRecord): Promise<void> {
    await this.events.insert(toNewEvent(event));
    this.database.afterCommit(() => this.relay.wake(), this.relay);
  }

  /** The same for many, in this order. */
  async recordAll(events: EventToRecord[]): Promise<void> {
    await this.events.insertAll(events.map(toNewEvent));
    this.database.afterCommit(() => this.relay.wake(), this.relay);
  }
}

function toNewEvent({ type, actor, payload, userId = null, organisationId = null, version }: EventToRecord): NewEvent {
  return { id: uuidv7(), type, userId, organisationId, actor, version: version ?? null, payload };
}
