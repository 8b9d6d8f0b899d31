import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { OutboxRepository } from './outbox.repository.js';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const REMOVED_AT_ONCE = 1_000;

/** Removes events whose time is over, on any replica; from the oldest number on, so that the feed knows where it begins. */
@Injectable()
export class EventRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EventRetention.name);
  private readonly work = new RecurringWork(() => this.removeAll());

  constructor(
    private readonly config: Config,
    private readonly outbox: OutboxRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.work.start(EVERY_MS);
    this.work.wake();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async removeAll(): Promise<void> {
    const cutoff = new Date(Date.now() - this.config.eventRetentionDays * DAY_MS);
    try {
      while (!this.work.isStopped && (await this.outbox.removeOldest(cutoff, REMOVED_AT_ONCE)) === REMOVED_AT_ONCE);
    } catch (error) {
      this.logger.warn(`events whose time is over stay for now: ${errorNameAndCode(error)}`);
    }
  }
}
