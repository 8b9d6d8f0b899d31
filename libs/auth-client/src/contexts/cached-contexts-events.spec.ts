import { jest } from '@jest/globals';
import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type UserContext } from '@sa-platform/contracts';
import { buildContext, buildMembership, encodeJson, startFakeUserManagement, type FakeUserManagement } from '../testing/index.js';
import { UserManagementClient } from '../user-management-client.js';
import { CachedContexts } from './cached-contexts.js';
import { EventCoverage } from './event-coverage.js';

let nowMs: number;
let users: FakeUserManagement;
let contexts: CachedContexts;

const biller = buildMembership({ role: { id: 'role-1', key: 'BILLER', name: 'Biller' } });
const alice = buildContext({ user_id: 'id-alice', memberships: [biller], version: 5 });
const bob = buildContext({ user_id: 'id-bob', version: 5 });

const after = (ms: number): void => {
  nowMs += ms;
};
const ask = (subject = 'alice'): Promise<UserContext> =>
  contexts.contextOf({ type: 'user', subject, scopes: [], expiresAtMs: 0 }, `e30.${encodeJson({ sub: subject })}.e30`);
const beat = (sequence: number): void => contexts.listener.onMessage(HEARTBEAT_CHANNEL, JSON.stringify({ sequence }));
const publish = (event: object): void => contexts.listener.onMessage(EVENTS_CHANNEL, JSON.stringify({ payload: {}, ...event }));
const requests = async (count: number): Promise<void> => {
  while (users.contextRequests < count) await new Promise((resolve) => setTimeout(resolve, 2));
};

beforeEach(async () => {
  nowMs = 1_000_000;
  users = await startFakeUserManagement();
  users.setContext('alice', alice);
  users.setContext('bob', bob);
  contexts = new CachedContexts(new UserManagementClient({ baseUrl: users.baseUrl }), { maxAgeMs: 500, now: () => nowMs });
  contexts.listener.onSubscribed();
  beat(10);
  after(1);
  await Promise.all([ask('alice'), ask('bob')]);
  expect(users.contextRequests).toBe(2);
});
afterEach(() => users.close());

/** Time with a heartbeat every half second, as the service sends them. */
const live = (ms: number, sequence: number): void => {
  for (let passed = 0; passed < ms; passed += 500) {
    after(500);
    beat(sequence);
  }
};

test('while heartbeats come a context is used far beyond its max age', async () => {
  live(59_500, 10);
  await ask();
  expect(users.contextRequests).toBe(2);
});

test('once in a minute it is confirmed all the same: not everything has an event', async () => {
  live(60_000, 10);
  await ask();
  expect([users.contextRequests, users.notModifiedAnswers]).toEqual([3, 1]);
});

test('without a heartbeat for two seconds it is asked for, with its ETag, and at most every max age', async () => {
  after(2_000);
  await ask();
  expect([users.contextRequests, users.notModifiedAnswers]).toEqual([3, 1]);
  after(499);
  await ask();
  expect(users.contextRequests).toBe(3);
  after(1);
  await ask();
  expect(users.contextRequests).toBe(4);
});

test('user-management gone: a context answers until the heartbeat has been missing for two seconds, then 503', async () => {
  await users.close();
  after(1_998);
  expect(await ask()).toEqual(alice);
  after(1);
  await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable', status: 503 });
  users = await startFakeUserManagement();
});

test('a heartbeat that can not be read is none', async () => {
  after(1_500);
  contexts.listener.onMessage(HEARTBEAT_CHANNEL, '{"sequence":"10"}');
  after(500);
  await ask();
  expect(users.contextRequests).toBe(3);
});

test('an event is no heartbeat', async () => {
  after(1_500);
  publish({ sequence: 11, user_id: 'id-carol', version: 1 });
  after(500);
  await ask();
  expect(users.contextRequests).toBe(3);
});

test('what was asked for in the very moment of the first heartbeat may lack what it knows of', async () => {
  contexts.listener.onDisconnected();
  contexts.listener.onSubscribed();
  contexts.invalidate(null);
  beat(12);
  await ask();
  after(500);
  await ask();
  expect(users.contextRequests).toBe(4);
});

test('a lost connection ends it at once, and after a new one everything is asked for again', async () => {
  after(600);
  contexts.listener.onDisconnected();
  await ask();
  expect(users.contextRequests).toBe(3);
  after(600);
  contexts.listener.onSubscribed();
  beat(10);
  await ask();
  expect(users.contextRequests).toBe(4);
  after(1);
  await ask('bob');
  after(600);
  await ask('bob');
  expect(users.contextRequests).toBe(5);
});

