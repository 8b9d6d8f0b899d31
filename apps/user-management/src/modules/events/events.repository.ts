import { Injectable } from '@nestjs/common';
import type { EventActor, EventEnvelope, EventType } from '@sa-platform/contracts';
import { among } from '../../platform/database/among.js';
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

export interface NumberedEvent {
  id: string;
  sequence: number;
  /** Null keeps the one that the event was written with. */
  version: number | null;
}

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

  /** @returns the newest place in the order of writing, 0 when nothing was written */
  async lastPosition(): Promise<bigint> {
    const last = await this.database.client.outboxEvent.findFirst({ orderBy: { position: 'desc' }, select: { position: true } });
    return last?.position ?? 0n;
  }

  /** @param position where the events that are asked about end; null asks about all */
  async hasUnpublished(position: bigint | null): Promise<boolean> {
    const where = { publishedAt: null, ...(position === null ? {} : { position: { lte: position } }) };
    return (await this.database.client.outboxEvent.findFirst({ where, select: { id: true } })) !== null;
  }

  async numberAll(events: NumberedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const ids = events.map(({ id }) => id);
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE outbox_events SET sequence = CASE id ${cases(events.map(({ id, sequence }) => [id, sequence]))} END,
             version = CASE id ${cases(events.map(({ id, version }) => [id, version]))} ELSE version END
       WHERE ${among(Prisma.sql`id`, ids)}`);
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

function toRow({ actor, payload, ...event }: NewEvent) {
  return { ...event, actorType: actor.type, actorId: actor.id, payload: JSON.stringify(payload), occurredAt: new Date() };
}

/** Numbers as literals: nothing tells PostgreSQL the type of a parameter behind THEN. */
function cases(values: [id: string, value: number | null][]): Prisma.Sql {
  const branches = values.map(([id, value]) => Prisma.sql`WHEN ${id} THEN ${value === null ? Prisma.sql`version` : Prisma.raw(String(Math.trunc(value)))}`);
  return Prisma.join(branches, ' ');
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
