const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const FIRST_MS = 5 * SECOND_MS;
/** A receiver that is back waits no longer than that for what it missed. */
const LONGEST_MS = HOUR_MS;

/** An event that fails so long ends its webhook. */
export const PATIENCE_MS = 3 * 24 * HOUR_MS;

/**
 * How long to wait before the next attempt, in milliseconds: seconds at first, then minutes, then an hour, with jitter.
 * Standard Webhooks recommends 5 seconds to start with, and three days in all; its later waits of up to a day are for
 * senders who go on with the next event meanwhile. Here events keep their order, so all later ones would wait as well.
 *
 * @param attempts how many failed before this one
 * @param random from 0 to 1
 */
export function webhookRetryDelay(attempts: number, random = Math.random()): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempts, 20), LONGEST_MS) * (0.5 + random / 2);
}
