import type { AttemptResult } from './identity-queue.js';

type Failure = NonNullable<AttemptResult['failure']>;

const FIRST_MS = 1_000;
/** No later than that after the provider is back. */
const LONGEST_MS = 20_000;
const MISCONFIGURED_MS = 60_000;
const INTERNAL_MS = 300_000;

/** What trying again does not mend. */
export function isFinal(failure: Failure): boolean {
  return failure === 'conflict' || failure === 'rejected' || failure === 'not_found';
}

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, with jitter so that replicas and
 * jobs don't come back at once; never less than what the provider asked for.
 *
 * @param attempts how many failed before this one
 * @param random from 0 to 1
 */
export function retryDelay(failure: Failure, attempts: number, retryAfterMs: number | undefined, random = Math.random()): number {
  const jitter = 0.5 + random / 2;
  const doubled = FIRST_MS * 2 ** Math.min(attempts, 20);
  switch (failure) {
    case 'throttled':
      return (retryAfterMs ?? FIRST_MS) + random * FIRST_MS;
    case 'misconfigured':
      return MISCONFIGURED_MS * jitter;
    case 'internal':
      return Math.min(doubled, INTERNAL_MS) * jitter;
    case 'unavailable':
    case 'conflict':
    case 'rejected':
    case 'not_found':
      return Math.max(Math.min(doubled, LONGEST_MS) * jitter, retryAfterMs ?? 0);
  }
}
