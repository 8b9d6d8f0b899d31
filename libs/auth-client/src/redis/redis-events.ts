import type { EventConnection, EventListener } from '../event-connection.js';
import { reconnectDelayMs, silenceLimitMs } from './reconnect-pace.js';
import { checkRedisEventsOptions, type CheckedRedisEventsOptions, type RedisEventsOptions } from './redis-events-options.js';
import { RedisSubscription, type Loss } from './redis-subscription.js';

/**
 * Hears the events and the heartbeat of user-management over Redis (DESIGN 6), and comes back after every failure: within
 * 50 ms after the first, later within a second, for ever. A connection that brings no message for two seconds counts as cut
 * off and is replaced; ioredis alone would wait for 42 s.
 *
 * @example
 * const events = new RedisEvents({ url: 'redis://redis:6379', onError: (error) => logger.warn(error.message) });
 * const client = createAuthClient({ verifier, userManagementUrl, events });
 */
export class RedisEvents implements EventConnection {
  readonly #options: CheckedRedisEventsOptions;
  #listener: EventListener | null = null;
  #subscription: RedisSubscription | null = null;
  #retry: NodeJS.Timeout | undefined;
  #isSubscribed = false;
  #isClosed = false;
  /** Since a message was last heard. */
  #failures = 0;
  #silences = 0;

  /** @throws ConfigurationError naming an option that is missing or malformed */
  constructor(options: RedisEventsOptions) {
    this.#options = checkRedisEventsOptions(options);
  }

  /** @throws Error when it was opened or closed before */
  open(listener: EventListener): void {
    if (this.#listener || this.#isClosed) throw new Error('A connection is opened once');
    this.#listener = listener;
    this.#connect(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#subscription?.end();
    await this.#subscription?.ended;
  }

  #connect(listener: EventListener): void {
    const { address, connectTimeoutMs } = this.#options;
    const limits = { connectTimeoutMs, silenceMs: silenceLimitMs(this.#silences) };
    this.#subscription = new RedisSubscription(address, limits, {
      onSubscribed: () => {
        this.#isSubscribed = true;
        this.#tell(() => listener.onSubscribed());
      },
      onMessage: (channel, message) => {
        this.#failures = 0;
        this.#silences = 0;
        this.#tell(() => listener.onMessage(channel, message));
      },
      onLost: (loss) => this.#lose(loss, listener),
    });
  }

  #lose({ error, isSilent }: Loss, listener: EventListener): void {
    this.#failures += 1;
    if (isSilent) this.#silences += 1;
    // Before anybody is told, so that whoever closes the connection now ends this as well.
    this.#retry = setTimeout(() => this.#connect(listener), reconnectDelayMs(this.#failures, Math.random())).unref();
    const wasSubscribed = this.#isSubscribed;
    this.#isSubscribed = false;
    if (wasSubscribed) this.#tell(() => listener.onDisconnected());
    this.#options.onError(error);
  }

  /** What a listener throws inside an event of ioredis would end the process. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.onError(error as Error);
    }
  }
}
