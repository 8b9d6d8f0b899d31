import { setTimeout as delay } from 'node:timers/promises';
import { AuthError } from './auth-error.js';
import { fetchSigningKeys, type JwksEndpoint, type SigningKey, type SigningKeySet } from './fetch-signing-keys.js';

const MINUTE_MS = 60_000;
/** From this age on the keys are fetched again, while requests go on with those at hand. */
const REFRESH_AFTER_MS = 5 * MINUTE_MS;
/** From this age on a key counts only once the endpoint was asked again: a removed key is dead by then. */
const TRUSTED_FOR_MS = 10 * MINUTE_MS;
/** While the endpoint fails, keys stay usable up to this age. */
const USABLE_FOR_MS = 60 * MINUTE_MS;
/** Least time between two fetches for unknown keys, and between two refreshes. */
const FETCH_INTERVAL_MS = 30_000;
/** Least time between two attempts while there is no usable key at all, so that a late issuer delays a start little. */
const EMPTY_RETRY_MS = 2_000;
/** How long requests with a known key wait for an endpoint that may be hanging. */
const PATIENCE_MS = 300;

interface Flight {
  settled: Promise<void>;
  /** As `settled`, or a short time if that is sooner. */
  patience: Promise<void>;
}

/**
 * The issuer's keys, kept so that a flood of unknown keys causes one fetch per 30 s, an endpoint that fails or hangs
 * doesn't stop requests whose key is known (for an hour), and a removed key is dead within 10 minutes (DESIGN 10). There
 * is no timer: ages are looked at when a token comes.
 */
export class SigningKeys {
  #keys: SigningKeySet = new Map();
  #fetchedAtMs = -Infinity;
  #attemptedAtMs = -Infinity;
  #askedForUnknownAtMs = -Infinity;
  #flight: Flight | null = null;

  constructor(
    private readonly endpoint: JwksEndpoint,
    private readonly now: () => number,
  ) {}

  /** The key when it may be used without waiting for anything; starts a refresh that is due. */
  peek(keyId: string): SigningKey | null {
    const age = this.#age();
    if (age < REFRESH_AFTER_MS) return this.#keys.get(keyId) ?? null;
    this.#refreshWhenDue();
    const isTrusted = age < TRUSTED_FOR_MS || (age < USABLE_FOR_MS && this.#flight === null);
    return isTrusted ? (this.#keys.get(keyId) ?? null) : null;
  }

  /**
   * The key, fetched if need be; null when the issuer doesn't have it.
   *
   * @throws AuthError `context.unavailable` when there are no usable keys and the endpoint gives none
   */
  async get(keyId: string): Promise<SigningKey | null> {
    const fetchedBeforeMs = this.#fetchedAtMs;
    await this.#freshen();
    if (this.#age() >= USABLE_FOR_MS) throw new AuthError('context.unavailable', "The issuer's keys can not be fetched");

    const known = this.#keys.get(keyId);
    if (known) return known;
    if (this.#fetchedAtMs !== fetchedBeforeMs) this.#askedForUnknownAtMs = this.now();
    else await this.#fetchForUnknown();
    return this.#keys.get(keyId) ?? null;
  }

  async #freshen(): Promise<void> {
    const age = this.#age();
    if (age < REFRESH_AFTER_MS) return;
    this.#refreshWhenDue();
    if (age >= USABLE_FOR_MS) await this.#flight?.settled;
    else if (age >= TRUSTED_FOR_MS) await this.#flight?.patience;
  }

  #refreshWhenDue(): void {
    const interval = this.#age() < USABLE_FOR_MS ? FETCH_INTERVAL_MS : EMPTY_RETRY_MS;
    if (!this.#flight && this.now() - this.#attemptedAtMs >= interval) this.#start();
  }

  async #fetchForUnknown(): Promise<void> {
    if (!this.#flight && this.now() - this.#askedForUnknownAtMs >= FETCH_INTERVAL_MS) this.#start();
    if (!this.#flight) return;
    this.#askedForUnknownAtMs = this.#attemptedAtMs;
    await this.#flight.settled;
  }

  #start(): void {
    this.#attemptedAtMs = this.now();
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
      // The keys at hand stay, and grow older.
    } finally {
      this.#flight = null;
    }
  }

  /** A key that didn't change stays the same object, so that tokens verified with it stay remembered. */
  #unchanged(keyId: string, fetched: SigningKey): SigningKey | null {
    const held = this.#keys.get(keyId);
    return held && held.pem === fetched.pem && held.algorithm === fetched.algorithm ? held : null;
  }

  #age(): number {
    return this.now() - this.#fetchedAtMs;
  }
}
