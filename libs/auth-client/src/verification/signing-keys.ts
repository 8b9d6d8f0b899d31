import { setTimeout as delay } from 'node:timers/promises';
import { AuthError } from '../auth-error.js';
import { fetchSigningKeys, type JwksEndpoint, type SigningKeySet } from './fetch-signing-keys.js';
import { isSameKey, type SigningKey } from './signing-key.js';

const MINUTE_MS = 60_000;
/** From this age on the keys are fetched again, while requests go on with those at hand. */
const REFRESH_AFTER_MS = 5 * MINUTE_MS;
/** Keys count without waiting as long as the endpoint was asked, in vain or not, within this time. */
const ASKED_WITHIN_MS = 10 * MINUTE_MS;
/** While the endpoint fails, keys stay usable up to this age. */
const USABLE_FOR_MS = 60 * MINUTE_MS;
/** Least time between two fetches for unknown keys, and between two refreshes. */
const FETCH_INTERVAL_MS = 30_000;
/** Least time between two attempts while there is no usable key at all, so that a late issuer delays a start little. */
const EMPTY_RETRY_MS = 2_000;
/** How long the first requests after an idle time wait for an endpoint that may be hanging. */
const PATIENCE_MS = 300;

interface Flight {
  settled: Promise<void>;
  /** As `settled`, or a short time if that is sooner. */
  patience: Promise<void>;
}

/**
 * The issuer's keys (DESIGN 10). There is no timer: ages are looked at when a token comes.
 *
 * A flood of unknown keys causes one fetch per 30 s. A key that the issuer removes is dead within 10 minutes: by then the
 * endpoint was asked again, if need be while the request waits. While the endpoint fails or hangs, known keys serve for an
 * hour and nobody waits, but for the requests that find it so after 10 minutes without any: they share one wait of 300 ms.
 */
export class SigningKeys {
  #keys: SigningKeySet = new Map();
  #fetchedAtMs = -Infinity;
  #attemptedAtMs = -Infinity;
  /** Start of the newest attempt whose outcome is known: it was answered, it failed, or a request waited in vain. */
  #askedAtMs = -Infinity;
  #askedForUnknownAtMs = -Infinity;
  #flight: Flight | null = null;

  /** @param clock for ages, in milliseconds since any moment; it never goes back, lest a removed key live on */
  constructor(
    private readonly endpoint: JwksEndpoint,
    private readonly clock: () => number,
  ) {}

  /** The key when it may be used without waiting for anything; starts a refresh that is due. */
  peek(keyId: string): SigningKey | null {
    if (this.#elapsedMs(this.#fetchedAtMs) >= REFRESH_AFTER_MS) {
      this.#refreshWhenDue();
      if (!this.#mayServe()) return null;
    }
    return this.#keys.get(keyId) ?? null;
  }

  /**
   * The key, fetched if need be; null when the issuer doesn't have it.
   *
   * @throws AuthError `context.unavailable` when there are no usable keys and the endpoint gives none, and for an unknown
   *   key while the endpoint doesn't answer: it may be a new one, whose users must not be signed out
   */
  async get(keyId: string): Promise<SigningKey | null> {
    const fetchedBeforeMs = this.#fetchedAtMs;
    const known = this.peek(keyId) ?? (await this.#waitFor(keyId));
    if (known) return known;
    if (this.#fetchedAtMs !== fetchedBeforeMs) this.#askedForUnknownAtMs = this.clock();
    else await this.#fetchForUnknown();
    if (this.#attemptedAtMs !== this.#fetchedAtMs) throw unavailable();
    return this.#keys.get(keyId) ?? null;
  }

  async #waitFor(keyId: string): Promise<SigningKey | null> {
    if (this.#isUsable()) {
      await this.#flight?.patience;
      this.#askedAtMs = this.#attemptedAtMs;
    } else {
      await this.#flight?.settled;
    }
    if (!this.#mayServe()) throw unavailable();
    return this.#keys.get(keyId) ?? null;
  }

  #isUsable(): boolean {
    return this.#elapsedMs(this.#fetchedAtMs) < USABLE_FOR_MS;
  }

  #mayServe(): boolean {
    return this.#isUsable() && this.#elapsedMs(this.#askedAtMs) < ASKED_WITHIN_MS;
  }

  #refreshWhenDue(): void {
    const intervalMs = this.#isUsable() ? FETCH_INTERVAL_MS : EMPTY_RETRY_MS;
    if (!this.#flight && this.#elapsedMs(this.#attemptedAtMs) >= intervalMs) this.#start();
  }

  async #fetchForUnknown(): Promise<void> {
    if (!this.#flight && this.#elapsedMs(this.#askedForUnknownAtMs) >= FETCH_INTERVAL_MS) this.#start();
    if (!this.#flight) return;
    this.#askedForUnknownAtMs = this.#attemptedAtMs;
    await this.#flight.settled;
  }

  #start(): void {
    this.#attemptedAtMs = this.clock();
    const settled = this.#load(this.#attemptedAtMs);
    const patience = Promise.race([settled, delay(PATIENCE_MS, undefined, { ref: false })]);
    this.#flight = { settled, patience };
  }

  /** Never rejects: what a failure means depends on the age of the keys at hand. */
  async #load(startedAtMs: number): Promise<void> {
    try {
      const fetched = await fetchSigningKeys(this.endpoint);
      this.#keys = new Map([...fetched].map(([keyId, key]) => [keyId, this.#unchanged(keyId, key) ?? key]));
      this.#fetchedAtMs = startedAtMs;
    } catch {
      // The keys at hand stay, and grow older. Asking for an unknown one now would double the attempts.
      this.#askedForUnknownAtMs = startedAtMs;
    } finally {
      this.#askedAtMs = startedAtMs;
      this.#flight = null;
    }
  }

  /** A key that didn't change stays the same object, so that tokens verified with it stay remembered. */
  #unchanged(keyId: string, fetched: SigningKey): SigningKey | null {
    const held = this.#keys.get(keyId);
    return held && isSameKey(held, fetched) ? held : null;
  }

  #elapsedMs(sinceMs: number): number {
    return this.clock() - sinceMs;
  }
}

const unavailable = (): AuthError => new AuthError('context.unavailable', "The issuer's keys can not be fetched");
