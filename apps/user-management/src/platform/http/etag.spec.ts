import { describe, expect, it } from '@jest/globals';
import { AppError } from '../errors/app-error.js';
import { contentEtag, matchesNone, requireMatch, strongEtag } from './etag.js';

const refusal = (header: string | null, etag: string): string | null => {
  try {
    requireMatch(header, etag);
    return null;
  } catch (error) {
    return (error as AppError).code;
  }
};

describe('requireMatch', () => {
  it.each([null, '*', ' * ', '"7"', '"6", "7"', '"6","7" , "8"'])('lets %j pass', (header) => {
    expect(refusal(header, '"7"')).toBeNull();
  });

  it.each(['"6"', '', '7', '"77"', '"7', '"6", "8"', 'W/"6"'])('refuses %j', (header) => {
    expect(refusal(header, '"7"')).toBe('precondition.failed');
  });

  it('compares strongly: a weak tag never matches (RFC 9110 section 13.1.1)', () => {
    expect(refusal('W/"7"', '"7"')).toBe('precondition.failed');
  });
});

describe('matchesNone', () => {
  it.each([undefined, '"6"', '7', '', '"6", W/"8"'])('is true for %j: the answer is sent', (header) => {
    expect(matchesNone(header, '"7"')).toBe(true);
  });

  it.each(['"7"', 'W/"7"', '"6", "7"', '"6",W/"7"', '*', ' * '])('is false for %j: the caller has it', (header) => {
    expect(matchesNone(header, '"7"')).toBe(false);
  });
});

describe('tags', () => {
  it('are quoted', () => {
    expect(strongEtag(7)).toBe('"7"');
    expect(contentEtag({ a: 1 })).toMatch(/^"[\w-]{22}"$/);
  });

  it('of contents differ as the contents do', () => {
    expect(contentEtag({ a: 1 })).toBe(contentEtag({ a: 1 }));
    expect(contentEtag({ a: 1 })).not.toBe(contentEtag({ a: '1' }));
  });
});
