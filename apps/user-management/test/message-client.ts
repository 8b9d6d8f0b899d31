import { ClientProxyFactory, Transport, type ClientProxy } from '@nestjs/microservices';
import { USER_CONTEXT_PATTERN } from '@sa-platform/contracts';
import { lastValueFrom, timeout } from 'rxjs';

const PATIENCE_MS = 10_000;

/** What came of a message: the answer, or the problem that it was refused with. */
export interface MessageAnswer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  body: any;
}

/** A sibling that asks by messages: Nest's own client. */
export class MessageClient {
  private constructor(readonly proxy: ClientProxy) {}

  static overTcp(port: number): MessageClient {
    return new MessageClient(ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } }));
  }

  static overRedis(redisUrl: string): MessageClient {
    const { hostname, port } = new URL(redisUrl);
    const options = { host: hostname, port: Number(port) || 6379, retryAttempts: 1_000, retryDelay: 50 };
    return new MessageClient(ClientProxyFactory.create({ transport: Transport.REDIS, options }));
  }

  /** @throws what is no problem: nobody answered, or the connection broke */
  async ask(payload: unknown, pattern: unknown = USER_CONTEXT_PATTERN, patienceMs = PATIENCE_MS): Promise<MessageAnswer> {
    try {
      return { status: 200, body: await lastValueFrom(this.proxy.send<unknown>(pattern, payload).pipe(timeout(patienceMs))) };
    } catch (error) {
      if (error instanceof Error || typeof error !== 'object' || error === null || !('status' in error)) throw error;
      return { status: Number(error.status), body: error };
    }
  }

  /** A context, asked for with this token. */
  contextOf(userId: string | undefined, token: string): Promise<MessageAnswer> {
    return this.ask({ ...(userId === undefined ? {} : { user_id: userId }), metadata: { authorization: `Bearer ${token}` } });
  }

  async close(): Promise<void> {
    await this.proxy.close();
  }
}
