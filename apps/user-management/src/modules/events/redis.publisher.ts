import { EVENTS_CHANNEL, EVENTS_STREAM, HEARTBEAT_CHANNEL, type EventEnvelope, type Heartbeat } from '@sa-platform/contracts';
import { Redis } from 'ioredis';
import { EventPublisher } from './event-publisher.js';

const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_RECONNECT_MS = 1_000;
const STREAM_LENGTH = 100_000;

/** Redis 7 or Valkey. Commands fail fast while it is away: the outbox keeps the events, nothing waits in memory. */
export class RedisPublisher extends EventPublisher {
  private readonly redis: Redis;

  constructor(url: string, onError: (error: Error) => void) {
    super();
    this.redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // A network that drops packets says nothing: without this the connection would be waited for for a quarter of an hour.
      socketTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RECONNECT_MS),
    });
    this.redis.on('error', onError);
  }

  override async publish(events: readonly EventEnvelope[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const event of events) {
      const message = JSON.stringify(event);
      pipeline.publish(EVENTS_CHANNEL, message);
      pipeline.xadd(EVENTS_STREAM, 'MAXLEN', '~', STREAM_LENGTH, '*', 'event', message);
    }
    const results = (await pipeline.exec()) ?? [];
    const failure = results.find(([error]) => error !== null)?.[0];
    if (failure) throw failure;
  }

  override async beat(heartbeat: Heartbeat): Promise<void> {
    await this.redis.publish(HEARTBEAT_CHANNEL, JSON.stringify(heartbeat));
  }

  override async checkHealth(): Promise<void> {
    await this.redis.ping();
  }

  override close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }
}
