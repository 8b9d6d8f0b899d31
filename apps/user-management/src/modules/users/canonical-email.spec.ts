import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalEmail, emailAddress, isEmailAddress } from './canonical-email.js';

describe('canonicalEmail', () => {
  it.each([
    ['  Ada@Example.COM\t', 'ada@example.com'],
    ['ＡＤＡ@example.com', 'ada@example.com'],
    ['Jose\u0301@example.com', 'josé@example.com'],
    ['ﬁn@example.com', 'fin@example.com'],
    ['STRASSE@example.com', 'strasse@example.com'],
  ])('takes %j for %j', (typed, canonical) => {
    expect(canonicalEmail(typed)).toBe(canonical);
  });

  it('keeps apart what only looks alike', () => {
    expect(canonicalEmail('ada@exаmple.com')).not.toBe(canonicalEmail('ada@example.com'));
    expect(canonicalEmail('josé@example.com')).not.toBe(canonicalEmail('jose@example.com'));
    expect(canonicalEmail('a.da+x@example.com')).not.toBe(canonicalEmail('ada@example.com'));
  });

  it('is the same when done again, for every address that is accepted', () => {
    const character = fc.oneof(fc.constantFrom('a', 'Z', '0', '.', '-', '+', 'İ', 'ß', 'ſ', 'Σ'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    const local = fc.array(character, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(local, (name) => {
        const canonical = canonicalEmail(`${name}@Example.com`);
        fc.pre(isEmailAddress(canonical));
        expect(canonicalEmail(canonical)).toBe(canonical);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('emailAddress', () => {
  it.each(['a@b.co', "o'neil+tag@sub.example.com", 'ü@bücher.example', 'A@B.CO'])('accepts %j as typed', (typed) => {
    expect(emailAddress.parse(` ${typed} `)).toBe(typed);
  });

  it.each<[typed: unknown, why: string]>([
    ['', 'nothing'],
    ['ada', 'no @'],
    ['a@b@c.com', 'two @'],
    ['victim@example.com＠evil.com', 'a second @ after normalising'],
    ['"a b"@example.com', 'quotes'],
    ['a b@example.com', 'a space'],
    ['a\u00b4@example.com', 'a space after normalising'],
    ['a@example', 'no dot in the domain'],
    ['a@-example.com', 'a domain label that starts with a hyphen'],
    ['a@example..com', 'an empty domain label'],
    ['a@example.com\u0000', 'NUL'],
    ['a\nb@example.com', 'a line break inside'],
    ['Ada <ada@example.com>', 'a display name'],
    ['a,b@example.com', 'a list'],
    [`${'a'.repeat(65)}@example.com`, 'a local part that is too long'],
    [`a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(20)}.com`, 'too long'],
    ['a\ud800@example.com', 'a broken surrogate'],
    [{ not: '' }, 'an object'],
    [['a@b.co'], 'an array'],
  ])('refuses %j (%s)', (typed) => {
    expect(emailAddress.safeParse(typed).success).toBe(false);
  });
});
