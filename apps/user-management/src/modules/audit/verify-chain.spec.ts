import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FIRST_HASH, hashOf, sealEntry, type SealedEntry } from './seal-entry.js';
import { ChainWalk, type Break, type StatedChain } from './verify-chain.js';

const LENGTH = 12;

function chain(length = LENGTH): SealedEntry[] {
  const entries: SealedEntry[] = [];
  let head = { chain: 'texas', sequence: 0n, hash: FIRST_HASH };
  for (let index = 1; index <= length; index++) {
    const next = sealEntry(head, {
      ...{ id: `e${index}`, occurredAt: new Date(index), action: 'USER_UPDATED', actor: { type: 'user', id: 'admin' } },
      ...{ impersonatorId: null, target: { type: 'user', id: 'anna' }, requestId: null, before: null, after: { index } },
      personal: { before: null, after: { phone: String(index) } },
    });
    entries.push(next);
    head = next;
  }
  return entries;
}

function statedBy(entries: SealedEntry[]): StatedChain {
  const last = entries.at(-1);
  return { chain: 'texas', sequence: last?.sequence ?? 0n, hash: last?.hash ?? FIRST_HASH, removedSequence: 0n, removedHash: null };
}

function walk(entries: SealedEntry[], stated: StatedChain): Break | null {
  const walked = new ChainWalk(stated);
  walked.follow(entries);
  return walked.end();
}

describe('ChainWalk', () => {
  it('finds nothing in a chain as it was written, also without its personal parts', () => {
    const entries = chain();
    expect(walk(entries, statedBy(entries))).toBeNull();
    const erased = entries.map((entry) => ({ ...entry, personal: null }));
    expect(walk(erased, statedBy(entries))).toBeNull();
    expect(walk([], statedBy([]))).toBeNull();
  });

  it('names the first entry that was changed, whatever was changed in it', () => {
    const fields = ['id', 'action', 'actorId', 'targetId', 'requestId', 'stateBefore', 'stateAfter', 'previousHash', 'hash', 'personalDigest'] as const;
    fc.assert(
      fc.property(fc.nat(LENGTH - 1), fc.constantFrom(...fields), fc.string(), (index, field, value) => {
        const entries = chain();
        const original = entries[index]!;
        fc.pre(original[field] !== value);
        entries[index] = { ...original, [field]: value };
        expect(walk(entries, statedBy(chain()))).toMatchObject({ sequence: index + 1, reason: 'changed' });
      }),
    );
  });

  it('names an entry that was changed and hashed anew: the next one, or the head, still has the old hash', () => {
    fc.assert(
      fc.property(fc.nat(LENGTH - 1), (index) => {
        const entries = chain();
        const stated = statedBy(entries);
        const forged = { ...entries[index]!, actorId: 'somebody else' };
        entries[index] = { ...forged, hash: hashOf(forged) };
        const isLast = index === LENGTH - 1;
        expect(walk(entries, stated)).toMatchObject({ sequence: isLast ? LENGTH : index + 2, reason: isLast ? 'head_differs' : 'unlinked' });
      }),
    );
  });

  it('names what is missing, wherever it stood', () => {
    for (let index = 0; index < LENGTH; index++) {
      const entries = chain();
      const stated = statedBy(entries);
      entries.splice(index, 1);
      expect(walk(entries, stated)).toEqual({ sequence: index + 1, entryId: null, reason: 'missing' });
    }
  });

  it('names entries that changed places', () => {
    const entries = chain();
    const stated = statedBy(entries);
    entries.splice(3, 2, { ...entries[4]!, sequence: 4n }, { ...entries[3]!, sequence: 5n });
    expect(walk(entries, stated)).toMatchObject({ sequence: 4, reason: 'changed' });
  });

  it('names a personal part that is not the one that was hashed', () => {
    const entries = chain();
    entries[5] = { ...entries[5]!, personal: entries[4]!.personal };
    expect(walk(entries, statedBy(chain()))).toBeDefined();
    expect(walk(entries, statedBy(entries))).toEqual({ sequence: 6, entryId: 'e6', reason: 'personal_changed' });
  });

  it('goes on where another walk came to, and holds as the whole does', () => {
    const entries = chain();
    const stated = statedBy(entries);
    const first = new ChainWalk(stated);
    first.follow(entries.slice(0, 5));
    expect({ isOver: first.isOver, entries: first.entries }).toEqual({ isOver: false, entries: 5 });
    const second = new ChainWalk(stated, first.reached);
    second.follow(entries.slice(5));
    expect({ isOver: second.isOver, entries: second.entries, broken: second.end() }).toEqual({ isOver: true, entries: 7, broken: null });
    const torn = new ChainWalk(stated, { ...first.reached, hash: FIRST_HASH });
    torn.follow(entries.slice(5));
    expect(torn.end()).toMatchObject({ sequence: 6, reason: 'unlinked' });
  });

  it('believes that entries were removed only when an entry behind them says which', () => {
    const entries = chain();
    const last = entries[3]!;
    const removal = sealEntry(entries.at(-1)!, {
      ...{ id: 'r', occurredAt: new Date(99), action: 'AUDIT_SEGMENT_REMOVED', actor: { type: 'system', id: 's' }, impersonatorId: null },
      ...{ target: { type: 'audit', id: null }, requestId: null, before: null, personal: null },
      after: { through: 4, hash: last.hash, entries: 4 },
    });
    const left = [...entries.slice(4), removal];
    const stated = { ...statedBy(left), removedSequence: 4n, removedHash: last.hash };
    expect(walk(left, stated)).toBeNull();
    expect(walk(entries.slice(4), { ...statedBy(entries), removedSequence: 4n, removedHash: last.hash })).toMatchObject({ reason: 'removal_untold' });
    expect(walk(left.slice(1), { ...stated, removedSequence: 5n, removedHash: entries[4]!.hash })).toMatchObject({ reason: 'removal_untold' });
  });
});
