import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { Connection } from '../../src/platform/database/engines/connection.js';
import { defer } from './deferred.js';
import type { Ledger } from './ledger.js';

const LONGEST_OPEN_MS = 400;
const PAUSE_MS = 30;

/**
 * A replica that is slow to commit: writes events as the service does, and keeps the transaction open for a while. Their
 * place in the order of writing is taken long before anybody can see them.
 */
export class LateCommits {
  private isStopped = false;
  private isPaused = false;
  private isIdle = true;
  private ended: Promise<void> = Promise.resolve();
  private step = 0;

  constructor(
    private readonly connection: Connection,
    private readonly ledger: Ledger,
  ) {}

  start(): void {
    this.ended = this.write();
  }

  async pause(): Promise<void> {
    this.isPaused = true;
    while (!this.isIdle) await sleep(10);
  }

  resume(): void {
    this.isPaused = false;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.ended;
  }

  /** Writes an event and leaves its transaction open. @returns what commits it */
  async hold(): Promise<() => Promise<void>> {
    const [written, over] = [defer<undefined>(), defer<undefined>()];
    const committed = this.commit(() => {
      written.resolve(undefined);
      return over.promise;
    });
    await Promise.race([written.promise, committed]);
    return () => {
      over.resolve(undefined);
      return committed;
    };
  }

  /**
   * Many events at once, as a bulk command leaves them: of each user some that may wait, and then one that takes access away.
   *
   * @param users how many there are
   * @param each how many events each of them has
   */
  async burst(users: number, each: number): Promise<void> {
    const rows = Array.from({ length: users * each }, (_, index) => {
      const isUrgent = index >= users * (each - 1);
      const about = { type: isUrgent ? 'users.role.changed' : 'users.updated', userId: `burst-${index % users}`, isUrgent };
      return { id: uuidv7(), ...about, actorType: 'system', actorId: 'burst', payload: '{"fields":["display_name"]}', occurredAt: new Date() };
    });
    await this.connection.prisma.outboxEvent.createMany({ data: rows });
    for (const { id } of rows) this.ledger.written.add(id);
  }

  private async write(): Promise<void> {
    while (!this.isStopped) {
      this.isIdle = this.isPaused;
      // A database that is away takes nothing: no promise was made.
      if (!this.isPaused) await this.commit(() => sleep(Math.random() * LONGEST_OPEN_MS)).catch(() => undefined);
      await sleep(PAUSE_MS);
    }
    this.isIdle = true;
  }

  private async commit(hold: () => Promise<unknown>): Promise<void> {
    const id = uuidv7();
    this.step += 1;
    const payload = JSON.stringify({ fields: [], step: this.step });
    const about = { type: 'users.updated', userId: 'late-writer', actorType: 'system', actorId: 'late-writer' };
    await this.connection.prisma.$transaction(
      async (transaction) => {
        await transaction.outboxEvent.create({ data: { id, ...about, payload, occurredAt: new Date() } });
        await hold();
      },
      { timeout: 30_000, maxWait: 10_000 },
    );
    this.ledger.written.add(id);
  }
}
