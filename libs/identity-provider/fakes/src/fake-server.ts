import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultQueue, type Fault } from './fault-queue.js';
import { Ledger, type LedgerEntry } from './ledger.js';

const LONGEST_BODY_BYTES = 1_000_000;

/** A request that the vendor's part of a fake has recognised. */
export interface FakeRequest {
  operation: string;
  subject: string | null;
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface FakeAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON; undefined sends nothing. */
  body?: unknown;
}

/** What the vendor's part of a fake supplies. */
export interface FakeVendor {
  /** Which operation this is, and whom it is about. */
  recognise(request: Omit<FakeRequest, 'operation' | 'subject'>): { operation: string; subject: string | null };
  /** Refuses for a reason that comes before the operation (rate limits, a bad token), or answers null. */
  admit(request: FakeRequest): FakeAnswer | null;
  /** Carries the operation out on the fake's store. */
  apply(request: FakeRequest): FakeAnswer | Promise<FakeAnswer>;
  /** The vendor's own form of an error status. */
  refuse(status: number, retryAfterSeconds: number | undefined): FakeAnswer;
}

/** Serves a vendor's API on loopback, with the faults of its script. */
export class FakeServer {
  readonly faults = new FaultQueue();
  readonly ledger = new Ledger();
  readonly #vendor: FakeVendor;
  readonly #server: Server;
  #skewMs = 0;

  constructor(vendor: FakeVendor) {
    this.#vendor = vendor;
    // Whoever asked may hang up at any moment, also while the body is read.
    this.#server = createServer((req, res) => void this.#serve(req, res).catch(() => res.destroy()));
  }

  /** The fake's clock, epoch in milliseconds. */
  get now(): number {
    return Date.now() + this.#skewMs;
  }

  /** Moves the fake's clock forward, in milliseconds. */
  advance(milliseconds: number): void {
    this.#skewMs += milliseconds;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param port 0 picks a free one; a fixed one lets a fake come back where it was */
  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  /** Stops at once; whatever hangs is torn down. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const method = req.method ?? 'GET';
    const url = new URL(req.url ?? '/', this.address);
    const raw = { method, url, headers: req.headers, body: await readBody(req) };
    const request: FakeRequest = { ...raw, ...this.#vendor.recognise(raw) };
    const { operation, subject } = request;
    const entry = this.ledger.add({ operation, subject, at: this.now, applied: false, status: null });
    const fault = this.faults.next(operation);
    if (fault?.kind === 'tell' && fault.when === 'before') await fault.tell();
    const answer = await this.#answer(request, entry, fault);
    if (fault?.kind === 'tell' && fault.when === 'after') await fault.tell();
    if (answer === 'hang') return;
    if (answer === 'reset') res.destroy();
    else this.#send(res, entry, answer);
  }

  async #answer(request: FakeRequest, entry: LedgerEntry, fault: Fault | null): Promise<FakeAnswer | 'hang' | 'reset'> {
    if (fault?.kind === 'apply_late') await sleep(fault.ms, undefined, { ref: false });
    const isSkipped = fault !== null && 'applied' in fault && !fault.applied;
    const own = isSkipped ? this.#vendor.refuse(500, undefined) : await this.#carryOut(request, entry);
    if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { ref: false });
    return this.#distort(own, fault);
  }

  #distort(own: FakeAnswer, fault: Fault | null): FakeAnswer | 'hang' | 'reset' {
    if (fault?.kind === 'hang' || fault?.kind === 'reset') return fault.kind;
    return fault?.kind === 'status' ? this.#vendor.refuse(fault.status, fault.retryAfterSeconds) : own;
  }

  async #carryOut(request: FakeRequest, entry: LedgerEntry): Promise<FakeAnswer> {
    const refused = this.#vendor.admit(request);
    if (refused) return refused;
    const answer = await this.#vendor.apply(request);
    entry.applied = answer.status < 400;
    return answer;
  }

  #send(res: ServerResponse, entry: LedgerEntry, { status, headers, body }: FakeAnswer): void {
    entry.status = status;
    res.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
    res.end(body === undefined ? undefined : JSON.stringify(body));
  }
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) throw new Error('a fake was sent more than it takes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
