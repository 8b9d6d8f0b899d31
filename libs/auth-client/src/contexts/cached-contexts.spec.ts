import { jest } from '@jest/globals';
import type { UserContext } from '@sa-platform/contracts';
import {
  buildContext,
  buildMembership,
  encodeJson,
  startFakeUserManagement,
  type FakeUserManagement,
} from '../testing/index.js';
import { UserManagementClient, type UserManagementClientOptions } from '../user-management-client.js';
import { CachedContexts, type CachedContextsOptions } from './cached-contexts.js';
import { ContextLoad } from './context-load.js';

let nowMs: number;
let users: FakeUserManagement;
let source: CachedContexts;

type Options = CachedContextsOptions & Omit<UserManagementClientOptions, 'baseUrl'>;
const newSource = ({ now = () => nowMs, maxAgeMs = 2_000, ...more }: Options = {}): CachedContexts => {
  const client = new UserManagementClient({ baseUrl: users.baseUrl, serviceToken: () => Promise.resolve('t'), ...more });
  return new CachedContexts(client, { now, maxAgeMs, ...more });
};
const tokenOf = (subject: string, more: object = {}): string => `e30.${encodeJson({ sub: subject, ...more })}.e30`;
const ask = (subject = 'alice', token = tokenOf(subject)): Promise<UserContext> =>
  source.contextOf({ type: 'user', subject, scopes: [], expiresAtMs: 0 }, token);
const requests = async (count: number): Promise<void> => {
  while (users.contextRequests < count) await new Promise((resolve) => setTimeout(resolve, 2));
};

const alice = buildContext({ user_id: 'id-alice', permissions: ['cases:read'], memberships: [buildMembership()] });
const demoted = { ...alice, permissions: [], version: 2 };

beforeEach(async () => {
  nowMs = 1_000_000;
  users = await startFakeUserManagement();
  users.setContext('alice', alice);
  source = newSource();
});
afterEach(() => users.close());

test('answers the context of the token, and asks once within the max age', async () => {
  expect(await ask()).toEqual(alice);
  nowMs += 1_999;
  await ask();
  expect(users.contextRequests).toBe(1);
});

test('a change shows at the max age at the latest', async () => {
  await ask();
  users.setContext('alice', demoted);
  nowMs += 2_000;
  expect(await ask()).toEqual(demoted);
});

test('what has not changed is confirmed with 304 and used for another max age', async () => {
  await ask();
  nowMs += 2_000;
  expect(await ask()).toEqual(alice);
  nowMs += 1_999;
  await ask();
  expect([users.contextRequests, users.notModifiedAnswers]).toEqual([2, 1]);
});

test('requests of one user that come at once share one load; users do not share', async () => {
  users.setContext('bob', buildContext({ user_id: 'id-bob' }));
  const answers = await Promise.all([...Array.from({ length: 20 }, () => ask()), ask('bob')]);
  expect(users.contextRequests).toBe(2);
  expect(new Set(answers.map(({ user_id: id }) => id))).toEqual(new Set(['id-alice', 'id-bob']));
});

describe('when the service fails', () => {
  test.each(['fail', 'hang'] as const)('(%s) it refuses, never allows from an old cache, and recovers', async (how) => {
    source = newSource({ timeoutMs: 100 });
    await ask();
    users.setBehaviour(how);
    nowMs += 2_000;
    await expect(ask()).rejects.toMatchObject({ name: 'AuthError', code: 'context.unavailable', status: 503 });
    users.setBehaviour('answer');
    expect(await ask()).toEqual(alice);
    expect(users.notModifiedAnswers).toBe(1);
  });

  test('(not there) it refuses', async () => {
    await users.close();
    await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
    users = await startFakeUserManagement();
  });

  test.each([
    ['a redirect', () => Promise.reject(new TypeError('redirect mode is set to error'))],
    ['no JSON', () => Promise.resolve(new Response('<html>'))],
    ['half a context', () => Promise.resolve(Response.json({ ...alice, memberships: undefined }))],
    ['a status unheard of', () => Promise.resolve(Response.json({ ...alice, status: 'superuser' }))],
    ['permissions that are no list', () => Promise.resolve(Response.json({ ...alice, permissions: 'cases:read' }))],
    ['304 to a question without ETag', () => Promise.resolve(new Response(null, { status: 304 }))],
    ['201', () => Promise.resolve(Response.json(alice, { status: 201 }))],
    ['404', () => Promise.resolve(Response.json({}, { status: 404 }))],
    ['429', () => Promise.resolve(Response.json({}, { status: 429 }))],
  ])('(%s) it refuses', async (_name, fetch) => {
    source = newSource({ fetch });
    await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
  });
});

test.each([
  ['user.unknown', 'user.unknown', 403],
  ['user.not_active', 'user.not_active', 403],
  ['token.expired', 'token.expired', 401],
  ['impersonation.ended', 'impersonation.ended', 401],
  ['token.missing', 'token.invalid', 401],
  ['access.denied', 'context.unavailable', 503],
] as const)('%s of the service becomes %s', async (answered, code, status) => {
  users.refuseWith(answered);
  await expect(ask()).rejects.toMatchObject({ code, status });
});

