import { EVENTS_STREAM, type EventEnvelope } from '@sa-platform/contracts';
import { Redis } from 'ioredis';
import { BASE_PATH } from '../../src/app.setup.js';
import { ANY_REPLICA, fetchFromAny } from './any-replica.js';
import type { Replica } from './replica.js';

const PAGE = 1_000;
const ANSWERED_WITHIN_MS = 5_000;

/** Where a subscriber reads what it did not hear. */
export interface CatchUp {
  /**
   * Everything behind what was read before, in order. Called again after it failed: nothing may be left out.
   *
   * @param take is given each event
   */
  read(take: (event: EventEnvelope) => void): Promise<void>;
  close(): void;
}

/** From the stream `users.events.log`. */
export class StreamCatchUp implements CatchUp {
  private readonly redis: Redis;
  private last = '-';

  constructor(url: string) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: true,
      maxRetriesPerRequest: 0,
      connectTimeout: 1_000,
      commandTimeout: 2_000,
      socketTimeout: 2_000,
      retryStrategy: () => 100,
    });
    this.redis.on('error', () => undefined);
  }

  async read(take: (event: EventEnvelope) => void): Promise<void> {
    for (;;) {
      const entries = await this.redis.xrange(EVENTS_STREAM, this.last === '-' ? '-' : `(${this.last}`, '+', 'COUNT', PAGE);
      for (const [id, fields] of entries) {
        take(JSON.parse(fields[fields.indexOf('event') + 1] ?? '') as EventEnvelope);
        this.last = id;
      }
      if (entries.length < PAGE) return;
    }
  }

  close(): void {
    this.redis.disconnect();
  }
}

/** From the feed `GET /events`, which serves what was numbered in the order of its numbers. */
export class FeedCatchUp implements CatchUp {
  private after = 0;

  /** @param token gives one with the scope `events:read` */
  constructor(
    private readonly replicas: readonly Replica[],
    private readonly token: () => string,
  ) {}

  async read(take: (event: EventEnvelope) => void): Promise<void> {
    for (;;) {
      const events = await this.ask(this.after, PAGE);
      for (const event of events) {
        take(event);
        this.after = event.sequence;
      }
      if (events.length < PAGE) return;
    }
  }

  close(): void {
    // It holds nothing.
  }

  private async ask(after: number, limit: number): Promise<EventEnvelope[]> {
    const url = `${ANY_REPLICA}/${BASE_PATH}/events?after=${after}&limit=${limit}`;
    const response = await fetchFromAny(this.replicas, url, { headers: { authorization: `Bearer ${this.token()}` }, signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
    if (!response.ok) throw new Error(`the feed answered ${response.status}`);
    return ((await response.json()) as { items: EventEnvelope[] }).items;
  }
}
