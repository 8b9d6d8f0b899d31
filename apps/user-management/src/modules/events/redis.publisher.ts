import { EVENTS_CHANNEL, EVENTS_STREAM, HEARTBEAT_CHANNEL, type EventEnvelope, type Heartbeat } from '@sa-platform/contracts';
import { Redis, ReplyError } from 'ioredis';
import { EventPublisher, EventsRefusedError, StaleFenceError, type Fence } from './event-publisher.js';

const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_RECONNECT_MS = 1_000;
const STREAM_LENGTH = 100_000;
const FENCE_KEPT_SECONDS = 86_400;

/**
 * Checks the fence and publishes in one go, so that nobody who was held up in between gets through. Answers 0, or the
 * newer fence. KEYS: the stream, the fence. ARGV: fence, seconds to keep it, channel, length of the stream, messages.
 */
const PUBLISH = `
local newest = tonumber(redis.call('GET', KEYS[2]) or '0')
if newest > tonumber(ARGV[1]) then return newest end
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
for i = 5, #ARGV do
  redis.call('PUBLISH', ARGV[3], ARGV[i])
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'event', ARGV[i])
end
return 0`;

interface FencedRedis extends Redis {
  publishFenced(...args: (string | number)[]): Promise<number>;
}

/** Redis 7 or Valkey. Commands fail fast while it is away: the outbox keeps the events, nothing waits in memory. */
export class RedisPublisher extends EventPublisher {
  private readonly redis: FencedRedis;

  constructor(url: string, onError: (error: Error) => void) {
    super();
    const redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // A network that drops packets says nothing: without this the connection would be waited for for a quarter of an hour.
      socketTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RECONNECT_MS),
    });
    redis.defineCommand('publishFenced', { numberOfKeys: 2, lua: PUBLISH });
    redis.on('error', onError);
    this.redis = redis as FencedRedis;
  }

  override async publish(events: readonly EventEnvelope[], fence: Fence): Promise<void> {
    const messages = events.map((event) => JSON.stringify(event));
    try {
      await this.send(messages, fence);
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
      // Out of memory, loading, read only: then it takes nothing at all. Else it is what we sent.
      await this.send([], fence);
      throw new EventsRefusedError('Redis refuses an event', { cause: error });
    }
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

  /** The braces put both keys on one node of a cluster. Databases that share a Redis have a fence each. */
  private async send(messages: string[], { id, value }: Fence): Promise<void> {
    const keys = [EVENTS_STREAM, `{${EVENTS_STREAM}}.fence.${id}`];
    const newest = await this.redis.publishFenced(...keys, value, FENCE_KEPT_SECONDS, EVENTS_CHANNEL, STREAM_LENGTH, ...messages);
    if (newest > 0) throw new StaleFenceError(newest);
  }
}
