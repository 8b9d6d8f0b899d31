import { IdentityProviderError } from './errors.js';

/** Revocations overtake everything else that waits, and the last of the tokens are theirs. */
export type Lane = 'revocation' | 'ordinary';

/** A token bucket as providers describe their limits. */
export interface PacerOptions {
  /** How many requests may go at once after a quiet time. */
  burst: number;
  /** How many tokens come back each second. */
  perSecond: number;
  /** Tokens that ordinary requests leave for revocations; less than `burst`. */
  reserved?: number;
  /** The longest wait for a token, in milliseconds; a request that would wait longer is refused at once. */
  maxWaitMs: number;
  /** A clock that never goes back, in milliseconds; for tests. */
  now?: () => number;
}

interface Waiter {
  lane: Lane;
  admit: () => void;
  refuse: (error: IdentityProviderError) => void;
  deadline: number;
}

/**
 * Keeps an adapter's requests below the provider's rate limit. The limit belongs to the tenant and other applications
 * share it, so a 429 still happens: `pauseFor` then holds everything back for as long as the provider asked.
 */
export class RequestPacer {
  readonly #options: Required<PacerOptions>;
  #tokens: number;
  #countedAt: number;
  #pausedUntil = 0;
  #waiting: Waiter[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PacerOptions) {
    this.#options = { reserved: 0, now: () => performance.now(), ...options };
    if (this.#options.reserved >= options.burst) throw new RangeError('reserved has to be less than burst');
    this.#tokens = options.burst;
    this.#countedAt = this.#options.now();
  }

  /**
   * Resolves when the request may go.
   *
   * @param signal gives the place in the queue up: whoever no longer waits must not use up a token
   * @throws IdentityProviderError `throttled`, not done, with the time until it is worth asking again
   */
  take(lane: Lane, signal?: AbortSignal): Promise<void> {
    this.#refill();
    const ahead = this.#waiting.filter((waiter) => lane === 'ordinary' || waiter.lane === 'revocation').length;
    const waitMs = this.#waitOf(lane, ahead);
    if (waitMs > this.#options.maxWaitMs || signal?.aborted) return Promise.reject(busy(waitMs));
    if (waitMs === 0) {
      this.#tokens -= 1;
      return Promise.resolve();
    }
    return new Promise((admit, refuse) => {
      const waiter = { lane, admit, refuse, deadline: this.#options.now() + this.#options.maxWaitMs };
      this.#waiting.push(waiter);
      signal?.addEventListener('abort', () => this.#giveUp(waiter), { once: true });
      this.#schedule();
    });
  }

  /** Lets nothing through for this long, in milliseconds: the provider said so. Whoever can't wait so long is refused now. */
  pauseFor(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#options.now() + milliseconds);
    this.#refuseAll(({ deadline }) => deadline < this.#pausedUntil);
    this.#schedule();
  }

  #giveUp(waiter: Waiter): void {
    this.#refuseAll((other) => other === waiter);
    this.#schedule();
  }

  #refuseAll(isRefused: (waiter: Waiter) => boolean): void {
    const refused = this.#waiting.filter(isRefused);
    this.#waiting = this.#waiting.filter((waiter) => !isRefused(waiter));
    for (const waiter of refused) waiter.refuse(busy(this.#waitOf(waiter.lane, this.#waiting.length)));
  }

  #refill(): void {
    const now = this.#options.now();
    const { burst, perSecond } = this.#options;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) / 1000) * perSecond);
    this.#countedAt = now;
  }

  /** In milliseconds, until this lane has a token when that many go before. */
  #waitOf(lane: Lane, ahead: number): number {
    const { perSecond, reserved, now } = this.#options;
    const missing = 1 + ahead + (lane === 'ordinary' ? reserved : 0) - this.#tokens;
    return Math.max(0, Math.ceil((missing / perSecond) * 1000), Math.ceil(this.#pausedUntil - now()));
  }

  #schedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const next = this.#next();
    if (!next) return;
    this.#refill();
    const untilDeadline = Math.min(...this.#waiting.map(({ deadline }) => deadline)) - this.#options.now();
    const delayMs = Math.max(1, Math.min(this.#waitOf(next.lane, 0), untilDeadline));
    this.#timer = setTimeout(() => this.#serve(), delayMs);
  }

  #serve(): void {
    this.#refill();
    for (let next = this.#next(); next && this.#waitOf(next.lane, 0) === 0; next = this.#next()) {
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#tokens -= 1;
      next.admit();
    }
    const now = this.#options.now();
    this.#refuseAll(({ deadline }) => deadline <= now);
    this.#schedule();
  }

  #next(): Waiter | undefined {
    return this.#waiting.find(({ lane }) => lane === 'revocation') ?? this.#waiting[0];
  }
}

function busy(retryAfterMs: number): IdentityProviderError {
  return new IdentityProviderError('throttled', 'not_done', 'the provider’s rate limit is used up', Math.max(1, retryAfterMs));
}
