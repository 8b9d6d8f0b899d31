import { Injectable } from '@nestjs/common';
import type { EventActor, EventEnvelope, EventType } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { OutboxEvent } from '../../platform/database/generated/postgresql/client.js';

export interface NewEvent {
  id: string;
  type: EventType;
  userId: string | null;
  organisationId: string | null;
  actor: EventActor;
  version: number | null;
  payload: Record<string, unknown>;
}

/** An event that has no number yet. */
export interface UnnumberedEvent {
  id: string;
  userId: string | null;
}

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  async insert(event: NewEvent): Promise<void> {
    await this.database.client.outboxEvent.create({
      data: {
        id: event.id,
        type: event.type,
        userId: event.userId,
        organisationId: event.organisationId,
        actorType: event.actor.type,
        actorId: event.actor.id,
        version: event.version,
        payload: JSON.stringify(event.payload),
        occurredAt: new Date(),
      },
      select: { id: true },
    });
  }

  async listUnnumbered(limit: number): Promise<UnnumberedEvent[]> {
    return this.database.client.outboxEvent.findMany({
      where: { sequence: null },
      orderBy: { position: 'asc' },
      take: limit,
      select: { id: true, userId: true },
    });
  }

  /** @returns the newest number given, 0 when there is none */
  async lastSequence(): Promise<number> {
    const last = await this.database.client.outboxEvent.findFirst({
      where: { sequence: { not: null } },
      orderBy: { sequence: 'desc' },
      select: { sequence: true },
    });
    return Number(last?.sequence ?? 0);
  }

  /** @param version null keeps the one the event was written with */
  async number(id: string, sequence: number, version: number | null): Promise<void> {
    await this.database.client.$executeRaw(
      Prisma.sql`UPDATE outbox_events SET sequence = ${sequence}, version = COALESCE(${version}, version) WHERE id = ${id}`,
    );
  }

  async listUnpublished(limit: number): Promise<EventEnvelope[]> {
    const rows = await this.database.client.outboxEvent.findMany({
      where: { publishedAt: null, sequence: { not: null } },
      orderBy: { sequence: 'asc' },
      take: limit,
    });
    return rows.map(toEnvelope);
  }

  async markPublished(ids: string[]): Promise<void> {
    await this.database.client.outboxEvent.updateMany({ where: { id: { in: ids } }, data: { publishedAt: new Date() } });
  }
}

function toEnvelope(row: OutboxEvent): EventEnvelope {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    type: row.type as EventType,
    occurred_at: row.occurredAt.toISOString(),
    user_id: row.userId,
    organisation_id: row.organisationId,
    actor: { type: row.actorType as EventActor['type'], id: row.actorId },
    version: row.version === null ? null : Number(row.version),
    payload: JSON.parse(row.payload) as Record<string, unknown>,
  };
}
