import { countReordered } from './check-delivery.js';
import { longestAllowance } from './check-decisions.js';
import type { Cluster } from './cluster.js';

/** One line of text for each thing that was measured. */
export function describeFigures(cluster: Cluster, events: number, drainedMs: readonly number[]): string[] {
  const { listeners, administrator, memory, revocations, load, ledger } = cluster;
  const { answered, unanswered, unavailable, longestMs } = administrator.figures;
  const { done } = revocations;
  const subscribers = listeners.subscribers.map(({ subscriber, model }) => {
    const { name, seen, delivered, duplicates } = subscriber;
    const lost = events - seen.size;
    return `${name}: ${seen.size} of ${events} events, lost ${lost}, reordered per user ${countReordered(delivered)}, sent twice on the channel ${duplicates}, dropped as known ${model.dropped}`;
  });
  const deciders = listeners.deciders.map((decisions) => {
    const latest = longestAllowance(done, decisions).toFixed(0);
    return `${decisions.name}: ${decisions.count} decisions about ${done.length} revoked users, at most ${latest} ms late, versions that went back ${decisions.regressions.length}`;
  });
  return [
    `${events} events; ${load.acknowledged} writes, ${ledger.imported.length} imported people and ${ledger.written.size} slow transactions acknowledged`,
    `${answered} answers (${unavailable} of them 503), ${unanswered} broken off, the longest ${longestMs.toFixed(0)} ms`,
    ...subscribers,
    ...deciders,
    `drained after a fault in at most ${Math.max(0, ...drainedMs).toFixed(0)} ms; at most ${memory.highestMb} MB a replica`,
  ];
}
