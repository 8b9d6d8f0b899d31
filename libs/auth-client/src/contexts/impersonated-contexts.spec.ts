import { buildContext } from '../testing/index.js';
import type { HeldContext } from './context-cache.js';
import { ImpersonatedContexts } from './impersonated-contexts.js';
import { INVALIDATE_ALL, INVALIDATE_PLATFORM_ADMINS, invalidateUser, type Invalidation } from './invalidation.js';

const held = (userId: string, version = 5): HeldContext => ({
  context: buildContext({ user_id: userId, version }),
  etag: `"${version}"`,
  askedAtMs: 100,
});
let sessions: ImpersonatedContexts;
const isHeldFresh = (key: string): boolean => sessions.find(key)?.askedAtMs === 100;

beforeEach(() => {
  sessions = new ImpersonatedContexts(10);
  sessions.put('one', 'admin', held('ann'));
});

test('finds by session, and by nothing else: two sessions of one user are two', () => {
  sessions.put('two', 'other-admin', held('ann', 6));
  expect(sessions.find('one')).toEqual(held('ann'));
  expect(sessions.find('two')).toEqual(held('ann', 6));
  expect(sessions.find('ann')).toBeNull();
  expect(sessions.find('admin')).toBeNull();
});

test.each<[string, Invalidation, boolean]>([
  ['a newer version of the user', invalidateUser('ann', 6), false],
  ['anything of the user', invalidateUser('ann', null), false],
  ['everybody', INVALIDATE_ALL, false],
  ['whatever becomes of the admin who acts', invalidateUser('admin', 1), false],
  ['the version at hand', invalidateUser('ann', 5), true],
  ['somebody else', invalidateUser('bob', null), true],
  ['platform admins, whose permissions the session does not have', INVALIDATE_PLATFORM_ADMINS, true],
])('of %s', (_what, invalidation, staysFresh) => {
  sessions.invalidate(invalidation);
  expect(isHeldFresh('one')).toBe(staysFresh);
  expect(sessions.find('one')?.etag).toBe('"5"');
});

test('an answer older than what was seen in the session, or told of, is outdated', () => {
  expect([4, 5].map((version) => sessions.isOutdated('one', held('ann', version).context))).toEqual([true, false]);
  sessions.invalidate(invalidateUser('ann', 7));
  sessions.invalidate(invalidateUser('admin', 99));
  expect([6, 7].map((version) => sessions.isOutdated('one', held('ann', version).context))).toEqual([true, false]);
  expect(sessions.isOutdated('two', held('ann', 1).context)).toBe(false);
});

test('forgetting keeps what events told, and nothing that was seen', () => {
  sessions.put('one', 'admin', held('ann', 8));
  sessions.forget('one');
  expect(sessions.find('one')).toBeNull();
  expect(sessions.isOutdated('one', held('ann', 1).context)).toBe(false);
  sessions.invalidate(invalidateUser('ann', 7));
  expect(sessions.isOutdated('one', held('ann', 6).context)).toBe(true);
  sessions.put('one', 'admin', held('ann', 7));
  sessions.forget('one');
  expect(sessions.isOutdated('one', held('ann', 6).context)).toBe(true);
  sessions.forget('nobody');
});

test('clearing forgets all of it', () => {
  sessions.invalidate(invalidateUser('ann', 7));
  sessions.clear();
  expect(sessions.find('one')).toBeNull();
  expect(sessions.isOutdated('one', held('ann', 1).context)).toBe(false);
});

test('the session renewed longest ago makes room', () => {
  sessions = new ImpersonatedContexts(2);
  for (const key of ['one', 'two', 'one', 'three']) sessions.put(key, 'admin', held('ann'));
  expect(['one', 'two', 'three'].map((key) => sessions.find(key) !== null)).toEqual([true, false, true]);
});

test.each([
  [0, 0],
  [1_000_000, 1_000],
])('room for %i users is room for %i sessions', (maxEntries, kept) => {
  sessions = new ImpersonatedContexts(maxEntries);
  for (let index = 0; index < 1_001; index += 1) sessions.put(`session-${index}`, 'admin', held('ann'));
  expect(Array.from({ length: 1_001 }, (_, index) => sessions.find(`session-${index}`)).filter(Boolean)).toHaveLength(kept);
});
