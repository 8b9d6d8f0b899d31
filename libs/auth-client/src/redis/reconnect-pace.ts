const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1_000;
const FIRST_SILENCE_MS = 2_000;
const LONGEST_SILENCE_MS = 16_000;

/**
 * How long to wait before connecting again, in milliseconds: twice as long with each failure, a second at most, up to half
 * of it taken off at random, so that the clients of a Redis that was restarted don't all come at once.
 *
 * @param failures connections that ended since a message was last heard, at least 1
 * @param random from 0 to 1
 */
export function reconnectDelayMs(failures: number, random: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS) * (1 - random / 2);
}

/**
 * How long a subscribed connection may say nothing before it counts as cut off, in milliseconds. Four heartbeats; more
 * with each connection that was as silent as the last, because then it is the service that is silent, and connecting
 * anew every two seconds would help nobody.
 *
 * @param silences connections given up for their silence since a message was last heard
 */
export function silenceLimitMs(silences: number): number {
  return Math.min(FIRST_SILENCE_MS * 2 ** silences, LONGEST_SILENCE_MS);
}
