import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

/** A transport of Nest without a network: a test hands over the message with the context of any other transport. */
export class DirectServer extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {}

  /** @returns what the handler answers; rejects with what the message is refused with */
  async deliver(pattern: string, payload: unknown, context: object | undefined): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern);
    if (!handler) throw new Error(`Nothing handles ${pattern}`);
    return lastValueFrom(this.transformToObservable(await handler(payload, context)));
  }

  on(): never {
    throw new Error('There is no network to hear from');
  }

  unwrap(): never {
    throw new Error('There is no network below');
  }
}
