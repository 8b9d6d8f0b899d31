import { Injectable } from '@nestjs/common';
import type { EventActor, EventType } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { EventsRepository } from './events.repository.js';
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
    await this.events.insert({
      id: uuidv7(),
      type: event.type,
      userId: event.userId ?? null,
      organisationId: event.organisationId ?? null,
      actor: event.actor,
      version: event.version ?? null,
      payload: event.payload,
    });
    this.database.afterCommit(() => this.relay.wake());
  }
}
