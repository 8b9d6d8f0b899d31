import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { EventPublisher, StaleFenceError } from './event-publisher.js';
import { publishTurn } from './publish-turn.js';
import { RelayTurns, type Turn } from './relay-turns.js';

const LOOK_EVERY_MS = 500;
const LOOK_AGAIN_MS = 10;
/** How long a replica that ends still publishes what is committed; the others have the rest. */
const LAST_RUN_MS = 2_000;

/**
 * Numbers and publishes what the outbox holds. Every replica has one, and one at a time publishes: whoever holds the lease,
 * under a fence that the broker checks, since somebody who was held up does not know that the lease is over. Numbers are
 * committed before they are published, and marked after: a crash in between sends the same event with the same number
 * again. At least once, in order for each user, and no gap that fills later.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isAskedAgain = false;
  private isFailing = false;
  /** By when it has to be over, in milliseconds since the epoch. */
  private deadline = Infinity;
  private seenFence = 0;

  constructor(
    private readonly turns: RelayTurns,
    private readonly publisher: EventPublisher,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** After every `onModuleDestroy`, so that what the last requests and jobs committed goes out too. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.deadline = Date.now() + LAST_RUN_MS;
    await this.running;
    await this.run();
    this.deadline = 0;
    await this.publisher.close();
  }

  /** Starts a run soon; called after each commit that wrote an event. Calls during a run make one more run. */
  wake(): void {
    if (this.deadline !== Infinity) return;
    if (this.running) {
      this.isAskedAgain = true;
      return;
    }
    this.start(() => this.run());
  }

  /** Numbers and publishes everything that is committed, or waits until somebody else has. */
  async drain(): Promise<void> {
    await this.work();
    while (await this.turns.hasWork()) {
      await sleep(LOOK_AGAIN_MS);
      await this.work();
    }
  }

  /** What was left lying: by a broker that was away, or by a replica that is gone. */
  private look(): void {
    if (this.running) return;
    this.start(async () => {
      if (await this.turns.hasWork()) await this.run();
    });
  }

  private start(run: () => Promise<void>): void {
    this.running = run()
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.running = null;
        if (!this.isAskedAgain) return;
        this.isAskedAgain = false;
        this.wake();
      });
  }

  private async run(): Promise<void> {
    try {
      await this.work();
      if (this.isFailing) this.logger.log('events flow again');
      this.isFailing = false;
    } catch (error) {
      this.fail(error);
      // Whoever reads the feed has them all the same.
      await this.numberAll().catch((cause: unknown) => this.fail(cause));
    }
  }

  private async work(): Promise<void> {
    let turn = await this.turns.begin(this.seenFence);
    if (turn === null) return this.numberAll();
    while (turn) turn = await this.take(turn);
  }

  /** @returns the next turn; null when nothing is left, or somebody else goes on */
  private async take(turn: Turn): Promise<Turn | null> {
    try {
      const outcome = await publishTurn(this.publisher, turn);
      if (this.isOver()) {
        await this.turns.end(turn, outcome.published);
        return null;
      }
      const { next, parked } = await this.turns.goOn(turn, outcome);
      for (const id of parked) this.logger.error(`event ${id} can't be published and is parked; runbooks/events-parked.md`);
      return next;
    } catch (error) {
      await this.turns.end(turn).catch(() => undefined);
      if (!(error instanceof StaleFenceError)) throw error;
      this.seenFence = error.newest;
      this.isAskedAgain = true;
      return null;
    }
  }

  private async numberAll(): Promise<void> {
    while (!this.isOver() && (await this.turns.numberMore()));
  }

  private isOver(): boolean {
    return Date.now() >= this.deadline;
  }

  /** Told once for each time that it begins. */
  private fail(error: unknown): void {
    if (!this.isFailing) this.logger.warn(`events wait in the outbox: ${errorNameAndCode(error)}`);
    this.isFailing = true;
  }
}
