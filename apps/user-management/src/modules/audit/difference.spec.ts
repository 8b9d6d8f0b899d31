import { describe, expect, it } from '@jest/globals';
import { differenceOf } from './difference.js';

describe('differenceOf', () => {
  it('keeps what differs, deeply compared, on both sides', () => {
    expect(differenceOf({ a: 1, b: [1, 2], c: { d: 1 } }, { a: 1, b: [1, 3], c: { d: 1 } })).toEqual({ before: { b: [1, 2] }, after: { b: [1, 3] } });
  });

  it('says null for a field that is on one side only', () => {
    expect(differenceOf({ a: 1 }, { b: 2 })).toEqual({ before: { a: 1, b: null }, after: { a: null, b: 2 } });
  });

  it('keeps all of what has come or gone', () => {
    expect(differenceOf(null, { a: 1 })).toEqual({ before: null, after: { a: 1 } });
    expect(differenceOf({ a: 1 }, null)).toEqual({ before: { a: 1 }, after: null });
  });

  it('is nothing where nothing differs', () => {
    expect(differenceOf({ a: [{ b: 1 }] }, { a: [{ b: 1 }] })).toEqual({ before: null, after: null });
  });
});
