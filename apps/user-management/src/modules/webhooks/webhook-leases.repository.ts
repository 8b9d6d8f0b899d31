import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { LeasedWebhook, SigningWebhook, WebhookState } from './webhook.js';
import { PATIENCE_MS } from './webhook-retry.js';
import { readTypes } from './webhooks.repository.js';

/** Both secrets sign for so long after a rotation. */
const ROTATING_MS = 24 * 3_600_000;

/** A webhook and the lease that somebody has or wants. */
export type Held = Pick<LeasedWebhook, 'id' | 'leaseId'>;
const isHeld = ({ id, leaseId }: Held) => Prisma.sql`id = ${id} AND lease_id = ${leaseId}`;

/** Who sends to a webhook, and how far it is. Times are the database's: replicas may disagree about theirs. */
@Injectable()
export class WebhookLeasesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Webhooks that nobody works on and that events wait for, the longest due first.
   *
   * @param newest number of the newest event
   */
  async listDue(newest: number, limit: number): Promise<string[]> {
    const { now } = this.database;
    const rows = await this.database.client.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM webhooks WHERE state = 'enabled' AND position < ${newest} AND run_at <= ${now}
         AND (leased_until IS NULL OR leased_until < ${now})
       ORDER BY run_at, id LIMIT ${limit}`);
    return rows.map(({ id }) => id);
  }

  /** @returns false when somebody else was faster, or nothing is due by now */
  async lease({ id, leaseId }: Held, leaseMs: number): Promise<boolean> {
    const { now } = this.database;
    const taken = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhooks SET lease_id = ${leaseId}, leased_until = ${this.database.later(leaseMs)}
       WHERE id = ${id} AND state = 'enabled' AND run_at <= ${now} AND (leased_until IS NULL OR leased_until < ${now})`);
    return taken > 0;
  }

  /** As it is now: an administrator may have changed it. @returns null when it is somebody else's, or gone */
  async find(held: Held): Promise<LeasedWebhook | null> {
    return this.select(isHeld(held));
  }

  /** What a message to it is made from, whoever holds the lease. */
  async findSigning(id: string): Promise<SigningWebhook | null> {
    return this.select(Prisma.sql`id = ${id}`);
  }

  /** Puts the end of the lease off. @returns false when it is somebody else's */
  async renew(held: Held, leaseMs: number): Promise<boolean> {
    const renewed = Prisma.sql`UPDATE webhooks SET leased_until = ${this.database.later(leaseMs)} WHERE ${isHeld(held)}`;
    return (await this.database.client.$executeRaw(renewed)) > 0;
  }

  /**
   * It is through with everything up to there. Renews the lease.
   *
   * @returns the webhook, which nobody has changed; null when the lease is somebody else's or an administrator changed it:
   * then nothing happened
   */
  async move(held: LeasedWebhook, position: number, leaseMs: number): Promise<LeasedWebhook | null> {
    const moved = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhooks SET position = ${position}, attempts = 0, error = NULL, failing_since = NULL, leased_until = ${this.database.later(leaseMs)}
       WHERE ${isHeld(held)} AND version = ${held.version}`);
    return moved > 0 ? { ...held, position, attempts: 0, isOverdue: false } : null;
  }

  /** The same whatever an administrator changed, but where they moved it on: then it goes on there. */
  async moveChanged(held: LeasedWebhook, position: number, leaseMs: number): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhooks SET position = CASE position WHEN ${held.position} THEN ${position} ELSE position END,
             attempts = 0, error = NULL, failing_since = NULL, leased_until = ${this.database.later(leaseMs)}
       WHERE ${isHeld(held)}`);
  }

  /** The event behind the position failed: gives the lease back until the delay is over. @returns false when nothing happened: as `move`, or it was moved on */
  async putOff(held: Held & Pick<LeasedWebhook, 'position'>, error: string, delayMs: number): Promise<boolean> {
    const { now } = this.database;
    const putOff = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE webhooks SET attempts = attempts + 1, error = ${error}, failing_since = COALESCE(failing_since, ${now}),
             run_at = ${this.database.later(delayMs)}, lease_id = NULL, leased_until = NULL
       WHERE ${isHeld(held)} AND position = ${held.position}`);
    return putOff > 0;
  }

  async release(held: Held): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`UPDATE webhooks SET lease_id = NULL, leased_until = NULL WHERE ${isHeld(held)}`);
  }

  /** The receiver is back: what waits for it is due now. */
  async makeDue(id: string): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`UPDATE webhooks SET run_at = ${this.database.now} WHERE id = ${id} AND failing_since IS NOT NULL`);
  }

  private async select(which: Prisma.Sql): Promise<LeasedWebhook | null> {
    const [row] = await this.database.client.$queryRaw<LeasedRow[]>(Prisma.sql`
      SELECT id, url, event_types, state, position, secret_generation, version, attempts, lease_id,
             CASE WHEN rotated_at > ${this.database.later(-ROTATING_MS)} THEN 1 ELSE 0 END AS is_rotating,
             CASE WHEN failing_since <= ${this.database.later(-PATIENCE_MS)} THEN 1 ELSE 0 END AS is_overdue
        FROM webhooks WHERE ${which}`);
    return row === undefined ? null : toLeased(row);
  }
}

interface LeasedRow {
  id: string;
  url: string;
  event_types: string | null;
  state: WebhookState;
  position: bigint;
  secret_generation: number;
  version: bigint;
  attempts: number;
  lease_id: string | null;
  is_rotating: number | bigint;
  is_overdue: number | bigint;
}

function toLeased(row: LeasedRow): LeasedWebhook {
  return {
    id: row.id,
    url: row.url,
    types: readTypes(row.event_types),
    state: row.state,
    position: Number(row.position),
    secretGeneration: row.secret_generation,
    version: Number(row.version),
    attempts: row.attempts,
    leaseId: row.lease_id ?? '',
    isRotating: Number(row.is_rotating) === 1,
    isOverdue: Number(row.is_overdue) === 1,
  };
}
