import { Injectable, Logger } from '@nestjs/common';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { EventLog } from '../events/event-log.js';
import type { Ending } from './ending.js';
import { WebhookDeliveriesRepository, type DeliveryKey } from './webhook-deliveries.repository.js';
import { WebhookLeasesRepository } from './webhook-leases.repository.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender, type Attempt } from './webhook-sender.js';

const LEASE_MS = 30_000;

/** Sends single events once more because an administrator asked, whatever the webhook is at, or whether it is enabled. */
@Injectable()
export class WebhookRedelivery {
  private readonly logger = new Logger(WebhookRedelivery.name);

  constructor(
    private readonly leases: WebhookLeasesRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly log: EventLog,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {}

  /** One attempt, unless another replica is at it; never throws. */
  async work(delivery: DeliveryKey & { eventId: string }, ending: Ending): Promise<void> {
    try {
      if (!(await this.deliveries.leaseRedelivery(delivery, LEASE_MS))) return;
      const attempt = await this.attempt(delivery, ending);
      if (attempt === null) await this.deliveries.releaseRedelivery(delivery);
      else await this.finish(delivery, attempt);
    } catch (error) {
      this.logger.warn(`event ${delivery.eventId} to webhook ${delivery.webhookId} waits to be sent again: ${errorNameAndCode(error)}`);
    }
  }

  /** @returns null when it was cut off */
  private async attempt({ webhookId, eventId }: DeliveryKey & { eventId: string }, { cut }: Ending): Promise<Attempt | null> {
    const webhook = await this.leases.findSigning(webhookId);
    const event = await this.log.find(eventId);
    if (webhook === null || event === null) return { status: null, error: 'event_removed', durationMs: 0 };
    const connection = this.sender.open();
    try {
      return await connection.send(this.secrets.sign(webhook, event), cut);
    } finally {
      connection.close();
    }
  }

  /** A receiver that takes it is back: it waits no longer for the rest. */
  private async finish(delivery: DeliveryKey, attempt: Attempt): Promise<void> {
    await this.deliveries.finishRedelivery(delivery, attempt);
    if (attempt.error === null) await this.leases.makeDue(delivery.webhookId);
  }
}
