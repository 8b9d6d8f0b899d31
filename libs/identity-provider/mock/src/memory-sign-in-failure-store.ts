import type { GuessRule, SignInFailureStore, TrimRule } from './sign-in-limit.js';

interface Count {
  failures: number;
  lastFailedAt: string;
}

/** Counts in the process, for tests: gone when it ends, unseen by other replicas. */
export class MemorySignInFailureStore implements SignInFailureStore {
  readonly #counts = new Map<string, Count>();

  get size(): number {
    return this.#counts.size;
  }

  claim(emailKey: string, { maxFailures, lockedSince, now }: GuessRule): Promise<boolean> {
    const count = this.#counts.get(emailKey);
    const isOver = !count || (count.failures >= maxFailures && count.lastFailedAt <= lockedSince);
    const failures = isOver ? 0 : count.failures;
    if (failures >= maxFailures) return Promise.resolve(false);
    this.#counts.set(emailKey, { failures: failures + 1, lastFailedAt: now });
    return Promise.resolve(true);
  }

  clear(emailKey: string): Promise<void> {
    this.#counts.delete(emailKey);
    return Promise.resolve();
  }

  trim({ maxFailures, lockedSince, forgottenSince, keep }: TrimRule): Promise<void> {
    const oldestFirst = [...this.#counts].sort(([, one], [, other]) => (one.lastFailedAt < other.lastFailedAt ? -1 : 1));
    let surplus = oldestFirst.length - keep;
    for (const [key, { failures, lastFailedAt }] of oldestFirst) {
      const isLocked = failures >= maxFailures && lastFailedAt > lockedSince;
      if (!isLocked && (surplus > 0 || lastFailedAt <= forgottenSince)) this.#counts.delete(key);
      surplus -= 1;
    }
    return Promise.resolve();
  }
}
