import { describe, expect, it } from '@jest/globals';
import { removableOf } from './removable-segment.js';
import { FIRST_HASH, sealEntry, type SealedEntry } from './seal-entry.js';

const CUTOFF = new Date('2026-02-01T00:00:00Z');
const at = (day: string, action: 'USER_UPDATED' | 'AUDIT_SEGMENT_REMOVED' = 'USER_UPDATED'): SealedEntry =>
  sealEntry(
    { chain: 'texas', sequence: 0n, hash: FIRST_HASH },
    {
      ...{ id: day, occurredAt: new Date(`${day}T00:00:00Z`), action, actor: { type: 'system', id: 's' }, impersonatorId: null },
      ...{ target: { type: 'user', id: 'anna' }, requestId: null, before: null, after: null, personal: null },
    },
  );
const idsOf = (entries: readonly SealedEntry[]) => entries.map(({ id }) => id);

describe('removableOf', () => {
  it('is everything before the first entry that is young enough to stay', () => {
    expect(idsOf(removableOf([at('2026-01-01'), at('2026-01-31'), at('2026-02-01')], CUTOFF))).toEqual(['2026-01-01', '2026-01-31']);
    expect(removableOf([at('2026-01-01')], CUTOFF)).toHaveLength(1);
  });

  it('leaves an old entry that stands behind a younger one: only whole ends go', () => {
    expect(idsOf(removableOf([at('2026-01-01'), at('2026-02-02'), at('2026-01-02')], CUTOFF))).toEqual(['2026-01-01']);
  });

  it('is nothing when only tellings of earlier removals would go', () => {
    expect(removableOf([at('2026-01-01', 'AUDIT_SEGMENT_REMOVED'), at('2026-03-01')], CUTOFF)).toEqual([]);
    expect(removableOf([at('2026-01-01', 'AUDIT_SEGMENT_REMOVED'), at('2026-01-02')], CUTOFF)).toHaveLength(2);
    expect(removableOf([], CUTOFF)).toEqual([]);
  });
});
