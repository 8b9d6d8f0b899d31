import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma, type WebhookDelivery as Row } from '../../platform/database/generated/postgresql/client.js';
import type { Delivery, DeliveryState, RedeliveryState } from './webhook.js';
import type { Attempt } from './webhook-sender.js';

/** One event at one webhook. */
export interface DeliveryKey {
  webhookId: string;
  sequence: number;
}

export interface DeliveryFilter {
  webhookId: string;
  state?: DeliveryState | undefined;
  /** Only those of older events. */
  before?: number | undefined;
}

const keyOf = ({ webhookId, sequence }: DeliveryKey) => ({ webhookId_sequence: { webhookId, sequence: BigInt(sequence) } });
const is = ({ webhookId, sequence }: DeliveryKey) => Prisma.sql`webhook_id = ${webhookId} AND sequence = ${sequence}`;

/** What became of the events that were sent. Times are the database's. */
@Injectable()
export class WebhookDeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Writes the attempt down: one statement, whether it is the event's first or not. */
  async record(webhookId: string, event: EventEnvelope, state: DeliveryState, { status, error, durationMs }: Attempt): Promise<void> {
    const { now, dialect } = this.database;
    const renew = dialect === 'mysql' ? Prisma.sql`ON DUPLICATE KEY UPDATE` : Prisma.sql`ON CONFLICT (webhook_id, sequence) DO UPDATE SET`;
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO webhook_deliveries (webhook_id, sequence, event_id, type, state, attempts, status, error, duration_ms, first_attempt_at, last_attempt_at)
      VALUES (${webhookId}, ${event.sequence}, ${event.id}, ${event.type}, ${state}, 1, ${status}, ${error}, ${durationMs}, ${now}, ${now})
      ${renew} state = ${state}, attempts = webhook_deliveries.attempts + 1, status = ${status}, error = ${error},
               duration_ms = ${durationMs}, last_attempt_at = ${now}`);
  }

  /** Events up to this number were removed before they could be sent. */
  async recordMissed({ webhookId, sequence }: DeliveryKey, missedEvents: number): Promise<void> {
    const { now, dialect } = this.database;
    const isThere = dialect === 'mysql' ? Prisma.sql`ON DUPLICATE KEY UPDATE` : Prisma.sql`ON CONFLICT (webhook_id, sequence) DO UPDATE SET`;
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO webhook_deliveries (webhook_id, sequence, state, missed_events, first_attempt_at, last_attempt_at)
      VALUES (${webhookId}, ${sequence}, 'missed', ${missedEvents}, ${now}, ${now})
      ${isThere} state = 'missed', missed_events = ${missedEvents}, last_attempt_at = ${now}`);
  }

  async find(key: DeliveryKey): Promise<Delivery | null> {
    const row = await this.database.client.webhookDelivery.findUnique({ where: keyOf(key) });
    return row && toDelivery(row);
  }

  /** The newest event first. */
  async list({ webhookId, state, before }: DeliveryFilter, limit: number): Promise<Delivery[]> {
    const rows = await this.database.client.webhookDelivery.findMany({
      where: { webhookId, ...(state === undefined ? {} : { state }), ...(before === undefined ? {} : { sequence: { lt: BigInt(before) } }) },
      orderBy: { sequence: 'desc' },
      take: limit,
    });
    return rows.map(toDelivery);
  }

  /** @returns false when one waits already */
  async requestRedelivery(key: DeliveryKey): Promise<boolean> {
    const requested = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhook_deliveries SET redelivery_state = 'waiting', redelivery_leased_until = NULL, last_attempt_at = ${this.database.now}
       WHERE ${is(key)} AND (redelivery_state IS NULL OR redelivery_state <> 'waiting')`);
    return requested > 0;
  }

  /** Redeliveries that nobody works on. */
  async listWaiting(limit: number): Promise<(DeliveryKey & { eventId: string })[]> {
    const rows = await this.database.client.$queryRaw<{ webhook_id: string; sequence: bigint; event_id: string }[]>(Prisma.sql`
      SELECT webhook_id, sequence, event_id FROM webhook_deliveries
       WHERE redelivery_state = 'waiting' AND (redelivery_leased_until IS NULL OR redelivery_leased_until < ${this.database.now})
       ORDER BY last_attempt_at LIMIT ${limit}`);
    return rows.map(({ webhook_id: webhookId, sequence, event_id: eventId }) => ({ webhookId, sequence: Number(sequence), eventId }));
  }

  /** @returns false when somebody else was faster */
  async leaseRedelivery(key: DeliveryKey, leaseMs: number): Promise<boolean> {
    const { now } = this.database;
    const taken = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhook_deliveries SET redelivery_leased_until = ${this.database.later(leaseMs)}
       WHERE ${is(key)} AND redelivery_state = 'waiting' AND (redelivery_leased_until IS NULL OR redelivery_leased_until < ${now})`);
    return taken > 0;
  }

  async releaseRedelivery(key: DeliveryKey): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`UPDATE webhook_deliveries SET redelivery_leased_until = NULL WHERE ${is(key)}`);
  }

  async finishRedelivery(key: DeliveryKey, { status, error }: Pick<Attempt, 'status' | 'error'>): Promise<void> {
    const { now } = this.database;
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhook_deliveries SET redelivery_state = ${error === null ? 'delivered' : 'failed'}, redeliveries = redeliveries + 1,
             redelivery_status = ${status}, redelivery_error = ${error}, redelivered_at = ${now}, last_attempt_at = ${now}, redelivery_leased_until = NULL
       WHERE ${is(key)} AND redelivery_state = 'waiting'`);
  }

  /** @returns how many of those whose last attempt is that long ago went, at most `limit` */
  async removeOld(ageMs: number, limit: number): Promise<number> {
    return this.remove(Prisma.sql`last_attempt_at < ${this.database.later(-ageMs)}`, limit);
  }

  /** The same for the deliveries of one webhook. */
  async removeOf(webhookId: string, limit: number): Promise<number> {
    return this.remove(Prisma.sql`webhook_id = ${webhookId}`, limit);
  }

  /** The next webhook by its id that something was sent to, whether it is still there or not. */
  async nextWebhook(after: string): Promise<{ id: string; exists: boolean } | null> {
    const next = await this.database.client.webhookDelivery.findFirst({
      where: { webhookId: { gt: after } },
      orderBy: { webhookId: 'asc' },
      select: { webhookId: true },
    });
    if (next === null) return null;
    const exists = (await this.database.client.webhook.count({ where: { id: next.webhookId } })) > 0;
    return { id: next.webhookId, exists };
  }

  private async remove(which: Prisma.Sql, limit: number): Promise<number> {
    const statement =
      this.database.dialect === 'mysql'
        ? Prisma.sql`DELETE FROM webhook_deliveries WHERE ${which} LIMIT ${limit}`
        : Prisma.sql`DELETE FROM webhook_deliveries WHERE (webhook_id, sequence) IN
            (SELECT webhook_id, sequence FROM webhook_deliveries WHERE ${which} LIMIT ${limit})`;
    return this.database.client.$executeRaw(statement);
  }
}

function toDelivery(row: Row): Delivery {
  const { redeliveryLeasedUntil: _leasedUntil, ...delivery } = row;
  return {
    ...delivery,
    sequence: Number(row.sequence),
    state: row.state as DeliveryState,
    missedEvents: row.missedEvents === null ? null : Number(row.missedEvents),
    redeliveryState: row.redeliveryState as RedeliveryState | null,
  };
}
