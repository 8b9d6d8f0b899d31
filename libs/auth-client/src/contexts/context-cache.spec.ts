import { buildContext } from '../testing/index.js';
import { ContextCache, type HeldContext } from './context-cache.js';
import { INVALIDATE_ALL, invalidateUser } from './invalidation.js';

const held = (userId: string, version = 1): HeldContext => ({
  context: buildContext({ user_id: userId, version }),
  etag: `"${version}"`,
  askedAtMs: 100,
});

test('finds by subject and by id; by subject only whom their own token brought', () => {
  const cache = new ContextCache(10);
  cache.put('auth0|1', held('one'));
  cache.put(null, held('two'));
  expect(cache.findBySubject('auth0|1')).toEqual(held('one'));
  expect(cache.findByUserId('one')).toEqual(held('one'));
  expect(cache.findByUserId('two')).toEqual(held('two'));
  expect(cache.findBySubject('two')).toBeNull();
  expect(cache.findByUserId('auth0|1')).toBeNull();
});

test('keeps the subject when the user is asked for by id', () => {
  const cache = new ContextCache(10);
  cache.put('auth0|1', held('one'));
  cache.put(null, held('one', 2));
  expect(cache.findBySubject('auth0|1')).toEqual(held('one', 2));
});

test('a user whose subject changed is found by the new one only', () => {
  const cache = new ContextCache(10);
  cache.put('auth0|1', held('one'));
  cache.put('auth0|2', held('one', 2));
  expect(cache.findBySubject('auth0|1')).toBeNull();
  expect(cache.findBySubject('auth0|2')).toEqual(held('one', 2));
});

test('a subject that became another user finds that one, also after the first is gone', () => {
  const cache = new ContextCache(2);
  cache.put('auth0|1', held('one'));
  cache.put('auth0|1', held('two'));
  cache.put(null, held('three'));
  expect(cache.findByUserId('one')).toBeNull();
  expect(cache.findBySubject('auth0|1')).toEqual(held('two'));
});

test('makes room by forgetting the user renewed longest ago, by every name', () => {
  const cache = new ContextCache(2);
  cache.put('auth0|1', held('one'));
  cache.put('auth0|2', held('two'));
  cache.put('auth0|1', held('one', 2));
  cache.put('auth0|3', held('three'));
  expect(cache.findBySubject('auth0|2')).toBeNull();
  expect(cache.findByUserId('two')).toBeNull();
  expect(cache.findBySubject('auth0|1')).toEqual(held('one', 2));
  cache.put(null, held('two'));
  expect(cache.findBySubject('auth0|2')).toBeNull();
});

test('a subject goes with its user, also when they were asked for by id since', () => {
  const cache = new ContextCache(1);
  cache.put('auth0|1', held('one'));
  cache.put(null, held('one', 2));
  cache.put(null, held('two'));
  cache.put(null, held('one', 3));
  expect(cache.findBySubject('auth0|1')).toBeNull();
});

test('an invalidated context keeps its ETag and version, and its age is without end', () => {
  const cache = new ContextCache(10);
  cache.put('auth0|1', held('one', 5));
  cache.put(null, held('two', 5));
  cache.invalidate(invalidateUser('one', 6));
  cache.invalidate(invalidateUser('nobody', 6));
  expect(cache.findByUserId('one')).toEqual({ ...held('one', 5), askedAtMs: -Infinity });
  expect(cache.findByUserId('two')).toEqual(held('two', 5));
  cache.invalidate(INVALIDATE_ALL);
  expect(cache.findByUserId('two')).toEqual({ ...held('two', 5), askedAtMs: -Infinity });
});

test('outdated is what is older than the newest version seen or told of', () => {
  const cache = new ContextCache(10);
  const isOutdated = (version: number): boolean => cache.isOutdated(buildContext({ user_id: 'one', version }));
  expect(isOutdated(0)).toBe(false);
  cache.put('auth0|1', held('one', 5));
  expect([isOutdated(4), isOutdated(5)]).toEqual([true, false]);
  cache.invalidate(invalidateUser('one', 8));
  cache.invalidate(invalidateUser('one', 7));
  cache.invalidate(invalidateUser('one', null));
  expect([isOutdated(7), isOutdated(8)]).toEqual([true, false]);
  cache.put('auth0|1', held('one', 8));
  expect([isOutdated(7), isOutdated(8)]).toEqual([true, false]);
});

test('forgetting forgets what was seen, not what was told', () => {
  const cache = new ContextCache(10);
  const isOutdated = (version: number): boolean => cache.isOutdated(buildContext({ user_id: 'one', version }));
  cache.put('auth0|1', held('one', 5));
  cache.forgetSubject('auth0|1');
  cache.forgetSubject('auth0|2');
  cache.forgetUser('two');
  expect(cache.findBySubject('auth0|1')).toBeNull();
  expect(isOutdated(4)).toBe(false);
  cache.invalidate(invalidateUser('one', 4));
  expect([isOutdated(3), isOutdated(4)]).toEqual([true, false]);
  cache.put(null, held('one', 4));
  expect(cache.findBySubject('auth0|1')).toEqual(held('one', 4));
  cache.forgetUser('one');
  expect(isOutdated(3)).toBe(true);
});

test('cleared it knows nothing, versions included', () => {
  const cache = new ContextCache(10);
  cache.put('auth0|1', held('one', 5));
  cache.clear();
  expect(cache.isOutdated(buildContext({ user_id: 'one', version: 1 }))).toBe(false);
  cache.put(null, held('one'));
  expect(cache.findBySubject('auth0|1')).toBeNull();
});
