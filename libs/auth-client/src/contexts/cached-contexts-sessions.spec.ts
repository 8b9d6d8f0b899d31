import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type UserContext } from '@sa-platform/contracts';
import type { Impersonation } from '../access/access.js';
import { buildContext, startFakeUserManagement, type FakeImpersonation, type FakeUserManagement } from '../testing/index.js';
import { encodeJson } from '../testing/signing-key-pair.js';
import { UserManagementClient } from '../user-management-client.js';
import { CachedContexts, type CachedContextsOptions } from './cached-contexts.js';

const ADMIN: Impersonation['actor'] = { subject: 'test-admin', userId: 'test-admin-id' };
const ENDED = { name: 'AuthError', code: 'impersonation.ended', status: 401 };

let nowMs: number;
let users: FakeUserManagement;
let contexts: CachedContexts;
let session: FakeImpersonation;

const ann = buildContext({ user_id: 'id-ann', permissions: ['cases:read'], version: 5 });

beforeEach(async () => {
  nowMs = 1_000_000;
  users = await startFakeUserManagement();
  users.setContext('ann', ann);
  contexts = newContexts();
  session = users.impersonate('ann');
});
afterEach(() => users.close());

function newContexts(options: CachedContextsOptions = {}): CachedContexts {
  return new CachedContexts(new UserManagementClient({ baseUrl: users.baseUrl }), { now: () => nowMs, ...options });
}
const inPerson = (): Promise<UserContext> =>
  contexts.contextOf({ type: 'user', subject: 'ann', scopes: [], expiresAtMs: 0 }, `e30.${encodeJson({ sub: 'ann' })}.e30`);
const act = ({ id, token } = session, subject = 'ann'): Promise<UserContext> =>
  contexts.contextOf({ type: 'user', subject, scopes: [], expiresAtMs: 0, impersonation: { id, actor: ADMIN } }, token);
const publish = (event: object): void => contexts.listener.onMessage(EVENTS_CHANNEL, JSON.stringify({ payload: {}, ...event }));
const beat = (sequence = 10): void => contexts.listener.onMessage(HEARTBEAT_CHANNEL, JSON.stringify({ sequence }));
const cover = (): void => {
  contexts.listener.onSubscribed();
  beat();
  nowMs += 1;
};
const held = async (count: number): Promise<void> => {
  while (users.contextRequests < count) await new Promise((resolve) => setTimeout(resolve, 2));
};

test('what is held of the user in person says nothing of a session, nor one session of another', async () => {
  await inPerson();
  expect(await act()).toEqual(ann);
  const other = users.impersonate('ann');
  expect(await act(other)).toEqual(ann);
  expect(users.contextRequests).toBe(3);
  for (const again of [inPerson(), act(), act(other)]) await again;
  expect(users.contextRequests).toBe(3);
});

test('nor that of another user under the same id of a session', async () => {
  users.setContext('bob', buildContext({ user_id: 'id-bob' }));
  await act();
  const ofBob = users.impersonate('bob', { jti: session.id });
  expect((await act({ ...ofBob, id: session.id }, 'bob')).user_id).toBe('id-bob');
});

test('requests of one session that come at once share one load', async () => {
  await Promise.all(Array.from({ length: 10 }, () => act()));
  expect(users.contextRequests).toBe(1);
});

test('without events the end of a session shows within two seconds, and the user in person goes on', async () => {
  await Promise.all([act(), inPerson()]);
  session.end();
  nowMs += 1_999;
  await expect(act()).resolves.toEqual(ann);
  nowMs += 1;
  await expect(act()).rejects.toMatchObject(ENDED);
  await expect(act()).rejects.toMatchObject(ENDED);
  await expect(inPerson()).resolves.toMatchObject({ user_id: 'id-ann' });
});

