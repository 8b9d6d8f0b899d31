import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../src/platform/database/engines/connection.js';

const EVERY_MS = 50;
const PAGE = 2_000;

/** Reads the table as whoever follows the feed does: what it saw may not change, and nothing may appear before it. */
export class SequenceReader {
  readonly findings: string[] = [];
  /** The event of each number, as it was when it was read. */
  readonly seen = new Map<number, string>();
  private last = 0;
  private isStopped = false;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly connection: Connection) {}

  start(): void {
    this.ended = this.follow();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.ended;
  }

  private async follow(): Promise<void> {
    while (!this.isStopped) {
      // A database that is away tells nothing.
      await this.read().catch(() => undefined);
      await sleep(EVERY_MS);
    }
  }

  private async read(): Promise<void> {
    const rows = await this.connection.prisma.outboxEvent.findMany({
      where: { sequence: { gt: this.last } },
      orderBy: { sequence: 'asc' },
      take: PAGE,
      select: { id: true, sequence: true },
    });
    for (const { id, sequence } of rows) {
      const number = Number(sequence);
      if (number !== this.last + 1) this.findings.push(`a reader that had seen ${this.last} was shown ${number} next`);
      this.seen.set(number, id);
      this.last = number;
    }
  }
}
