import type { SecretBox } from './secret-box.js';

const MAX_FAILURES = 5;
const LOCKED_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;
const MAX_KEPT = 10_000;
const TRIM_EVERY = 100;

/** When a guess is allowed. */
export interface GuessRule {
  maxFailures: number;
  /** ISO 8601 in UTC: a lock whose last guess was then or before is over. */
  lockedSince: string;
  /** ISO 8601 in UTC. */
  now: string;
}

/** What may be forgotten. */
export interface TrimRule extends Pick<GuessRule, 'maxFailures' | 'lockedSince'> {
  /** ISO 8601 in UTC: whoever guessed last then or before is forgotten. */
  forgottenSince: string;
  /** The newest are kept; locks that hold are kept beside them. */
  keep: number;
}

/**
 * Counts wrong passwords in a row. The app implements it over its database, so that all replicas count together;
 * `MemorySignInFailureStore` serves tests.
 */
export interface SignInFailureStore {
  /**
   * Counts one guess before it is checked. Among any number at once, on any replica, `maxFailures` get true; the others
   * false, until the lock is over.
   */
  claim(emailKey: string, rule: GuessRule): Promise<boolean>;
  clear(emailKey: string): Promise<void>;
  trim(rule: TrimRule): Promise<void>;
}

/**
 * Five wrong passwords in a row lock an address for 15 minutes, and the right one is refused then too. A guess is counted
 * before it is checked, so parallel guesses can't slip through, and it is counted by address whether or not there is an
 * account: a lock must not tell who has one. What is kept stays bounded: a count is forgotten after a day, and beyond 10,000
 * the oldest counts go first. Locks that hold never go; making one costs five password checks, which bounds them too.
 */
export class SignInLimit {
  #claims = 0;

  constructor(
    private readonly failures: SignInFailureStore,
    private readonly box: SecretBox,
    private readonly now: () => number,
  ) {}

  /** False: locked; nothing may be checked. */
  async claim(emailCanonical: string): Promise<boolean> {
    this.#claims += 1;
    if (this.#claims % TRIM_EVERY === 0) await this.#trim();
    return this.failures.claim(this.#keyOf(emailCanonical), { ...this.#lock(), now: this.#ago(0) });
  }

  /** After the right password, and after an administrator's or the owner's reset. */
  async clear(emailCanonical: string): Promise<void> {
    await this.failures.clear(this.#keyOf(emailCanonical));
  }

  async #trim(): Promise<void> {
    await this.failures.trim({ ...this.#lock(), forgottenSince: this.#ago(FORGOTTEN_AFTER_MS), keep: MAX_KEPT });
  }

  #lock(): Pick<GuessRule, 'maxFailures' | 'lockedSince'> {
    return { maxFailures: MAX_FAILURES, lockedSince: this.#ago(LOCKED_MS) };
  }

  #ago(ms: number): string {
    return new Date(this.now() - ms).toISOString();
  }

  #keyOf(emailCanonical: string): string {
    return this.box.nameOf(`sign-in ${emailCanonical}`);
  }
}
