import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './test-app.js';

/** A TCP proxy before Redis, so that a test can take Redis away without touching the machine's own. */
export class RedisProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;

  private constructor(
    private readonly target: URL,
    private readonly port: number,
  ) {}

  static async start(redisUrl: string): Promise<RedisProxy> {
    const proxy = new RedisProxy(new URL(redisUrl), await freePort());
    await proxy.open();
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /** Where Redis sees its clients come from: by these it can be told to end their connections, and nobody else's. */
  get addresses(): string[] {
    const own = [...this.sockets].filter(({ remotePort }) => remotePort !== undefined && remotePort === (Number(this.target.port) || 6379));
    return own.map(({ localAddress, localPort }) => `${localAddress ?? ''}:${localPort ?? ''}`);
  }

  /** Accepts connections (again). */
  async open(): Promise<void> {
    const server = createServer((client) => this.join(client));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  /** As Redis killed: connections break, new ones are refused. */
  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(null)));
    this.server = null;
  }

  /** As a network that drops packets: what is connected hears nothing any more, not even that it is cut off. */
  freeze(): Promise<void> {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
    return Promise.resolve();
  }

  private join(client: Socket): void {
    const redis = connect(Number(this.target.port) || 6379, this.target.hostname);
    client.pipe(redis).pipe(client);
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
