import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shutdown } from './shutdown.js';

const LOOK_EVERY_MS = 20;
/** A connection on which nothing was ever sent is somebody's reserve. */
const UNUSED_MS = 1_000;

/**
 * The HTTP side of a shutdown. From the first moment on each answer says `Connection: close`, so that clients with
 * keep-alive move on; after the delay no connection is accepted, those without a request are closed, and those with one
 * are waited for.
 */
export class HttpDrain {
  private readonly answers = new Set<ServerResponse>();
  /** Since when each connection without a request is there. */
  private readonly unused = new Map<Socket, number>();

  constructor(
    private readonly server: Server,
    private readonly shutdown: Shutdown,
  ) {
    server.on('connection', (socket) => {
      this.unused.set(socket, performance.now());
      socket.once('close', () => this.unused.delete(socket));
    });
    // First, or an answer could be on its way already; of what was hijacked too.
    server.prependListener('request', (request, answer) => this.follow(request, answer));
    shutdown.signal.addEventListener('abort', () => this.answers.forEach(announceClose), { once: true });
    shutdown.add((limit) => this.close(limit));
  }

  private follow({ socket }: IncomingMessage, answer: ServerResponse): void {
    this.unused.delete(socket);
    this.answers.add(answer);
    answer.once('close', () => this.answers.delete(answer));
    if (this.shutdown.isShuttingDown) announceClose(answer);
  }

  private async close(limit: AbortSignal): Promise<number> {
    const closed = new Promise<true>((resolve) => this.server.close(() => resolve(true)));
    while (!limit.aborted) {
      // Again and again: a long answer that began before may leave its connection open.
      this.server.closeIdleConnections();
      this.closeUnused();
      if (await Promise.race([closed, sleep(LOOK_EVERY_MS, false)])) return 0;
    }
    const { size } = this.answers;
    this.server.closeAllConnections();
    await closed;
    return size;
  }

  /** Node counts them as busy until `headersTimeout`. */
  private closeUnused(): void {
    const now = performance.now();
    for (const [socket, since] of this.unused) {
      if (socket.bytesRead === 0 && now - since > UNUSED_MS) socket.destroy();
    }
  }
}

function announceClose(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('connection', 'close');
}
