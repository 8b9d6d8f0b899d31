import type { AnswerFigures } from './administrator.js';
import { findingsOf, type Finding } from './findings.js';
import type { MemoryWatch } from './memory-watch.js';
import type { Decisions } from './prober.js';
import type { Revocation } from './revocations.js';

/** DESIGN section 10: without a heartbeat for 2 s nothing is trusted. */
export const REVOCATION_BOUND_MS = 2_000;
/** For timers and the turn of the event loop in which the decision is written down, on a busy machine. */
export const REVOCATION_MARGIN_MS = 1_000;

/** I4: nobody is let in later than the bound after their revocation was acknowledged. */
export function checkRevocations(revocations: readonly Revocation[], deciders: readonly Decisions[]): Finding[] {
  const late = revocations.flatMap(({ during, userId, ackedAtMs }) =>
    deciders.flatMap(({ name, lastAllowedAt }) => {
      const afterMs = (lastAllowedAt.get(userId) ?? -Infinity) - ackedAtMs;
      const isLate = afterMs > REVOCATION_BOUND_MS + REVOCATION_MARGIN_MS;
      return isLate ? [`${name} let a user in ${afterMs.toFixed(0)} ms after the revocation (${during})`] : [];
    }),
  );
  return findingsOf('I4', late);
}

/** @returns the longest that anybody was let in after a revocation, in milliseconds */
export function longestAllowance(revocations: readonly Revocation[], { lastAllowedAt }: Decisions): number {
  return Math.max(0, ...revocations.map(({ userId, ackedAtMs }) => (lastAllowedAt.get(userId) ?? -Infinity) - ackedAtMs));
}

/** I5: what a decider knows of a user never becomes older. */
export function checkVersions(deciders: readonly Decisions[]): Finding[] {
  return findingsOf('I5', deciders.flatMap(({ regressions }) => regressions));
}

/** What has to be over once a fault is, and how long that took. */
export interface Drained {
  what: string;
  withinMs: number;
  tookMs: number;
  isDone: boolean;
}

/** I9: errors are 503 and 504 with a code, nothing hangs, memory stays in its budget, queues drain in time. */
export function checkBounds(figures: AnswerFigures, memory: MemoryWatch, drained: readonly Drained[]): Finding[] {
  return findingsOf('I9', [
    ...figures.wrong,
    ...memory.findings(),
    ...drained.filter(({ isDone }) => !isDone).map(({ what, withinMs }) => `${what} after ${withinMs} ms`),
  ]);
}
