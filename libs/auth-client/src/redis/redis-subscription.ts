import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL } from '@sa-platform/contracts';
import { Redis } from 'ioredis';
import type { RedisAddress } from './redis-events-options.js';
import { toSafeError } from './redis-failure.js';

/** How long a connection may take, in milliseconds. */
export interface SubscriptionLimits {
  /** From the start until Redis has confirmed both channels. */
  connectTimeoutMs: number;
  /** From one message to the next. */
  silenceMs: number;
}

/** Why a connection ended; `isSilent` when nothing came for too long. */
export interface Loss {
  error: Error;
  isSilent: boolean;
}

/** Whoever holds a subscription. After `onLost`, and after `end()`, nothing is called any more. */
export interface SubscriptionOwner {
  onSubscribed(): void;
  onMessage(channel: string, message: string): void;
  onLost(loss: Loss): void;
}

/**
 * One connection to Redis that subscribes and listens until it is lost. It does not come back: ioredis would, but it
 * notices a silent cut only after 42 s and delivers what an old socket still holds after a new one was made.
 */
export class RedisSubscription {
  /** Resolves when the socket is closed. */
  readonly ended: Promise<void>;
  readonly #redis: Redis;
  #deadline: NodeJS.Timeout;
  #isSubscribed = false;
  #isOver = false;

  constructor(
    address: RedisAddress,
    private readonly limits: SubscriptionLimits,
    private readonly owner: SubscriptionOwner,
  ) {
    this.#redis = new Redis({
      ...address,
      // ioredis 5 would look for IPv4 addresses only.
      family: 0,
      // What ioredis 5 speaks too; with the next two it needs no command that an access list could forbid.
      protocol: 2,
      disableClientInfo: true,
      enableReadyCheck: false,
      connectionName: 'auth-client',
      retryStrategy: null,
      // A peer that is gone does not answer the end of a connection: it is destroyed at once.
      disconnectTimeout: 0,
    });
    this.ended = new Promise((resolve) => this.#redis.once('end', resolve));
    this.#redis.on('error', (error: Error) => this.#lose(toSafeError(error)));
    this.#redis.once('end', () => this.#lose(new Error('Redis events: the connection was closed')));
    this.#redis.once('ready', () => void this.#subscribe());
    this.#redis.on('message', (channel: string, message: string) => this.#hear(channel, message));
    this.#deadline = this.#startDeadline(limits.connectTimeoutMs, false);
  }

  /** Ends it at once, also while it connects. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#redis.disconnect();
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#redis.subscribe(EVENTS_CHANNEL, HEARTBEAT_CHANNEL);
    } catch (error) {
      this.#lose(toSafeError(error as Error));
    }
    if (this.#isOver) return;
    this.#isSubscribed = true;
    clearTimeout(this.#deadline);
    this.#deadline = this.#startDeadline(this.limits.silenceMs, true);
    this.owner.onSubscribed();
  }

  /** Between the first channel's confirmation and ours messages may come already; whoever listens catches up later. */
  #hear(channel: string, message: string): void {
    if (!this.#isSubscribed || this.#isOver) return;
    this.#deadline.refresh();
    this.owner.onMessage(channel, message);
  }

  #lose(error: Error, isSilent = false): void {
    if (this.#isOver) return;
    this.end();
    this.owner.onLost({ error, isSilent });
  }

  #startDeadline(limitMs: number, isSilent: boolean): NodeJS.Timeout {
    const what = isSilent ? 'nothing was heard' : 'no subscription';
    const error = new Error(`Redis events: ${what} for ${limitMs} ms`);
    return setTimeout(() => this.#lose(error, isSilent), limitMs).unref();
  }
}
