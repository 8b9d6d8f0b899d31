import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { EventPublisher } from './event-publisher.js';
import { OutboxRepository } from './outbox.repository.js';

const EVERY_MS = 500;

/** Tells twice a second how far the events are (DESIGN section 6). Every replica does: one may be held up. */
@Injectable()
export class Heartbeats implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Heartbeats.name);
  private readonly work = new RecurringWork(() => this.beat());
  /** Where the outbox ended at the last heartbeat, sent or withheld; null before the first. */
  private lastPosition: bigint | null = null;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly publisher: EventPublisher,
  ) {}

  onApplicationBootstrap(): void {
    this.work.start(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async beat(): Promise<void> {
    try {
      const sequence = await this.outbox.lastSequence();
      if (await this.isBehind()) return;
      await this.publisher.beat({ sequence, at: new Date().toISOString() });
    } catch (error) {
      this.logger.debug(`heartbeat failed: ${errorNameAndCode(error)}`);
    }
  }

  /**
   * A heartbeat promises that events come at once. While one that was there at the last heartbeat still waits, none is
   * sent, and clients stop trusting what they hold. By places in the outbox, not by times: replicas' clocks differ. On
   * the first heartbeat of a replica anything that waits counts, since nobody knows how long it has.
   */
  private async isBehind(): Promise<boolean> {
    const position = await this.outbox.lastPosition();
    const isBehind = await this.outbox.hasUnpublished(this.lastPosition);
    this.lastPosition = position;
    return isBehind;
  }
}
