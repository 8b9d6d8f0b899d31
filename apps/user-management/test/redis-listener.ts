import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type EventEnvelope, type Heartbeat } from '@sa-platform/contracts';
import { Redis } from 'ioredis';

/** A plain subscriber, as a sibling that knows nothing of Nest. Other suites publish on the same channels: filter by user. */
export class RedisListener {
  readonly events: EventEnvelope[] = [];
  readonly heartbeats: Heartbeat[] = [];
  /** Runs at once for each event, before anything else is read. */
  onEvent: (event: EventEnvelope) => void = () => undefined;

  private constructor(private readonly redis: Redis) {}

  static async start(redisUrl: string): Promise<RedisListener> {
    const redis = new Redis(redisUrl);
    const listener = new RedisListener(redis);
    redis.on('message', (channel, message) => listener.hear(channel, message));
    await redis.subscribe(EVENTS_CHANNEL, HEARTBEAT_CHANNEL);
    return listener;
  }

  of(userId: string): EventEnvelope[] {
    return this.events.filter((event) => event.user_id === userId);
  }

  stop(): void {
    this.redis.disconnect();
  }

  private hear(channel: string, message: string): void {
    if (channel === HEARTBEAT_CHANNEL) {
      this.heartbeats.push(JSON.parse(message) as Heartbeat);
      return;
    }
    // What is no event is another suite's too.
    if (!message.startsWith('{')) return;
    const event = JSON.parse(message) as EventEnvelope;
    this.events.push(event);
    this.onEvent(event);
  }
}
