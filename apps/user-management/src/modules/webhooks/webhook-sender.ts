import { Agent as HttpAgent, request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { hostOf, isAllowedAddress } from './check-address.js';
import { HostResolver } from './host-resolver.js';
import { PrivateAddressError, readSendFailure } from './send-failure.js';

/** From the first byte of the name's resolution to the answer's status. */
export const TIMEOUT_MS = 10_000;
const MOST_BODY_BYTES = 64 * 1024;
const LONGEST_BODY_MS = 1_000;
/** One connection, kept for the next event. An agent of one's own takes no proxy from the environment. */
const ONE_CONNECTION = { keepAlive: true, maxSockets: 1 };

export interface WebhookMessage {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What became of one attempt; null as error: delivered. */
export interface Attempt {
  /** What the receiver answered; null when it did not. */
  status: number | null;
  error: string | null;
  durationMs: number;
}

/** Sends to receivers, which anybody may have named: nothing of what they answer is kept but the status. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly config: Config,
    private readonly resolver: HostResolver,
  ) {}

  /** A way to one receiver, for several events in a row; it must be closed. */
  open(): WebhookConnection {
    return new WebhookConnection(this.resolver, this.config.webhooks.allowsPrivate);
  }
}

export class WebhookConnection {
  private readonly http = new HttpAgent(ONE_CONNECTION);
  private readonly https = new HttpsAgent(ONE_CONNECTION);

  constructor(
    private readonly resolver: HostResolver,
    private readonly allowsPrivate: boolean,
  ) {}

  /**
   * One attempt. It never throws, follows no redirect, and ends after `TIMEOUT_MS`.
   *
   * @param stop ends it early
   * @returns null when it was ended early: whether the event arrived is not known
   */
  async send(message: WebhookMessage, stop: AbortSignal): Promise<Attempt | null> {
    const startedAt = performance.now();
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, TIMEOUT_MS);
    stop.addEventListener('abort', end);
    const attempt = (status: number | null, error: string | null): Attempt => ({ status, error, durationMs: Math.round(performance.now() - startedAt) });
    try {
      const status = await this.postAgain(message, ending.signal);
      return attempt(status, status >= 200 && status < 300 ? null : `status_${status}`);
    } catch (error) {
      if (stop.aborted) return null;
      return attempt(null, ending.signal.aborted ? 'timeout' : readSendFailure(error));
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  /** A connection that was kept may have been closed by the other side just now: then a new one counts. */
  private async postAgain(message: WebhookMessage, signal: AbortSignal): Promise<number> {
    let request: ClientRequest | undefined;
    try {
      return await this.post(message, signal, (sent) => { request = sent; });
    } catch (error) {
      if (!request?.reusedSocket || signal.aborted || readSendFailure(error) !== 'reset') throw error;
      return this.post(message, signal, () => undefined);
    }
  }

  private async post({ url: address, headers, body }: WebhookMessage, signal: AbortSignal, onSent: (request: ClientRequest) => void): Promise<number> {
    const url = new URL(address);
    const host = hostOf(url);
    // Connecting to an address asks no resolver.
    if (isIP(host) !== 0 && !isAllowedAddress(host, this.allowsPrivate)) throw new PrivateAddressError();
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const options: RequestOptions = { method: 'POST', headers: { ...headers, ...length }, lookup: this.lookup, signal };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps(url, { ...options, agent: this.https }) : requestHttp(url, { ...options, agent: this.http });
      onSent(request);
      request.on('error', reject).once('response', resolve).end(body);
    });
    await discard(response);
    return response.statusCode ?? 0;
  }

  /** The addresses that were checked are the ones connected to: a name that leads elsewhere a moment later leads nowhere. */
  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolver.resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        const isAllowed = addresses.every(({ address }) => isAllowedAddress(address, this.allowsPrivate));
        if (first === undefined || !isAllowed) callback(new PrivateAddressError(), []);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, []),
    );
  };
}

/** What a receiver writes interests nobody; reading it to its end lets the connection serve again. */
function discard(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(() => response.destroy(), LONGEST_BODY_MS);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) response.destroy();
    });
    response.on('error', () => undefined);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
