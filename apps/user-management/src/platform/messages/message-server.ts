import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, type BaseRpcContext, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Problem } from '@sa-platform/contracts';
import { lastValueFrom } from 'rxjs';
import { AppError } from '../errors/app-error.js';
import { errorName } from '../errors/error-name.js';
import { problemOf } from '../errors/problem.js';
import { runInRequest } from '../http/current-request.js';
import { readMessage, senderOf, type IncomingMessage, type SenderMetadata } from './incoming-message.js';

/** So many wait for the database at most; whoever comes then hears that the service is busy. */
const MOST_AT_ONCE = 1_000;
const LOOK_EVERY_MS = 20;

/** What a Nest client takes as the one answer to its message. */
export interface OutgoingMessage {
  id: string;
  response?: unknown;
  err?: Problem;
  isDisposed: true;
}

/** How a transport hands a message over: its context with the sender's metadata, and where the answer goes. */
export interface Courier {
  contextOf(pattern: string, metadata: SenderMetadata): BaseRpcContext;
  send(answer: OutgoingMessage): unknown;
}

/**
 * Messages as Nest's own transports speak them, and with their guards, pipes and filters (`inheritAppConfig`), but bounded
 * and answered whatever comes: with the handler's answer or a problem, of which nothing is logged that somebody sent. The
 * transports of Nest take as much as comes, log what they can't read, and on `close()` drop what they are at.
 */
export abstract class MessageServer extends Server implements CustomTransportStrategy {
  private readonly running = new Set<Promise<void>>();

  /** @throws the transport's error while it can't be reached */
  abstract checkHealth(): Promise<void>;
  /** Takes no message in any more; those that came are still answered. */
  protected abstract refuseNew(): Promise<void>;
  abstract override close(): Promise<void>;

  override on(): never {
    throw new Error('Nobody listens to the transport itself');
  }

  override unwrap(): never {
    throw new Error('Nobody uses the transport itself');
  }

  /** Takes no message in any more, and ends once the others are answered. @returns how many were cut off */
  async drain(limit: AbortSignal): Promise<number> {
    await this.refuseNew();
    while (this.running.size > 0 && !limit.aborted) await Promise.race([Promise.all(this.running), sleep(LOOK_EVERY_MS)]);
    const { size } = this.running;
    await this.close();
    return size;
  }

  /** Answers one packet, whatever it is. */
  protected take(packet: unknown, courier: Courier): void {
    const message = readMessage(packet);
    if (message === null) {
      this.logger.debug?.('a packet came that waits for no answer');
      return;
    }
    const work = this.answer(message, courier).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** Never throws. */
  private async answer(message: IncomingMessage, courier: Courier): Promise<void> {
    try {
      await courier.send({ id: message.id, ...(await this.outcomeOf(message, courier)), isDisposed: true });
    } catch (error) {
      this.logger.warn(`an answer did not go out: ${errorName(error)}`);
    }
  }

  private async outcomeOf(message: IncomingMessage, courier: Courier): Promise<Pick<OutgoingMessage, 'response' | 'err'>> {
    const requestId = randomUUID();
    try {
      return { response: await this.handle(message, courier, requestId) };
    } catch (error) {
      return { err: isProblem(error) ? error : problemOf(error, requestId) };
    }
  }

  /** @throws Problem as the application's filter made it, or AppError */
  private async handle(message: IncomingMessage, courier: Courier, requestId: string): Promise<unknown> {
    const { pattern, payload } = message;
    if (this.running.size >= MOST_AT_ONCE) throw new AppError('service.overloaded');
    const handler = pattern === null ? undefined : this.messageHandlers.get(pattern);
    if (pattern === null || handler === undefined || handler.isEventHandler) throw new AppError('request.not_found', 'No such message');
    const context = courier.contextOf(pattern, senderOf(message));
    return runInRequest({ id: requestId, method: 'MESSAGE', route: pattern }, async () =>
      lastValueFrom(this.transformToObservable<unknown>(await handler(payload, context))),
    );
  }
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && !(error instanceof Error) && 'request_id' in error;
}
