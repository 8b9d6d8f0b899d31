import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventEnvelope } from '@sa-platform/contracts';
import { Webhook } from 'standardwebhooks';

export interface Received {
  headers: Record<string, string>;
  body: string;
  event: EventEnvelope;
  /** Null while it is not answered. */
  status: number | null;
}

/** A receiver as another team would run it: a real server on this machine, whose answers are scripted here. */
export class WebhookReceiver {
  readonly requests: Received[] = [];
  /** How many were open at once at most, by the URL's path. */
  readonly mostAtOnce = new Map<string, number>();
  /** What is answered; null: nothing, ever. */
  answer: (received: Received, response: ServerResponse) => number | null | Promise<number | null> = () => 204;
  private server: Server | null = null;
  private port = 0;
  private readonly open = new Map<string, number>();

  static async create(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.start();
    return receiver;
  }

  urlOf(path: string): string {
    return `http://127.0.0.1:${this.port}/${path}`;
  }

  async start(): Promise<void> {
    if (this.server !== null) return;
    const server = createServer((request, response) => void this.receive(request, response));
    await new Promise<void>((resolve) => { server.listen(this.port, '127.0.0.1', resolve); });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Nobody answers at its address any more. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => { server.close(() => resolve()); });
  }

  /** What came to a path, the oldest first. */
  at(path: string): Received[] {
    return this.requests.filter(({ headers }) => headers['path'] === `/${path}`);
  }

  /** The same of what it has taken. */
  taken(path: string): EventEnvelope[] {
    return this.at(path).filter(({ status }) => status !== null && status < 300).map(({ event }) => event);
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.count(path, 1);
    response.once('close', () => this.count(path, -1));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const headers = { ...(request.headers as Record<string, string>), path };
    const received: Received = { headers, body, event: JSON.parse(body) as EventEnvelope, status: null };
    this.requests.push(received);
    const status = await this.answer(received, response);
    if (status === null || response.destroyed) return;
    received.status = status;
    response.writeHead(status).end();
  }

  private count(path: string, difference: number): void {
    const now = (this.open.get(path) ?? 0) + difference;
    this.open.set(path, now);
    this.mostAtOnce.set(path, Math.max(now, this.mostAtOnce.get(path) ?? 0));
  }
}

/** Whether the published library takes it for genuine; it throws otherwise. */
export function verify(secret: string, { headers, body }: Pick<Received, 'headers' | 'body'>): unknown {
  return new Webhook(secret).verify(body, headers);
}
