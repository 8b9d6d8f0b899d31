import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';

const EVERY_MS = 60 * 60 * 1000;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const REMOVED_AT_ONCE = 1_000;

/** Takes deliveries away that are 30 days old, and those of webhooks that are gone: a thousand at a time. */
@Injectable()
export class WebhookLogRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookLogRetention.name);
  private readonly work = new RecurringWork(() => this.removeAll());

  constructor(private readonly deliveries: WebhookDeliveriesRepository) {}

  onApplicationBootstrap(): void {
    this.work.start(EVERY_MS);
    this.work.wake();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async removeAll(): Promise<void> {
    try {
      await this.repeat(() => this.deliveries.removeOld(KEPT_MS, REMOVED_AT_ONCE));
      for (let next = await this.deliveries.nextWebhook(''); next !== null; next = await this.deliveries.nextWebhook(next.id)) {
        const { id, exists } = next;
        if (this.work.isStopped) return;
        if (!exists) await this.repeat(() => this.deliveries.removeOf(id, REMOVED_AT_ONCE));
      }
    } catch (error) {
      this.logger.warn(`old deliveries of webhooks stay for now: ${errorNameAndCode(error)}`);
    }
  }

  private async repeat(remove: () => Promise<number>): Promise<void> {
    while (!this.work.isStopped && (await remove()) === REMOVED_AT_ONCE);
  }
}
