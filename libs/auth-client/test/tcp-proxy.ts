import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A pair of sockets that the proxy joined. */
interface Joined {
  client: Socket;
  target: Socket;
}

/** A TCP proxy on loopback, so that a test can take the service behind it away without touching the service. */
export class TcpProxy {
  /** How many connections were accepted. */
  accepted = 0;
  readonly #joined = new Set<Joined>();
  #server: Server | null = null;
  #port = 0;
  #isSwallowing = false;

  private constructor(private readonly target: { host: string; port: number }) {}

  /** @param url address of the service; the port 6379 when it names none */
  static async start(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const proxy = new TcpProxy({ host: hostname, port: Number(port) || 6379 });
    await proxy.open();
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Connections that are open on the side of the clients. */
  get connections(): number {
    return this.#joined.size;
  }

  /** Local ports of the connections to the service: by them it knows who is who. */
  get targetPorts(): number[] {
    return [...this.#joined].flatMap(({ target }) => target.localPort ?? []);
  }

  /** Accepts connections (again), at the same port as before. */
  async open(): Promise<void> {
    this.#isSwallowing = false;
    if (this.#server) return;
    this.#server = createServer((client) => this.#join(client)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** As a service that was killed: connections break, new ones are refused. */
  async cut(): Promise<void> {
    for (const { client, target } of this.#joined) [client, target].forEach((socket) => socket.destroy());
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  /** As a network that drops packets: what is connected hears nothing any more, not even that it is cut off. */
  freeze(): void {
    for (const { target } of this.#joined) target.pause();
  }

  /** The network delivers what it held back. */
  thaw(): void {
    for (const { target } of this.#joined) target.resume();
  }

  /** As a machine that accepts connections and does nothing any more; until `open`. */
  swallow(): void {
    this.#isSwallowing = true;
  }

  #join(client: Socket): void {
    this.accepted += 1;
    const joined = { client, target: connect(this.target) };
    this.#joined.add(joined);
    for (const [from, to] of [[client, joined.target], [joined.target, client]] as const) {
      from.on('data', (data) => {
        if (!this.#isSwallowing) to.write(data);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#joined.delete(joined);
      });
    }
  }
}