test('an event with a newer version makes the next request ask, of that user only', async () => {
  users.setContext('alice', { ...alice, status: 'deactivated', version: 6 });
  publish({ sequence: 11, user_id: 'id-alice', version: 6 });
  expect(await ask()).toMatchObject({ status: 'deactivated' });
  await ask('bob');
  expect(users.contextRequests).toBe(3);
});

test('an event with the version at hand changes nothing: a duplicate, or what was just asked for', async () => {
  publish({ sequence: 11, user_id: 'id-alice', version: 5 });
  await ask();
  expect(users.contextRequests).toBe(2);
});

test('an event never makes a context usable: what it lacks is asked for, and an answer without it refused', async () => {
  publish({ sequence: 11, user_id: 'id-alice', version: 6 });
  await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
  await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
  users.setContext('alice', { ...alice, version: 6 });
  expect(await ask()).toMatchObject({ version: 6 });
});

test('an event about a role makes those ask who hold it', async () => {
  publish({ sequence: 11, type: 'users.permissions.changed', user_id: null, payload: { role_id: 'role-1', role_key: 'BILLER' } });
  await Promise.all([ask('alice'), ask('bob')]);
  expect([users.contextRequests, users.notModifiedAnswers]).toEqual([3, 1]);
});

test.each(['{', '{"user_id":"id-alice"}'])('a message that can not be read (%s) makes everybody ask', async (message) => {
  contexts.listener.onMessage(EVENTS_CHANNEL, message);
  await Promise.all([ask('alice'), ask('bob')]);
  expect(users.contextRequests).toBe(4);
});

test('a message of another channel is nothing to us', async () => {
  contexts.listener.onMessage('users.other', '{');
  await ask();
  expect(users.contextRequests).toBe(2);
});

test('a number left out makes everybody ask', async () => {
  after(600);
  publish({ sequence: 12, user_id: 'id-carol', version: 1 });
  await Promise.all([ask('alice'), ask('bob')]);
  expect(users.contextRequests).toBe(4);
});

test('an event overtakes an answer on its way, but not one that knows of it already', async () => {
  live(60_000, 10);
  const release = users.holdAnswers();
  const waiting = Promise.all([ask('alice'), ask('bob')]);
  await requests(4);
  users.setContext('alice', { ...alice, version: 6 });
  publish({ sequence: 11, user_id: 'id-alice', version: 6 });
  publish({ sequence: 12, user_id: 'id-bob', version: 5 });
  release();
  expect((await waiting).map(({ version }) => version)).toEqual([6, 5]);
  expect(users.contextRequests).toBe(5);
});

test('a sequence that went back means another history: versions are forgotten with the contexts', async () => {
  publish({ sequence: 11, user_id: 'id-alice', version: 8 });
  users.setContext('alice', { ...alice, version: 3 });
  await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
  beat(4);
  after(1_000);
  beat(4);
  expect(await ask()).toMatchObject({ version: 3 });
  await ask('bob');
  expect(users.notModifiedAnswers).toBe(0);
});

test('an answer of the old history on its way is thrown away', async () => {
  live(60_000, 10);
  const release = users.holdAnswers();
  const waiting = ask();
  await requests(3);
  users.setContext('alice', { ...alice, version: 3 });
  beat(4);
  after(1_000);
  beat(4);
  release();
  expect(await waiting).toMatchObject({ version: 3 });
});

describe('after a reconnect', () => {
  const closed = jest.spyOn(EventCoverage.prototype, 'closeGap');
  const givenUp = jest.spyOn(EventCoverage.prototype, 'giveUp');
  afterEach(() => {
    closed.mockClear();
    givenUp.mockClear();
  });

  /** Alice and Bob are known, the connection is cut, Bob changes, and it is back. */
  const missBob = async (serviceToken?: () => Promise<string>): Promise<void> => {
    const client = new UserManagementClient({ baseUrl: users.baseUrl, serviceToken });
    contexts = new CachedContexts(client, { maxAgeMs: 500, now: () => nowMs });
    const events = users.connectEvents();
    events.open(contexts.listener);
    users.changeContext('bob', {});
    after(1);
    await Promise.all([ask('alice'), ask('bob')]);
    expect(users.contextRequests).toBe(4);
    events.cut();
    users.changeContext('bob', { permissions: [] });
    after(1_000);
    events.reconnect();
    while (closed.mock.calls.length + givenUp.mock.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await events.close();
  };

  test('what was missed is read from the feed: only what it concerns is asked for again', async () => {
    await missBob(() => Promise.resolve('service-token'));
    await ask('alice');
    expect(users.contextRequests).toBe(4);
    await ask('bob');
    expect(users.contextRequests).toBe(5);
  });

  test('without a token of its own the service asks for everything again', async () => {
    await missBob();
    await ask('alice');
    await ask('bob');
    expect(users.contextRequests).toBe(6);
  });
});
