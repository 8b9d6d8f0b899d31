import { EVENTS_CHANNEL, type EventEnvelope } from '@sa-platform/contracts';
import { Redis } from 'ioredis';

/** A plain subscriber that counts: a million events are not kept. */
export class BacklogListener {
  /** Different numbers that came. */
  heard = 0;
  duplicates = 0;
  /** Events that came behind a later one of their user. */
  reordered = 0;
  /** How many had come, and when by `performance.now()`, when the event that is waited for came. */
  awaited: { heardBefore: number; atMs: number } | null = null;
  private readonly numbers: Uint8Array;
  private readonly newest = new Map<string, number>();
  private isAwaited: (event: EventEnvelope) => boolean = () => false;

  private constructor(
    private readonly redis: Redis,
    most: number,
  ) {
    this.numbers = new Uint8Array(most);
  }

  /** @param most the highest number that there can be */
  static async start(url: string, most: number): Promise<BacklogListener> {
    const redis = new Redis(url);
    const listener = new BacklogListener(redis, most);
    redis.on('message', (_channel, message) => listener.hear(JSON.parse(message) as EventEnvelope));
    await redis.subscribe(EVENTS_CHANNEL);
    return listener;
  }

  /** @param isAwaited the one event whose arrival is of interest */
  awaitEvent(isAwaited: (event: EventEnvelope) => boolean): void {
    this.isAwaited = isAwaited;
  }

  stop(): void {
    this.redis.disconnect();
  }

  private hear(event: EventEnvelope): void {
    const { sequence, user_id: userId } = event;
    if (this.numbers[sequence] === 1) {
      this.duplicates += 1;
      return;
    }
    this.numbers[sequence] = 1;
    if (this.awaited === null && this.isAwaited(event)) this.awaited = { heardBefore: this.heard, atMs: performance.now() };
    this.heard += 1;
    const newest = this.newest.get(userId ?? '') ?? 0;
    if (userId !== null && sequence < newest) this.reordered += 1;
    this.newest.set(userId ?? '', Math.max(newest, sequence));
  }
}
