import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isStillPublished, planNextKey, PUBLISHED_BEFORE_MS, signerAt, USED_FOR_MS, type KeyTimes } from './plan-keys.js';

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 10, 21);
const LONGEST_TOKEN_MS = 15 * MINUTE_MS;

interface Key extends KeyTimes {
  publishedAtMs: number;
}

/** What a replica does at each look, as long as nothing is due. */
function lookAt(keys: Key[], nowMs: number): void {
  for (let next = planNextKey(keys, nowMs, MINUTE_MS); next; next = planNextKey(keys, nowMs, MINUTE_MS)) {
    keys.push({ ...next, publishedAtMs: nowMs });
  }
}

describe('keys', () => {
  it('begin with one that signs at once', () => {
    expect(planNextKey([], NOW, MINUTE_MS)).toEqual({ usedFromMs: NOW, usedUntilMs: NOW + USED_FOR_MS });
    expect(signerAt([], NOW)).toBeNull();
  });

  it('are not due while one signs for long', () => {
    expect(planNextKey([{ usedFromMs: NOW, usedUntilMs: NOW + USED_FOR_MS }], NOW, MINUTE_MS)).toBeNull();
  });

  it('follow each other without a gap, each known for ten minutes before it signs but for the first', () => {
    const keys: Key[] = [];
    for (let nowMs = NOW; nowMs < NOW + 6 * USED_FOR_MS; nowMs += MINUTE_MS) {
      lookAt(keys, nowMs);
      const signer = signerAt(keys, nowMs);
      expect(signer).not.toBeNull();
      if (signer !== keys[0]) expect(nowMs - (signer?.publishedAtMs ?? nowMs)).toBeGreaterThanOrEqual(PUBLISHED_BEFORE_MS);
    }
    expect(keys).toHaveLength(6 + 1);
  });

  it('always have one that signs, and never more, however late a replica looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 * USED_FOR_MS }), { maxLength: 20 }), (steps) => {
        const keys: Key[] = [];
        let nowMs = NOW;
        for (const step of [0, ...steps]) {
          nowMs += step;
          lookAt(keys, nowMs);
          expect(keys.filter((key) => signerAt([key], nowMs) !== null)).toHaveLength(1);
        }
      }),
    );
  });

  it('stay published until nothing that they signed is valid, and not for long after', () => {
    const key = { usedFromMs: NOW, usedUntilMs: NOW + USED_FOR_MS };
    const lastTokenEndsMs = key.usedUntilMs - 1 + LONGEST_TOKEN_MS;
    expect(isStillPublished(key, lastTokenEndsMs)).toBe(true);
    expect(isStillPublished(key, lastTokenEndsMs + 5 * MINUTE_MS)).toBe(false);
  });
});