test('a refusal is not kept', async () => {
  users.refuseWith('user.unknown');
  await expect(ask()).rejects.toMatchObject({ code: 'user.unknown' });
  users.refuseWith(null);
  expect(await ask()).toEqual(alice);
});

test("the refusal of one token doesn't refuse another token of the same user that waited for it", async () => {
  const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    const isRevoked = new Headers(init?.headers).get('authorization') === `Bearer ${tokenOf('alice', { jti: 'revoked' })}`;
    return Promise.resolve(isRevoked ? Response.json({}, { status: 401 }) : Response.json(alice));
  };
  source = newSource({ fetch });
  const [first, second] = await Promise.allSettled([ask('alice', tokenOf('alice', { jti: 'revoked' })), ask()]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'token.invalid' } });
  expect(second).toMatchObject({ status: 'fulfilled', value: alice });
});

test('the refusal of a token refuses all who waited with it', async () => {
  users.refuseWith('token.invalid');
  const answers = await Promise.allSettled([ask(), ask()]);
  for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'token.invalid' } });
  expect(users.contextRequests).toBe(1);
});

test('what fails fails for all who waited, without asking again for each', async () => {
  users.setBehaviour('fail');
  const answers = await Promise.allSettled([ask(), ask(), ask('alice', tokenOf('alice', { jti: 'other' }))]);
  for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'context.unavailable' } });
  expect(users.contextRequests).toBe(1);
});

describe('invalidate', () => {
  test.each([['id-alice'], [null]])('(%s) makes the next request ask', async (userId) => {
    await ask();
    users.setContext('alice', demoted);
    source.invalidate(userId);
    expect(await ask()).toEqual(demoted);
  });

  test('leaves other users alone', async () => {
    await ask();
    source.invalidate('id-bob');
    await ask();
    expect(users.contextRequests).toBe(1);
  });

  test.each([['id-alice'], [null]])('(%s) throws away an answer that was on its way (Logto #9428)', async (userId) => {
    const release = users.holdAnswers();
    const waiting = ask();
    await requests(1);
    users.setContext('alice', demoted);
    source.invalidate(userId);
    const joining = ask();
    release();
    expect(await waiting).toEqual(demoted);
    expect(await joining).toEqual(demoted);
    expect(await ask()).toEqual(demoted);
    expect(users.contextRequests).toBe(2);
  });

  test('throws away a 304 that was on its way', async () => {
    await ask();
    nowMs += 2_000;
    const release = users.holdAnswers();
    const waiting = ask();
    await requests(2);
    users.setContext('alice', demoted);
    source.invalidate('id-alice');
    release();
    expect(await waiting).toEqual(demoted);
  });

  test("of somebody else doesn't disturb an answer on its way", async () => {
    const release = users.holdAnswers();
    const waiting = ask();
    await requests(1);
    source.invalidate('id-bob');
    release();
    expect(await waiting).toEqual(alice);
    expect(users.contextRequests).toBe(1);
  });

  test('three times in a row refuses rather than answers something old', async () => {
    let asked = 0;
    const fetch = (): Promise<Response> => {
      asked += 1;
      setTimeout(() => source.invalidate(null), 0);
      return new Promise((resolve) => setTimeout(() => resolve(Response.json(alice)), 5));
    };
    source = newSource({ fetch });
    await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
    expect(asked).toBe(3);
  });

  test('is not told to loads that are over', async () => {
    const add = jest.spyOn(ContextLoad.prototype, 'add');
    await ask();
    source.invalidate(null);
    expect(add).not.toHaveBeenCalled();
    add.mockRestore();
  });
});

test('never goes back to an older version, until the service insists', async () => {
  users.setContext('alice', demoted);
  await ask();
  users.setContext('alice', alice);
  nowMs += 2_000;
  await expect(ask()).rejects.toMatchObject({ code: 'context.unavailable' });
  expect(await ask()).toEqual(alice);
});

test('is bounded, the one renewed longest ago goes first', async () => {
  source = newSource({ maxEntries: 2 });
  for (const subject of ['a', 'b', 'c']) {
    users.setContext(subject, buildContext({ user_id: subject }));
    await ask(subject);
  }
  await ask('b');
  await ask('c');
  expect(users.contextRequests).toBe(3);
  await ask('a');
  expect(users.contextRequests).toBe(4);
});

test.each([
  ['maxAgeMs', { maxAgeMs: 2_001 }],
  ['maxCoveredAgeMs', { maxCoveredAgeMs: -1 }],
  ['maxEntries', { maxEntries: NaN }],
])('does not start with a malformed %s', (option, options) => {
  expect(() => newSource(options)).toThrow(expect.objectContaining({ option }));
});

test('has bounds that nobody has to give', async () => {
  const plain = new CachedContexts(new UserManagementClient({ baseUrl: users.baseUrl }));
  const principal = { type: 'user', subject: 'alice', scopes: [], expiresAtMs: 0 } as const;
  await plain.contextOf(principal, tokenOf('alice'));
  await plain.contextOf(principal, tokenOf('alice'));
  expect(users.contextRequests).toBe(1);
});
