import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const COMMAND = /\*\d+\r\n((?:\$\d+\r\n.*\r\n)+)/g;

/** What the server answers to a command: RESP, as it goes over the wire; null: nothing, ever. */
export type Answer = (command: string, ...values: string[]) => string | null;

/** A server that speaks as much RESP as a subscriber needs and says what a test tells it to. */
export class FakeRedis {
  readonly sockets: Socket[] = [];

  private constructor(
    private readonly server: Server,
    answer: Answer,
  ) {
    server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        for (const [command = '', ...values] of readCommands(data.toString())) socket.write(answer(command.toLowerCase(), ...values) ?? '');
      });
    });
  }

  static async start(answer: Answer = confirm): Promise<FakeRedis> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeRedis(server, answer);
  }

  /** For example `127.0.0.1:41234`. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Confirms each channel of a subscription, answers OK to everything else. */
export const confirm: Answer = (command, ...channels) =>
  command === 'subscribe' ? channels.map((channel, index) => confirmation(channel, index + 1)).join('') : '+OK\r\n';

/** The answer to one channel of a subscription. */
export const confirmation = (channel: string, count: number): string => `*3\r\n${bulk('subscribe')}${bulk(channel)}:${count}\r\n`;

/** A message as Redis sends it to a subscriber. */
export const message = (channel: string, text: string): string => `*3\r\n${bulk('message')}${bulk(channel)}${bulk(text)}`;

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

function readCommands(text: string): string[][] {
  return [...text.matchAll(COMMAND)].map(([, values = '']) => values.split('\r\n').filter((_, line) => line % 2 === 1));
}
