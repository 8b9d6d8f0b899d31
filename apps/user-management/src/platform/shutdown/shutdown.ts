import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';

/**
 * Takes no new callers in and answers those who are there.
 *
 * @param limit aborts when nobody is waited for any longer
 * @returns how many were cut off
 */
export type Drain = (limit: AbortSignal) => Promise<number>;

/**
 * Whether this replica stops, and the first part of it: callers are answered while everything that answers them still
 * works. Nest stops jobs and closes connections only afterwards (`DrainingAdapter`).
 */
@Injectable()
export class Shutdown {
  private readonly logger = new Logger(Shutdown.name);
  private readonly controller = new AbortController();
  private readonly drains: Drain[] = [];
  private draining: Promise<void> | null = null;
  private cutOff = 0;

  constructor(private readonly config: Config) {
    // Each request that waits long listens to it.
    setMaxListeners(0, this.controller.signal);
  }

  get isShuttingDown(): boolean {
    return this.controller.signal.aborted;
  }

  /** Aborts as soon as this replica is asked to stop: whoever waits for something to happen answers then with what there is. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether somebody was still waiting for an answer when the time was up. */
  get wasCutShort(): boolean {
    return this.cutOff > 0;
  }

  /** Adds a way in, which drains together with the others. */
  add(drain: Drain): void {
    this.drains.push(drain);
  }

  /** Resolves when nobody waits for an answer any more; once, however often it is called. */
  drain(): Promise<void> {
    this.draining ??= this.answerAll();
    return this.draining;
  }

  private async answerAll(): Promise<void> {
    const { delayMs, timeoutMs } = this.config.shutdown;
    this.controller.abort();
    // Whoever spreads the load goes on sending until it has asked for the readiness again.
    if (delayMs > 0) await sleep(delayMs);
    const limit = AbortSignal.timeout(timeoutMs);
    const counts = await Promise.all(this.drains.map((drain) => drain(limit)));
    this.cutOff = counts.reduce((sum, count) => sum + count, 0);
    if (this.wasCutShort) this.logger.error(`callers cut off: ${this.cutOff}; they took longer than SHUTDOWN_TIMEOUT_MS`);
  }
}