describe('while events cover it', () => {
  beforeEach(async () => {
    cover();
    await Promise.all([act(), inPerson()]);
    nowMs += 10_000;
    beat();
  });

  test('a session is believed for as long as any context', async () => {
    await act();
    expect(users.contextRequests).toBe(2);
  });

  test('its end counts with the event', async () => {
    session.end();
    publish({ sequence: 11, type: 'users.updated', user_id: 'id-ann', version: 6 });
    await expect(act()).rejects.toMatchObject(ENDED);
  });

  test('so does whatever becomes of the admin who acts; the user in person is not asked about for it', async () => {
    session.end();
    publish({ sequence: 11, type: 'users.suspended', user_id: ADMIN.userId, version: 3 });
    await expect(act()).rejects.toMatchObject(ENDED);
    await inPerson();
    expect(users.contextRequests).toBe(3);
  });

  test('what becomes of another admin is not theirs', async () => {
    publish({ sequence: 11, type: 'users.suspended', user_id: 'id-other-admin', version: 3 });
    await act();
    expect(users.contextRequests).toBe(2);
  });

  test('an answer on its way while the admin changes is thrown away', async () => {
    contexts.invalidate('id-ann');
    const release = users.holdAnswers();
    const answer = act();
    await held(3);
    session.end();
    publish({ sequence: 11, type: 'users.suspended', user_id: ADMIN.userId, version: 3 });
    release();
    await expect(answer).rejects.toMatchObject(ENDED);
    expect(users.contextRequests).toBe(4);
  });

  test.each([
    ['the user in person', inPerson, { type: 'users.suspended', user_id: ADMIN.userId, version: 3 }],
    ['the user in person', inPerson, { type: 'users.permissions.changed', user_id: null, payload: { role_id: 'r', role_key: 'R' } }],
    ['whoever acts', act, { type: 'users.suspended', user_id: 'id-other-admin', version: 3 }],
    ['whoever acts', act, { type: 'users.permissions.changed', user_id: null, payload: { role_id: 'r', role_key: 'R' } }],
  ])('an answer on its way to %s counts, whatever becomes of others (%#)', async (_who, ask, event) => {
    contexts.invalidate('id-ann');
    const release = users.holdAnswers();
    const answer = ask();
    await held(3);
    publish({ sequence: 11, ...event });
    release();
    await answer;
    expect(users.contextRequests).toBe(3);
  });

  test('once they stop, it is believed for two seconds', async () => {
    contexts.listener.onDisconnected();
    session.end();
    await expect(act()).rejects.toMatchObject(ENDED);
  });
});

test('what was told of is believed more than an older answer', async () => {
  cover();
  await act();
  publish({ sequence: 11, type: 'users.updated', user_id: 'id-ann', version: 9 });
  await expect(act()).rejects.toMatchObject({ code: 'context.unavailable' });
  users.setContext('ann', { ...ann, version: 9 });
  await expect(act()).resolves.toMatchObject({ version: 9 });
});

test('a version that went back is refused once, then believed', async () => {
  await act();
  users.setContext('ann', { ...ann, version: 4 });
  nowMs += 2_000;
  await expect(act()).rejects.toMatchObject({ code: 'context.unavailable' });
  await expect(act()).resolves.toMatchObject({ version: 4 });
});

test('what has not changed is confirmed with 304', async () => {
  await act();
  nowMs += 2_000;
  expect(await act()).toEqual(ann);
  expect(users.notModifiedAnswers).toBe(1);
});

test('invalidating the user, the admin or everybody asks again; when the sequence goes back all is forgotten', async () => {
  await act();
  for (const userId of ['id-ann', ADMIN.userId, null]) {
    contexts.invalidate(userId);
    await act();
  }
  expect(users.contextRequests).toBe(4);
  cover();
  await act();
  users.setContext('ann', { ...ann, version: 1 });
  beat(1);
  nowMs += 1_000;
  beat(1);
  await expect(act()).resolves.toMatchObject({ version: 1 });
});

test('a failure refuses, whatever is held', async () => {
  await act();
  users.setBehaviour('fail');
  nowMs += 2_000;
  await expect(act()).rejects.toMatchObject({ code: 'context.unavailable', status: 503 });
});
