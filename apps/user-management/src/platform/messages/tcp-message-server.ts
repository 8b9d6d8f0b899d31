import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsonSocket, TcpContext, Transport } from '@nestjs/microservices';
import { LONGEST_MESSAGE } from './incoming-message.js';
import { MessageServer } from './message-server.js';

/** Between two pieces of a message. */
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_FLUSH_MS = 1_000;
/** Answers that a client does not read are kept for it up to that much. */
const UNREAD_BYTES = 8 * 1024 * 1024;
/** What Node reads at once can end in the middle of a message, behind many that are whole. */
const READ_AT_ONCE = 64 * 1024;

/** The TCP transport of Nest: `<length>#<JSON>` in both directions, many messages over one connection. */
export class TcpMessageServer extends MessageServer {
  override readonly transportId = Transport.TCP;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.join(socket));

  constructor(private readonly address: { host: string; port: number }) {
    super();
  }

  /** Where it listens; another one than was asked for when that was 0. */
  get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? this.address.port;
  }

  override listen(callback: (error?: Error) => void): void {
    this.server.once('error', callback);
    this.server.listen(this.address.port, this.address.host, () => {
      this.server.off('error', callback);
      callback();
    });
  }

  override checkHealth(): Promise<void> {
    return this.server.listening ? Promise.resolve() : Promise.reject(new Error('does not listen'));
  }

  /**
   * The protocol has no word for "send elsewhere": who sends in the moment between this and the end of the connection sees
   * it closed, and tries again.
   */
  protected override refuseNew(): Promise<void> {
    if (this.server.listening) this.server.close();
    for (const socket of this.sockets) socket.pause();
    return Promise.resolve();
  }

  override async close(): Promise<void> {
    if (this.server.listening) this.server.close();
    const ended = [...this.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    // Once what was written is through, or is not read.
    for (const socket of this.sockets) socket.destroySoon();
    await Promise.race([Promise.all(ended), sleep(LONGEST_FLUSH_MS, undefined, { ref: false })]);
    for (const socket of this.sockets) socket.destroy();
  }

  private join(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    const messages = new JsonSocket(socket, {
      maxBufferSize: LONGEST_MESSAGE + READ_AT_ONCE,
      incompleteMessageTimeout: LONGEST_PAUSE_MS,
      maxSendBufferSize: UNREAD_BYTES,
    });
    messages.on('error', () => {
      // Its text holds what was sent.
      this.logger.debug?.('a connection is closed: no message came over it');
      socket.destroy();
    });
    messages.on('message', (packet: unknown) =>
      this.take(packet, {
        contextOf: (pattern, metadata) => new TcpContext([messages, pattern, metadata]),
        send: (answer) => messages.sendMessage(answer),
      }),
    );
  }
}
