import type { FakeAnswer } from '../fake-server.js';
import { refusal } from './auth0-answers.js';
import type { RateLimit } from './auth0-settings.js';

/** The bucket of a tenant, or of one e-mail at `/dbconnections/change_password`. */
export class TokenBucket {
  #tokens: number;
  #countedAt: number | null = null;

  constructor(
    private readonly limit: RateLimit,
    private readonly now: () => number,
  ) {
    this.#tokens = limit.burst;
  }

  /** Null when the request may go; else the 429. */
  take(): FakeAnswer | null {
    const now = this.now();
    this.#tokens = Math.min(this.limit.burst, this.#tokens + ((now - (this.#countedAt ?? now)) / 1000) * this.limit.perSecond);
    this.#countedAt = now;
    if (this.#tokens < 1) return { ...refusal(429, 'Global limit has been reached', 'too_many_requests'), headers: this.headers() };
    this.#tokens -= 1;
    return null;
  }

  /** `Reset` is when the next request may go, in epoch seconds. */
  headers(): Record<string, string> {
    const waitMs = Math.max(0, ((1 - this.#tokens) / this.limit.perSecond) * 1000);
    return {
      'x-ratelimit-limit': String(this.limit.burst),
      'x-ratelimit-remaining': String(Math.floor(this.#tokens)),
      'x-ratelimit-reset': String(Math.ceil((this.now() + waitMs) / 1000)),
    };
  }
}
