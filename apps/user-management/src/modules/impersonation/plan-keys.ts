import { LONGEST_IMPERSONATION_SECONDS } from '@sa-platform/contracts';

const MINUTE_MS = 60_000;

/** How long a key signs. Short, because each start of a replica publishes one, and one that crashes starts often. */
export const USED_FOR_MS = 60 * MINUTE_MS;
/** How long it is published before it signs: verifiers fetch keys anew every five minutes, sooner only now and then. */
export const PUBLISHED_BEFORE_MS = 10 * MINUTE_MS;
/** How long it is published after it signed last: until its last token is over, and the clocks have settled. */
export const PUBLISHED_AFTER_MS = LONGEST_IMPERSONATION_SECONDS * 1000 + MINUTE_MS;

/** When a key signs, in milliseconds since 1970. */
export interface KeyTimes {
  usedFromMs: number;
  usedUntilMs: number;
}

/** The key that signs now; null when there is none, at the start and after the machine slept. */
export function signerAt<Key extends KeyTimes>(keys: readonly Key[], nowMs: number): Key | null {
  return keys.find(({ usedFromMs, usedUntilMs }) => usedFromMs <= nowMs && nowMs < usedUntilMs) ?? null;
}

/**
 * The times of the key that has to be made now: one that signs at once when none does, else the successor, early enough to
 * be known everywhere before it signs.
 *
 * @param lookAgainInMs when this is asked the next time
 * @returns null when none is due
 */
export function planNextKey(keys: readonly KeyTimes[], nowMs: number, lookAgainInMs: number): KeyTimes | null {
  const usedFromMs = Math.max(nowMs, ...keys.map(({ usedUntilMs }) => usedUntilMs));
  const isDue = usedFromMs - nowMs < PUBLISHED_BEFORE_MS + lookAgainInMs;
  return isDue ? { usedFromMs, usedUntilMs: usedFromMs + USED_FOR_MS } : null;
}

/** Whether a token that the key signed may still be valid. */
export function isStillPublished({ usedUntilMs }: KeyTimes, nowMs: number): boolean {
  return nowMs < usedUntilMs + PUBLISHED_AFTER_MS;
}
