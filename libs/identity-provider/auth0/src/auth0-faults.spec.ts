import { createServer } from 'node:net';
import { failureOf, newInput, ref, startAuth0, type Auth0UnderTest } from '../test/auth0-under-test.js';

/** The port's promise, and a little for a busy machine; in milliseconds. */
const IN_TIME_MS = 3_300;

let under: Auth0UnderTest;
beforeEach(async () => {
  under = await startAuth0();
});
afterEach(async () => {
  expect(under.auth0.faults.left).toBe(0);
  await under.stop();
});

async function timed<Result>(operation: Promise<Result>): Promise<{ result: Result; ms: number }> {
  const startedAt = performance.now();
  const result = await operation;
  return { result, ms: performance.now() - startedAt };
}

describe('a write whose answer got lost', () => {
  it.each([
    ['a 500 after it was carried out', { kind: 'status', status: 500, applied: true }],
    ['a 500 before it was carried out', { kind: 'status', status: 500, applied: false }],
    ['a 503', { kind: 'status', status: 503, applied: false }],
    ['a connection torn down after it was carried out', { kind: 'reset', applied: true }],
    ['a connection torn down before', { kind: 'reset', applied: false }],
  ] as const)('is unknown after %s, found by its mark, and never sent twice', async (_case, fault) => {
    const input = newInput();
    under.auth0.faults.script('users.create', fault);
    expect(await failureOf(under.provider.createUser(input))).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    expect(under.auth0.ledger.of('users.create')).toHaveLength(1);
    const found = await under.provider.findMarked(input.userId, input.email);
    expect(found === null).toBe(!fault.applied);
  });

  it('is unknown at the deadline', async () => {
    const input = newInput();
    under.auth0.faults.script('users.create', { kind: 'hang', applied: true });
    const { result, ms } = await timed(failureOf(under.provider.createUser(input)));
    expect(result).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    expect(ms).toBeLessThan(IN_TIME_MS);
    expect(await under.provider.findMarked(input.userId, input.email)).not.toBeNull();
  });

  it('is unknown when a later part of the same operation is refused', async () => {
    const account = await under.provider.createUser(newInput());
    under.auth0.faults.script('sessions.delete', { kind: 'status', status: 429, applied: false, retryAfterSeconds: 1 });
    expect(await failureOf(under.provider.disable(account))).toMatchObject({ failure: 'throttled', outcome: 'unknown', retryAfterMs: 1_000 });
    expect(under.auth0.users.get(account.externalId)).toMatchObject({ blocked: true });
  });

  it('is unknown when the account was made and its invitation was not', async () => {
    const input = newInput({ delivery: 'invite' });
    under.auth0.faults.script('change_password', { kind: 'status', status: 429, applied: false, retryAfterSeconds: 60 });
    expect(await failureOf(under.provider.createUser(input))).toMatchObject({ failure: 'throttled', outcome: 'unknown' });
    const found = await under.provider.findMarked(input.userId, input.email);
    await under.provider.resendInvitation(ref(String(found?.externalId)));
    expect(under.auth0.mails).toEqual([{ kind: 'change_password', to: input.email }]);
  });
});

describe('what was certainly not done', () => {
  it.each([
    [400, 'rejected'],
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [404, 'not_found'],
    [409, 'conflict'],
    [413, 'rejected'],
    [429, 'throttled'],
  ] as const)('is a write answered with %i: %s', async (status, failure) => {
    under.auth0.faults.script('users.create', { kind: 'status', status, applied: false });
    expect(await failureOf(under.provider.createUser(newInput()))).toMatchObject({ failure, outcome: 'not_done' });
  });

  it.each([
    ['a 500', { kind: 'status', status: 500, applied: true }],
    ['a 503, as a search that took too long', { kind: 'status', status: 503, applied: false }],
    ['a connection torn down', { kind: 'reset', applied: true }],
  ] as const)('is a read that met %s', async (_case, fault) => {
    under.auth0.faults.script('users.get', fault);
    expect(await failureOf(under.provider.findByExternalId('auth0|x'))).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
  });

  it('is a read that hangs, at the deadline', async () => {
    under.auth0.faults.script('users.by_email', { kind: 'hang', applied: true });
    const { result, ms } = await timed(failureOf(under.provider.findByEmail('a@auth0.example')));
    expect(result).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
    expect(ms).toBeLessThan(IN_TIME_MS);
  });

  it('is a write that could not even connect', async () => {
    await under.provider.checkHealth();
    await under.auth0.stop();
    // The first one goes over the connection that was open, and nobody can say how far it got.
    await failureOf(under.provider.checkHealth());
    expect(await failureOf(under.provider.createUser(newInput()))).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
    under = await startAuth0();
  });

  it('is a creation whose e-mail belongs to an account that is not ours', async () => {
    const theirs = under.auth0.users.seed({ email: 'theirs@auth0.example' });
    const input = newInput({ email: 'theirs@auth0.example' });
    expect(await failureOf(under.provider.createUser(input))).toMatchObject({ failure: 'conflict', outcome: 'not_done' });
    expect(await under.provider.findMarked(input.userId, input.email)).toBeNull();
    expect(under.auth0.users.get(theirs.user_id)).toEqual(theirs);
  });
});

it('sends nothing more once the answer was given, when the token comes at last', async () => {
  const account = await under.provider.createUser(newInput());
  under.auth0.faults.script('oauth.token', { kind: 'delay', ms: 3_200 });
  expect(await failureOf(under.another().disable(account))).toMatchObject({ outcome: 'not_done' });
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(under.auth0.ledger.of('users.update')).toHaveLength(0);
});

it('takes an answer that is no account for unknown after a write, and for a failure after a read', async () => {
  const proxy = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk) => {
      const isToken = chunk.toString().includes('/oauth/token');
      const body = isToken ? '{"access_token":"t","expires_in":60}' : '<html>All is well</html>';
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : null;
  const provider = under.another({ managementApiUrl: `http://127.0.0.1:${port}` });
  expect(await failureOf(provider.createUser(newInput()))).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
  expect(await failureOf(provider.findByExternalId('auth0|x'))).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
  expect(await failureOf(provider.listUsers({ cursor: null, limit: 5 }))).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
  proxy.close();
});

it('quotes neither Auth0 nor what was sent, in no part of an error', async () => {
  const secrets = ['fake-management-secret', 'must not be quoted', 'secret-person', 'Bearer', '127.0.0.1'];
  const input = newInput({ email: 'secret-person@auth0.example', displayName: 'secret-person' });
  for (const status of [400, 401, 403, 409, 429, 500, 503]) {
    under.auth0.faults.script('users.create', { kind: 'status', status, applied: false });
    const error = await failureOf(under.another().createUser(input));
    const shown = [error.message, JSON.stringify(error), JSON.stringify(Object.getOwnPropertyNames(error)), String(error.cause)].join();
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(error.cause).toBeUndefined();
  }
});
