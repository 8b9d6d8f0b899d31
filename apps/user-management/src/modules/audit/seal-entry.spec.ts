import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, FIRST_HASH, hashOf, readPersonal, sealEntry, type SealedEntry, type UnsealedEntry } from './seal-entry.js';

const entry = (changes: Partial<UnsealedEntry> = {}): UnsealedEntry => ({
  id: 'e1',
  occurredAt: new Date('2026-01-01T00:00:00.123Z'),
  action: 'USER_UPDATED',
  actor: { type: 'user', id: 'admin' },
  impersonatorId: null,
  target: { type: 'user', id: 'anna' },
  requestId: 'r1',
  before: { status: 'active' },
  after: { status: 'suspended' },
  personal: { before: { phone: '1' }, after: { phone: '2' } },
  ...changes,
});
const start = { chain: 'texas', sequence: 0n, hash: FIRST_HASH };

describe('sealEntry', () => {
  it('puts the entry behind the head, and the next one behind it', () => {
    const first = sealEntry(start, entry());
    const second = sealEntry(first, entry({ id: 'e2' }));
    expect(first).toMatchObject({ chain: 'texas', sequence: 1n, previousHash: FIRST_HASH, stateAfter: '{"status":"suspended"}' });
    expect(second).toMatchObject({ sequence: 2n, previousHash: first.hash });
    expect(hashOf(second)).toBe(second.hash);
  });

  it('hashes the same for ever: what was proved before an update of this service is proved after it', () => {
    const sealed = sealEntry(start, entry({ personal: null }));
    expect(sealed.hash).toBe('c10f11fe69f6dc408566cc66b5c2df645d71518d8af1b6380be30f8388563487');
  });

  it('gives every field its own place in the hash', () => {
    const sealed = sealEntry(start, entry());
    const others: { [Field in keyof Omit<SealedEntry, 'hash' | 'personal'>]: SealedEntry[Field] } = {
      ...{ chain: 'ohio', sequence: 2n, id: 'e2', occurredAt: new Date(0), action: 'USER_CREATED' },
      ...{ actorType: 'service', actorId: 'other', impersonatorId: 'root', targetType: 'role', targetId: null },
      ...{ requestId: null, stateBefore: null, stateAfter: '{}', personalDigest: null, previousHash: sealed.hash },
    };
    const hashes = Object.entries(others).map(([field, value]) => hashOf({ ...sealed, [field]: value }));
    expect(new Set([sealed.hash, ...hashes]).size).toBe(hashes.length + 1);
  });

  it('never lets the end of one field pass for the beginning of the next', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        const sealed = sealEntry(start, entry({ personal: null }));
        const one = hashOf({ ...sealed, actorId: a + b, targetId: c });
        const other = hashOf({ ...sealed, actorId: a, targetId: b + c });
        expect(one === other).toBe(b === '');
      }),
    );
  });

  it('keeps the personal part apart, salted, so that the same words have another digest each time', () => {
    const [one, other] = [sealEntry(start, entry()), sealEntry(start, entry())];
    expect(one.personalDigest).toBe(digestOf(one.personal ?? ''));
    expect(one.personalDigest).not.toBe(other.personalDigest);
    expect(readPersonal(one.personal ?? '')).toEqual({ before: { phone: '1' }, after: { phone: '2' } });
    expect(hashOf({ ...one, personal: null })).toBe(one.hash);
  });
});
