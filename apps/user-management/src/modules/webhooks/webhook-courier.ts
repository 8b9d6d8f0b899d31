import { Injectable, Logger } from '@nestjs/common';
import type { EventEnvelope } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { EventLog } from '../events/event-log.js';
import type { Ending } from './ending.js';
import type { LeasedWebhook } from './webhook.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import { WebhookDisabling } from './webhook-disabling.js';
import { WebhookLeasesRepository, type Held } from './webhook-leases.repository.js';
import { webhookRetryDelay } from './webhook-retry.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { TIMEOUT_MS, WebhookSender, type Attempt, type WebhookConnection } from './webhook-sender.js';

/** Nobody else sends meanwhile; whoever was killed is taken over after that long. */
const LEASE_MS = 30_000;
/** An attempt is only begun while the lease lasts so long: its time-out, and twice that for a busy machine. */
const NEEDED_MS = 2 * TIMEOUT_MS;
const READ_AT_ONCE = 100;
const GONE = 410;

/** One webhook in the hands of this replica. */
interface Round {
  connection: WebhookConnection;
  ending: Ending;
  /** When the lease was last taken or renewed, by `performance.now()`; never later than the database thinks. */
  heldAt: number;
}

const isStopping = ({ ending }: Round): boolean => ending.stop.aborted;

/**
 * Sends a webhook the events behind its position, one after the other: the next one only when the receiver has said that it
 * has this one. At least once: whoever is killed between the receiver's word and our commit leaves the event to another
 * replica, which sends it again under the same `webhook-id`.
 */
@Injectable()
export class WebhookCourier {
  private readonly logger = new Logger(WebhookCourier.name);

  constructor(
    private readonly database: Database,
    private readonly leases: WebhookLeasesRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly disabling: WebhookDisabling,
    private readonly log: EventLog,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {}

  /** Until everything is sent, something fails or the replica stops; never throws. */
  async work(webhookId: string, ending: Ending): Promise<void> {
    const connection = this.sender.open();
    const held = { id: webhookId, leaseId: uuidv7() };
    const round: Round = { connection, ending, heldAt: performance.now() };
    try {
      if (!(await this.leases.lease(held, LEASE_MS))) return;
      while (await this.deliverPiece(held, round));
    } catch (error) {
      this.logger.warn(`webhook ${webhookId} waits: ${errorNameAndCode(error)}`);
    } finally {
      connection.close();
      // Whatever happened: without it the webhook waits until the lease is over.
      await this.leases.release(held).catch(() => undefined);
    }
  }

  /** @returns whether there may be more to do, and by this replica */
  private async deliverPiece(held: Held, round: Round): Promise<boolean> {
    const start = await this.leases.find(held);
    if (start === null || start.state === 'disabled' || isStopping(round)) return false;
    const webhook = await this.skipRemoved(start);
    if (webhook === null) return false;
    const { events, through } = await this.log.readAfter(webhook.position, webhook.types, READ_AT_ONCE);
    if (through <= webhook.position) return false;
    let now: LeasedWebhook | null = webhook;
    for (const event of events) {
      now = await this.deliver(now, event, round);
      if (now === null) return false;
      // Somebody changed it: what was read may not be what it is to get now.
      if (now.version !== webhook.version || isStopping(round)) return true;
    }
    // Past events of other types: by their numbers, however many they are.
    if (through > now.position) await this.leases.move(now, through, LEASE_MS);
    return true;
  }

  /** Retention may have been faster: it goes on with the oldest event there is, and the log says so. */
  private async skipRemoved(webhook: LeasedWebhook): Promise<LeasedWebhook | null> {
    const removed = (await this.log.oldest()) - 1;
    if (removed <= webhook.position) return webhook;
    this.logger.error(`webhook ${webhook.id} misses the events ${webhook.position + 1} to ${removed}: they were removed before they could be sent`);
    return this.database.transaction(async () => {
      const moved = await this.leases.move(webhook, removed, LEASE_MS);
      if (moved === null) return this.leases.find(webhook);
      await this.deliveries.recordMissed({ webhookId: webhook.id, sequence: removed }, removed - webhook.position);
      return moved;
    });
  }

  private async deliver(webhook: LeasedWebhook, event: EventEnvelope, round: Round): Promise<LeasedWebhook | null> {
    if (!(await this.holds(webhook, round))) return null;
    const attempt = await round.connection.send(this.secrets.sign(webhook, event), round.ending.cut);
    if (attempt === null) return null;
    if (attempt.error === null) return this.goOn(webhook, event, attempt, round);
    await this.putOff(webhook, event, attempt);
    return null;
  }

  /** A replica that was paused may have lost the lease without noticing. */
  private async holds(webhook: LeasedWebhook, round: Round): Promise<boolean> {
    const now = performance.now();
    if (now - round.heldAt < LEASE_MS - NEEDED_MS) return true;
    if (!(await this.leases.renew(webhook, LEASE_MS))) return false;
    round.heldAt = now;
    return performance.now() - now < LEASE_MS - NEEDED_MS;
  }

  /** Written down before it counts, and without a transaction: whoever is killed in between sends again, and the log says so. */
  private async goOn(webhook: LeasedWebhook, event: EventEnvelope, attempt: Attempt, round: Round): Promise<LeasedWebhook | null> {
    await this.deliveries.record(webhook.id, event, 'delivered', attempt);
    const at = performance.now();
    const now = (await this.leases.move(webhook, event.sequence, LEASE_MS)) ?? (await this.moveChanged(webhook, event.sequence));
    round.heldAt = at;
    return now;
  }

  /** It has the event, whatever an administrator changed meanwhile; where they moved it on, it goes on there. */
  private async moveChanged(webhook: LeasedWebhook, position: number): Promise<LeasedWebhook | null> {
    await this.leases.moveChanged(webhook, position, LEASE_MS);
    return this.leases.find(webhook);
  }

  private async putOff(webhook: LeasedWebhook, event: EventEnvelope, attempt: Attempt): Promise<void> {
    const error = attempt.error ?? '';
    this.logger.warn(`event ${event.id} to webhook ${webhook.id} failed: ${error}`);
    const reason = attempt.status === GONE ? 'gone' : webhook.isOverdue ? 'failing' : null;
    await this.database.transaction(async () => {
      // Not when somebody moved it on meanwhile: then another event is next.
      if (!(await this.leases.putOff(webhook, error, webhookRetryDelay(webhook.attempts)))) return;
      await this.deliveries.record(webhook.id, event, reason === null ? 'failing' : 'failed', attempt);
      if (reason !== null) await this.disabling.disable(webhook, reason);
    });
  }
}
