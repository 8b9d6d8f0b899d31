import type { DriftKind, RepairDirection, Sides } from './drift.js';

type Registration = 'approval' | 'closed';

/** Where our database may take over what the provider says: only where that gives nobody access. */
const MAY_PULL: Record<DriftKind, (sides: Sides, registration: Registration) => boolean> = {
  missing_there: () => false,
  missing_here: ({ theirs }, registration) => {
    const isStrangers = theirs?.is_marked === false && !theirs.blocked;
    return isStrangers && theirs.is_adoptable === true && registration === 'approval';
  },
  // A block is taken over, a block that was lifted is not.
  blocked_differs: ({ ours, theirs }) => theirs?.blocked === true && ours?.status === 'active',
  email_differs: ({ theirs }) => theirs?.email_verified === true && theirs.is_adoptable === true,
  claims_differ: () => false,
};

/**
 * The ways in which a discrepancy may be repaired. Our database is the source of truth, so it can always be pushed.
 *
 * @param registration whether strangers may become pending users (`REGISTRATION`)
 */
export function allowedRepairs(kind: DriftKind, sides: Sides, registration: Registration): RepairDirection[] {
  return MAY_PULL[kind](sides, registration) ? ['push', 'pull'] : ['push'];
}
