import { Injectable } from '@nestjs/common';
import type { EventActor, EventType } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';

export interface NewEvent {
  id: string;
  type: EventType;
  userId: string | null;
  organisationId: string | null;
  actor: EventActor;
  version: number | null;
  payload: Record<string, unknown>;
  isUrgent: boolean;
}

/** The outbox as whoever makes a change knows it. */
@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  async insert(event: NewEvent): Promise<void> {
    await this.database.client.outboxEvent.create({ data: toRow(event), select: { id: true } });
  }

  /** Written in this order. */
  async insertAll(events: NewEvent[]): Promise<void> {
    await this.database.client.outboxEvent.createMany({ data: events.map(toRow) });
  }
}

function toRow({ actor, payload, ...event }: NewEvent) {
  const by = { actorType: actor.type, actorId: actor.id, impersonatorId: actor.impersonator_id ?? null };
  return { ...event, ...by, payload: JSON.stringify(payload), occurredAt: new Date() };
}
