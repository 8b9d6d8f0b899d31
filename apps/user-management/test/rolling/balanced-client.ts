import { Agent, request, type IncomingMessage } from 'node:http';
import { BASE_PATH } from '../../src/platform/http/base-path.js';

const LOOK_EVERY_MS = 100;
const CONNECTIONS = 16;

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  body: any;
}

interface Call {
  method: string;
  path: string;
  json?: unknown;
  token?: string;
}

/**
 * What stands before the replicas: asks each one every 100 ms whether it is ready, sends to those in turn over connections
 * that it keeps, and tries nothing twice.
 */
export class BalancedClient {
  requests = 0;
  longestMs = 0;
  /** Every request without an answer, and every answer of 500 and above. */
  readonly failures: string[] = [];
  /** How many answers came from each address. */
  readonly served = new Map<string, number>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  private readonly timer: NodeJS.Timeout;
  private ready: string[] = [];
  private turn = 0;

  constructor(
    private readonly addresses: string[],
    private readonly token: () => string,
  ) {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  isReady(address: string): boolean {
    return this.ready.includes(address);
  }

  /** @returns null for what failed; it stands in `failures` */
  async call(method: string, path: string, json?: unknown): Promise<Answer | null> {
    const address = this.ready[this.turn++ % Math.max(1, this.ready.length)];
    const startedAt = performance.now();
    this.requests += 1;
    try {
      if (address === undefined) throw new Error('no replica is ready');
      const answer = await this.send(address, { method, path: `/${BASE_PATH}/${path}`, json, token: this.token() });
      this.longestMs = Math.max(this.longestMs, performance.now() - startedAt);
      this.served.set(address, (this.served.get(address) ?? 0) + 1);
      if (answer.status < 500) return answer;
      throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    } catch (error) {
      this.failures.push(`${method} ${path} at ${address ?? 'nobody'}: ${(error as Error).message}`);
      return null;
    }
  }

  stop(): void {
    clearInterval(this.timer);
    this.agent.destroy();
  }

  private async look(): Promise<void> {
    const states = await Promise.all(
      this.addresses.map((address) => this.send(address, { method: 'GET', path: '/health/ready' }).then(({ status }) => status === 200, () => false)),
    );
    this.ready = this.addresses.filter((_, index) => states[index]);
  }

  private send(address: string, { method, path, json, token }: Call): Promise<Answer> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${address}${path}`, { method, headers, agent: this.agent }, (answer) => {
        readText(answer).then((text) => resolve({ status: answer.statusCode ?? 0, body: parse(text) }), reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}
