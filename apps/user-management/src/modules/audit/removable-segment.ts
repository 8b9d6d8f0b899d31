import type { SealedEntry } from './seal-entry.js';

/**
 * What of the oldest entries may go: those before the first that is not older than `cutoff`. Clocks of replicas differ, so
 * times don't follow each other strictly; what stands behind a younger entry stays with it. Where nothing but earlier
 * removals would go it isn't worth an entry of its own.
 *
 * @param oldest entries of one chain from its old end on, in their order
 */
export function removableOf(oldest: readonly SealedEntry[], cutoff: Date): readonly SealedEntry[] {
  const firstKept = oldest.findIndex(({ occurredAt }) => occurredAt >= cutoff);
  const removable = firstKept === -1 ? oldest : oldest.slice(0, firstKept);
  return removable.every(({ action }) => action === 'AUDIT_SEGMENT_REMOVED') ? [] : removable;
}
