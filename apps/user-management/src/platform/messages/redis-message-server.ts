import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisContext, Transport } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { problemOf } from '../errors/problem.js';
import { LONGEST_MESSAGE } from './incoming-message.js';
import { MessageServer, type OutgoingMessage } from './message-server.js';

const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_RECONNECT_MS = 1_000;
/** Redis says nothing to who only listens: without a question now and then a silent cut would go unnoticed. */
const ASK_EVERY_MS = 1_000;
/** A client of Nest writes the id last, so it can be read without the rest. */
const ID_AT_THE_END = /"id":"([\w-]{1,64})"\}$/;

/**
 * The Redis transport of Nest: a message is published on the channel of its pattern, its answer on `<pattern>.reply`.
 * Every replica hears every message and answers; the sender takes the first. Redis may be away at any time, also when the
 * service starts: it is looked for until it is there.
 */
export class RedisMessageServer extends MessageServer {
  override readonly transportId = Transport.REDIS;
  private readonly subscriber: Redis;
  private readonly publisher: Redis;
  private timer: NodeJS.Timeout | null = null;

  constructor(url: string) {
    super();
    const options = {
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt: number) => Math.min(attempt * 50, LONGEST_RECONNECT_MS),
    };
    // Its one lasting command is the subscription, which waits for Redis and is renewed with each connection.
    this.subscriber = new Redis(url, { ...options, maxRetriesPerRequest: null });
    this.publisher = new Redis(url, { ...options, maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: COMMAND_TIMEOUT_MS });
    for (const redis of [this.subscriber, this.publisher]) {
      redis.on('error', ({ name }: Error) => {
        this.logger.debug?.(`Redis: ${name}`);
      });
    }
    this.subscriber.on('message', (channel: string, text: string) => this.hear(channel, text));
  }

  override listen(callback: () => void): void {
    this.publisher.connect().catch(() => undefined);
    this.subscriber.subscribe(...this.messageHandlers.keys()).catch(() => undefined);
    this.timer = setInterval(() => void this.ask(), ASK_EVERY_MS);
    this.timer.unref();
    callback();
  }

  override async checkHealth(): Promise<void> {
    await this.publisher.ping();
  }

  /** What was published before Redis confirms it is still heard. */
  protected override async refuseNew(): Promise<void> {
    if (this.subscriber.status !== 'ready') return;
    const unsubscribed = this.subscriber.unsubscribe().catch(() => undefined);
    await Promise.race([unsubscribed, sleep(COMMAND_TIMEOUT_MS, undefined, { ref: false })]);
  }

  override close(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.subscriber.disconnect();
    this.publisher.disconnect();
    return Promise.resolve();
  }

  private async ask(): Promise<void> {
    if (this.subscriber.status === 'ready') await this.subscriber.ping().catch(() => undefined);
  }

  private hear(channel: string, text: string): void {
    const send = (answer: OutgoingMessage) => this.publisher.publish(`${channel}.reply`, JSON.stringify(answer));
    if (text.length > LONGEST_MESSAGE) {
      const id = ID_AT_THE_END.exec(text.slice(-100))?.[1];
      if (id !== undefined) send({ id, err: problemOf(new AppError('request.too_large'), randomUUID()), isDisposed: true }).catch(() => undefined);
      return;
    }
    this.take(parse(text, channel), {
      contextOf: (pattern, metadata) => new RedisContext([pattern, metadata]),
      send,
    });
  }
}

/** @returns the packet; the channel says what it is about, whatever stands in it */
function parse(text: string, channel: string): unknown {
  try {
    const packet: unknown = JSON.parse(text);
    return typeof packet === 'object' ? { ...packet, pattern: channel } : null;
  } catch {
    return null;
  }
}
