import { Agent, request as send, type IncomingMessage } from 'node:http';
import type { TestIssuer } from '@sa-platform/auth-client/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { BASE_PATH } from '../../src/app.setup.js';
import type { Replica } from './replica.js';

/** Longer than any fault holds an answer back: what takes longer hangs. */
const HANGS_AFTER_MS = 45_000;
const TOKEN_LIVES_MS = 120_000;
const REFUSED_PAUSE_MS = 25;

/** An answer, and how it was got. */
export interface Heard {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  body: any;
  requestId: string;
  /** The first answer to this Idempotency-Key again. */
  isReplayed: boolean;
}

export interface Call {
  method: string;
  path: string;
  json?: unknown;
  csv?: string;
  idempotencyKey?: string;
  /** Of whom; the platform admin when left out. */
  token?: string;
}

/** What I9 looks at. */
export interface AnswerFigures {
  answered: number;
  unanswered: number;
  unavailable: number;
  longestMs: number;
  /** Answers that nobody may get, and requests that hang. */
  wrong: string[];
}

/**
 * Sends requests to replicas that run, as a load balancer would: a connection that is refused goes to the other one. What
 * became of a request whose connection broke nobody knows.
 */
export class Administrator {
  readonly figures: AnswerFigures = { answered: 0, unanswered: 0, unavailable: 0, longestMs: 0, wrong: [] };
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private token = { text: '', untilMs: 0 };
  private turn = 0;

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly issuer: TestIssuer,
    private readonly subject: () => string,
  ) {}

  /** @returns null when there was no answer: it may have been done or not */
  async call(call: Call): Promise<Heard | null> {
    for (;;) {
      const replica = this.nextReplica();
      const answer = replica === null ? 'refused' : await this.callAt(replica, call);
      if (answer !== 'refused') return answer;
      await sleep(REFUSED_PAUSE_MS);
    }
  }

  /** Repeats it under its key until there is an answer: also 409, while a replica that was killed holds the key. */
  async callUntilAnswered(call: Call & { idempotencyKey: string }): Promise<Heard> {
    for (;;) {
      const heard = await this.call(call);
      if (heard !== null) return heard;
      await sleep(REFUSED_PAUSE_MS);
    }
  }

  /** The same for what has to work while nothing fails. @returns the body */
  async ask(method: string, path: string, json?: unknown): Promise<Heard['body']> {
    const heard = await this.call({ method, path, json });
    if (heard === null || heard.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(heard)}`);
    return heard.body;
  }

  /** @returns `refused` when nothing was sent */
  async callAt(replica: Replica, call: Call): Promise<Heard | null | 'refused'> {
    const startedAt = performance.now();
    try {
      const heard = await this.exchange(replica, call);
      this.note(call, heard, performance.now() - startedAt);
      return heard;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === 'ECONNREFUSED') return 'refused';
      this.figures.unanswered += 1;
      if (message === 'hangs') this.figures.wrong.push(`${call.method} ${nameOf(call.path)} had neither an answer nor an end for ${HANGS_AFTER_MS} ms`);
      return null;
    }
  }

  stop(): void {
    this.agent.destroy();
  }

  private note({ method, path }: Call, { status, body }: Heard, tookMs: number): void {
    const { figures } = this;
    figures.answered += 1;
    figures.longestMs = Math.max(figures.longestMs, tookMs);
    if (status < 500) return;
    figures.unavailable += 1;
    const isAllowed = (status === 503 || status === 504) && typeof body?.code === 'string';
    if (!isAllowed) figures.wrong.push(`${method} ${nameOf(path)} was answered ${status} ${String(body?.code)}`);
  }

  private nextReplica(): Replica | null {
    const running = this.replicas.filter(({ isServing }) => isServing);
    this.turn += 1;
    return running[this.turn % Math.max(1, running.length)] ?? null;
  }

  private bearer(): string {
    if (performance.now() > this.token.untilMs) {
      this.token = { text: this.issuer.issue({ sub: this.subject() }), untilMs: performance.now() + TOKEN_LIVES_MS };
    }
    return this.token.text;
  }

  private exchange(replica: Replica, call: Call): Promise<Heard> {
    const content = call.csv ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
    const type = call.csv === undefined ? 'application/json' : 'text/csv';
    const headers = {
      authorization: `Bearer ${call.token ?? this.bearer()}`,
      ...(content === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(content)) }),
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
    };
    const url = `${replica.url}/${BASE_PATH}/${call.path}`;
    return new Promise((resolve, reject) => {
      const request = send(url, { method: call.method, headers, agent: this.agent }, (response) => {
        read(response).then(resolve, reject);
      });
      request.setTimeout(HANGS_AFTER_MS, () => request.destroy(new Error('hangs')));
      request.once('error', reject);
      request.end(content);
    });
  }
}

async function read(response: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '');
  return {
    status: response.statusCode ?? 0,
    body: isJson ? JSON.parse(text) : null,
    requestId: String(response.headers['x-request-id'] ?? ''),
    isReplayed: response.headers['idempotency-replayed'] !== undefined,
  };
}

/** Ids would make each finding look like another one. */
function nameOf(path: string): string {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\?.*/, '');
}
