import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { StepNames } from './name-steps.js';

export type Moment = 'before' | 'after';

/** The so-manyth step of a name, from now on. What runs beside it (a worker that looks for jobs) does not shift it. */
export interface Place {
  step: string;
  occurrence: number;
  moment: Moment;
}

/**
 * Everything one process sends to its database and to its provider, in one order: each piece is a step, and the process
 * can be killed right before or right after any of them is delivered, without a line of the service knowing.
 */
export class Steps {
  readonly taken: string[] = [];
  private armed: (Place & { kill: () => void }) | null = null;
  isKilled = false;

  arm(place: Place, kill: () => void): void {
    this.armed = { ...place, kill };
  }

  disarm(): void {
    this.armed = null;
  }

  /** Nothing is delivered that comes after the kill. */
  take(step: string, deliver: () => void): void {
    if (this.isKilled) return;
    this.taken.push(step);
    const { armed } = this;
    if (armed?.step === step) armed.occurrence -= 1;
    const isHere = armed?.step === step && armed.occurrence === 0;
    this.isKilled = isHere;
    if (!isHere || armed.moment === 'after') deliver();
    if (isHere) armed.kill();
  }
}

const DEFAULT_PORTS = { postgresql: 5432, mysql: 3306, http: 80 };

/** A TCP proxy that counts what goes to the target. */
export class StepProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(target: string, steps: Steps): Promise<StepProxy> {
    const url = new URL(target);
    const server = createServer((client) => proxy.join(client, steps));
    const proxy = new StepProxy(server, url);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The target's address with the proxy in between. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href.replace(/\/$/, '');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get protocol(): keyof typeof DEFAULT_PORTS {
    const { protocol } = this.target;
    if (protocol === 'http:') return 'http';
    return protocol.startsWith('postgres') ? 'postgresql' : 'mysql';
  }

  private join(client: Socket, steps: Steps): void {
    const target = connect(Number(this.target.port) || DEFAULT_PORTS[this.protocol], this.target.hostname);
    for (const socket of [client, target]) {
      socket.setNoDelay();
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    }
    const names = new StepNames(this.protocol);
    client.on('data', (data) => steps.take(names.of(data), () => target.write(data)));
    target.on('data', (data) => {
      names.hear(data);
      client.write(data);
    });
    // Not destroyed: what was delivered before a kill has to arrive.
    client.on('close', () => target.end());
    target.on('close', () => client.destroy());
  }
}
