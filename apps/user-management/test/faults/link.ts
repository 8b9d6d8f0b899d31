import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Towards the server, or back from it. */
export type Direction = 'request' | 'answer';

/** One piece on its way, and the connection it belongs to. */
export interface Piece {
  direction: Direction;
  connection: number;
  data: Buffer;
}

/** Looks at each piece before it is passed on; `hold` keeps it, and what follows it in its direction, until `release`. */
export type Gate = (piece: Piece) => 'pass' | 'hold';

/** One direction of one connection: what waits goes out in the order in which it came. */
class Lane {
  isHeld = false;
  private readonly waiting: { data: Buffer; dueAtMs: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly to: Socket) {}

  push(data: Buffer, delayMs: number): void {
    this.waiting.push({ data, dueAtMs: performance.now() + delayMs });
    this.pump();
  }

  pump(): void {
    clearTimeout(this.timer);
    for (let next = this.waiting[0]; next && !this.isHeld; next = this.waiting[0]) {
      const leftMs = next.dueAtMs - performance.now();
      if (leftMs > 0) {
        this.timer = setTimeout(() => this.pump(), leftMs);
        return;
      }
      this.waiting.shift();
      if (this.to.writable) this.to.write(next.data);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }
}

interface Connection {
  id: number;
  client: Socket;
  server: Socket;
  lanes: Record<Direction, Lane>;
  /** Nothing passes any more, and neither side hears that the other hung up. */
  isSilent: boolean;
}

/** The network between one process and one server: a TCP proxy that can be cut, silenced, slowed down and looked into. */
export class Link {
  private readonly connections = new Set<Connection>();
  private gate: Gate = () => 'pass';
  private isRefusing = false;
  private isSilent = false;
  private isStalled = false;
  private delayMs = 0;
  private count = 0;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {}

  static async start(targetPort: number): Promise<Link> {
    const server = createServer({ noDelay: true }, (client) => link.join(client));
    const link = new Link(server, targetPort);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The same address with this link in between. */
  within(url: string): string {
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(this.port);
    return through.href;
  }

  /** As a network that drops every packet: what is connected, and what connects, hears nothing any more. */
  silence(): void {
    this.isSilent = true;
    for (const connection of this.connections) connection.isSilent = true;
  }

  /** New connections get through; those that were silenced stay so, as a peer that forgot them would. */
  speak(): void {
    this.isSilent = false;
  }

  /** Nobody can connect anew. */
  refuse(isRefusing: boolean): void {
    this.isRefusing = isRefusing;
  }

  /** Every piece takes that long, in each direction. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** Nothing passes until `release`; nothing is lost. */
  stall(): void {
    this.isStalled = true;
    for (const { lanes } of this.connections) for (const lane of Object.values(lanes)) lane.isHeld = true;
  }

  watch(gate: Gate): void {
    this.gate = gate;
  }

  /** Ends `stall` and passes on what a gate held. */
  release(): void {
    this.isStalled = false;
    for (const { lanes } of this.connections) {
      for (const lane of Object.values(lanes)) {
        lane.isHeld = false;
        lane.pump();
      }
    }
  }

  stop(): void {
    this.server.close();
    for (const { client, server } of this.connections) [client, server].forEach((socket) => socket.destroy());
  }

  private join(client: Socket): void {
    if (this.isRefusing) {
      client.destroy();
      return;
    }
    const server = connect({ port: this.targetPort, host: '127.0.0.1', noDelay: true });
    const lanes = { request: new Lane(server), answer: new Lane(client) };
    const connection: Connection = { id: (this.count += 1), client, server, lanes, isSilent: this.isSilent };
    for (const lane of Object.values(lanes)) lane.isHeld = this.isStalled;
    this.connections.add(connection);
    this.carry(connection, 'request', client);
    this.carry(connection, 'answer', server);
  }

  private carry(connection: Connection, direction: Direction, from: Socket): void {
    const { client, server, lanes } = connection;
    const lane = lanes[direction];
    from.on('data', (data) => {
      if (connection.isSilent) return;
      if (this.gate({ direction, connection: connection.id, data }) === 'hold') lane.isHeld = true;
      lane.push(data, this.delayMs);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      // What a killed process had sent is on its way and arrives; whoever is silent is not told.
      if (!connection.isSilent) (from === client ? server : client).end();
      if (client.destroyed && server.destroyed) this.connections.delete(connection);
      if (direction === 'answer') lane.stop();
    });
  }
}
