import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ContextService } from '../context/context.service.js';
import { EventPublisher } from './event-publisher.js';
import { EventsRepository } from './events.repository.js';

const BATCH = 200;
const HEARTBEAT_MS = 500;

/**
 * Numbers and publishes what the outbox holds. Every replica runs one; a row lock lets one work at a time. Numbering
 * commits before publishing starts, so a crash in between sends the same event with the same number again: at least
 * once, in order, and no gap that fills later.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Relay.name);
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isAskedAgain = false;
  private isStopped = false;
  private beating: Promise<void> | null = null;
  /** Where the outbox ended at the last heartbeat, sent or withheld; null before the first. */
  private lastPosition: bigint | null = null;

  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly contexts: ContextService,
    private readonly publisher: EventPublisher,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), HEARTBEAT_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.running;
    await this.publisher.close();
  }

  /** Starts a run soon; called after each commit that wrote an event. Calls during a run make one more run. */
  wake(): void {
    if (this.isStopped) return;
    if (this.running) {
      this.isAskedAgain = true;
      return;
    }
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.isAskedAgain) {
        this.isAskedAgain = false;
        this.wake();
      }
    });
  }

  /** Numbers and publishes everything that is committed. */
  async drain(): Promise<void> {
    while ((await this.numberBatch()) === BATCH);
    while ((await this.publishBatch()) === BATCH);
  }

  private tick(): void {
    this.wake();
    this.beating ??= this.beat().finally(() => {
      this.beating = null;
    });
  }

  private async beat(): Promise<void> {
    try {
      const sequence = await this.events.lastSequence();
      if (await this.isBehind()) return;
      await this.publisher.beat({ sequence, at: new Date().toISOString() });
    } catch (error) {
      this.logger.debug(`heartbeat failed: ${nameOf(error)}`);
    }
  }

  /**
   * A heartbeat promises that events come at once. While one that was there at the last heartbeat still waits, none is
   * sent, and clients stop trusting what they hold. By places in the outbox, not by times: replicas' clocks differ. On
   * the first heartbeat of a replica anything that waits counts, since nobody knows how long it has.
   */
  private async isBehind(): Promise<boolean> {
    const position = await this.events.lastPosition();
    const isBehind = await this.events.hasUnpublished(this.lastPosition);
    this.lastPosition = position;
    return isBehind;
  }

  private async run(): Promise<void> {
    try {
      await this.drain();
    } catch (error) {
      this.logger.warn(`events wait in the outbox: ${nameOf(error)}`);
    }
  }

  /** The version is read after the change committed: a context without the change always has a smaller one. */
  private async numberBatch(): Promise<number> {
    if ((await this.events.listUnnumbered(1)).length === 0) return 0;
    return this.database.transaction(async () => {
      await this.database.lock('relay');
      const events = await this.events.listUnnumbered(BATCH);
      const userIds = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
      const versions = await this.contexts.listVersions(userIds);
      const last = await this.events.lastSequence();
      await this.events.numberAll(
        events.map(({ id, userId }, index) => ({
          id,
          sequence: last + index + 1,
          version: userId === null ? null : (versions.get(userId) ?? null),
        })),
      );
      return events.length;
    });
  }

  private async publishBatch(): Promise<number> {
    if ((await this.events.listUnpublished(1)).length === 0) return 0;
    return this.database.transaction(async () => {
      await this.database.lock('relay');
      const events = await this.events.listUnpublished(BATCH);
      if (events.length === 0) return 0;
      await this.publisher.publish(events);
      await this.events.markPublished(events.map(({ id }) => id));
      return events.length;
    });
  }
}

/** The kind of failure; a message could carry an address with credentials. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}
