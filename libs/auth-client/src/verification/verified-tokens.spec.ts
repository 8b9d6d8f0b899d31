import { generateKeyPairSync } from 'node:crypto';
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.js';

let nowMs = 1_000;
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const verified = (subject: string, expiresAtMs = 2_000): VerifiedToken => ({
  keyId: 'k',
  key: { key: publicKey, algorithms: ['ES256'] },
  keys: { peek: () => null },
  principal: { type: 'user', subject, scopes: [], expiresAtMs },
});
const remember = (maxEntries: number, ...digests: string[]): VerifiedTokens => {
  const tokens = new VerifiedTokens(maxEntries, () => nowMs);
  for (const digest of digests) tokens.add(digest, verified(digest));
  return tokens;
};
const found = (tokens: VerifiedTokens, ...digests: string[]): string[] => digests.filter((digest) => tokens.find(digest));

beforeEach(() => {
  nowMs = 1_000;
});

test('finds what was added, and nothing else', () => {
  const tokens = remember(2, 'a');
  expect(tokens.find('a')?.principal.subject).toBe('a');
  expect(tokens.find('b')).toBeNull();
});

test('the oldest makes room, again and again', () => {
  const tokens = remember(2, 'a', 'b', 'c');
  expect(found(tokens, 'a', 'b', 'c')).toEqual(['b', 'c']);
  for (const digest of ['d', 'e', 'f', 'g']) tokens.add(digest, verified(digest));
  expect(found(tokens, 'a', 'b', 'c', 'd', 'e', 'f', 'g')).toEqual(['f', 'g']);
});

test('room for one is room for the newest', () => {
  expect(found(remember(1, 'a', 'b', 'c'), 'a', 'b', 'c')).toEqual(['c']);
});

test('a token added again is what was added last', () => {
  const tokens = remember(2, 'a');
  tokens.add('a', verified('other'));
  expect(tokens.find('a')?.principal.subject).toBe('other');
});

test('forgets a token that has expired, which then takes no room', () => {
  const tokens = remember(2, 'a');
  tokens.add('b', verified('b', 3_000));
  nowMs = 1_999;
  expect(found(tokens, 'a', 'b')).toEqual(['a', 'b']);
  nowMs = 2_000;
  expect(found(tokens, 'a', 'b')).toEqual(['b']);
  nowMs = 1_000;
  expect(found(tokens, 'a', 'b')).toEqual(['b']);
  tokens.add('c', verified('c'));
  expect(found(tokens, 'b', 'c')).toEqual(['b', 'c']);
});

test('does not remember a token that has expired already', () => {
  const tokens = remember(2);
  tokens.add('a', verified('a', 1_000));
  nowMs = 0;
  expect(tokens.find('a')).toBeNull();
});

test('room for none remembers none', () => {
  expect(found(remember(0, 'a'), 'a')).toEqual([]);
});
