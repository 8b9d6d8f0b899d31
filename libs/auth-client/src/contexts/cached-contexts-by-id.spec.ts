import type { UserContext } from '@sa-platform/contracts';
import { buildContext, encodeJson, startFakeUserManagement, type FakeUserManagement } from '../testing/index.js';
import { UserManagementClient } from '../user-management-client.js';
import { CachedContexts } from './cached-contexts.js';

let nowMs: number;
let users: FakeUserManagement;
let source: CachedContexts;

const newSource = (more: { fetch?: typeof fetch } = {}): CachedContexts => {
  const client = new UserManagementClient({ baseUrl: users.baseUrl, serviceToken: () => Promise.resolve('t'), ...more });
  return new CachedContexts(client, { now: () => nowMs });
};
const ask = (): Promise<UserContext> =>
  source.contextOf({ type: 'user', subject: 'alice', scopes: [], expiresAtMs: 0 }, `e30.${encodeJson({ sub: 'alice' })}.e30`);
const requests = async (count: number): Promise<void> => {
  while (users.contextRequests < count) await new Promise((resolve) => setTimeout(resolve, 2));
};

const alice = buildContext({ user_id: 'id-alice', permissions: ['cases:read'] });
const demoted = { ...alice, permissions: [], version: 2 };

beforeEach(async () => {
  nowMs = 1_000_000;
  users = await startFakeUserManagement();
  users.setContext('alice', alice);
  source = newSource();
});
afterEach(() => users.close());

describe('by id', () => {
  const askById = (): Promise<UserContext> => source.getContext('id-alice');

  test('answers the context, and asks once within the max age', async () => {
    expect(await askById()).toEqual(alice);
    nowMs += 1_999;
    expect(await askById()).toEqual(alice);
    expect(users.contextRequests).toBe(1);
  });

  test('knows what the user asked for themselves, and the other way round', async () => {
    await ask();
    await askById();
    nowMs += 2_000;
    await askById();
    await ask();
    expect([users.contextRequests, users.notModifiedAnswers]).toEqual([2, 1]);
  });

  test('requests that come at once share one load', async () => {
    await Promise.all([askById(), askById()]);
    expect(users.contextRequests).toBe(1);
  });

  test('does not find who is not there, and forgets who is gone', async () => {
    await askById();
    users.setContext('alice', null);
    nowMs += 2_000;
    await expect(askById()).rejects.toMatchObject({ code: 'user.not_found' });
    await expect(ask()).rejects.toMatchObject({ code: 'user.unknown' });
    users.setContext('alice', { ...alice, version: 0 });
    expect(await askById()).toMatchObject({ version: 0 });
  });
});

describe('of many', () => {
  const bob = buildContext({ user_id: 'id-bob' });
  beforeEach(() => users.setContext('bob', bob));

  test('answers those who are there in one question, and keeps them', async () => {
    const ids = ['id-alice', 'id-bob', 'id-carol', 'id-bob'];
    expect(await source.getContexts(ids)).toEqual(new Map([['id-alice', alice], ['id-bob', bob]]));
    expect(await source.getContexts(ids.slice(0, 2))).toEqual(new Map([['id-alice', alice], ['id-bob', bob]]));
    await source.getContext('id-bob');
    expect(users.contextRequests).toBe(1);
    expect(await source.getContexts([])).toEqual(new Map());
  });

  test('asks only for those who are not at hand', async () => {
    await ask();
    users.setContext('alice', demoted);
    expect(await source.getContexts(['id-alice', 'id-bob'])).toEqual(new Map([['id-alice', alice], ['id-bob', bob]]));
  });

  test.each(['id-alice', 'id-bob'])('asks again when %s was overtaken meanwhile', async (overtaken) => {
    await ask();
    const release = users.holdAnswers();
    const waiting = source.getContexts(['id-alice', 'id-bob']);
    await requests(2);
    users.setContext('alice', demoted);
    users.setContext('bob', { ...bob, version: 2 });
    source.invalidate(overtaken);
    release();
    const versions = [...(await waiting)].map(([userId, { version }]) => [userId, version]);
    expect(Object.fromEntries(versions)).toMatchObject({ [overtaken]: 2 });
  });

  test('refuses when that has happened three times', async () => {
    let asked = 0;
    const fetch = (): Promise<Response> => {
      asked += 1;
      setTimeout(() => source.invalidate('id-bob'), 0);
      const answer = { items: [{ user_id: 'id-bob', context: bob }] };
      return new Promise((resolve) => setTimeout(() => resolve(Response.json(answer)), 5));
    };
    source = newSource({ fetch });
    await expect(source.getContexts(['id-bob'])).rejects.toMatchObject({ code: 'context.unavailable' });
    expect(asked).toBe(3);
  });

  test('never answers an older version than one seen', async () => {
    users.setContext('bob', { ...bob, version: 7 });
    await source.getContexts(['id-bob']);
    nowMs += 2_000;
    users.setContext('bob', { ...bob, version: 6 });
    await expect(source.getContexts(['id-bob'])).rejects.toMatchObject({ code: 'context.unavailable' });
  });
});
