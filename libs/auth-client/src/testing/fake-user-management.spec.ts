import type { UserContext } from '@sa-platform/contracts';
import { TokenVerifier } from '../verification/token-verifier.js';
import { buildContext } from './build-context.js';
import { startFakeUserManagement, type FakeUserManagement } from './fake-user-management.js';
import { startTestIssuer, type TestIssuer } from './test-issuer.js';

const context = buildContext({ user_id: 'id-1', version: 3 });

let issuer: TestIssuer;
let users: FakeUserManagement;
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  users = await startFakeUserManagement();
  users.setContext('alice', context);
});
afterEach(() => users.close());

type Question = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };
const ask = (path: string, init: Question = {}, sub = 'alice'): Promise<Response> =>
  fetch(`${users.baseUrl}/v1/user-management${path}`, {
    ...init,
    headers: { authorization: `Bearer ${issuer.issue({ sub })}`, ...init.headers },
  });
const post = (path: string, body: unknown): Promise<Response> => ask(path, { method: 'POST', body: JSON.stringify(body) });
const codeOf = async (answer: Response): Promise<unknown> => ((await answer.json()) as { code: unknown }).code;

describe('a fake user-management', () => {
  it.each([
    ['/users/me/context', 'alice'],
    ['/users/id-1/context', 'bob'],
  ])('answers the context at %s with its ETag', async (path, subject) => {
    const answer = await ask(path, {}, subject);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual(context);
    const etag = answer.headers.get('etag') ?? '';
    const again = await ask(path, { headers: { 'if-none-match': etag } }, subject);
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    users.setContext('alice', { ...context, display_name: 'A' });
    expect((await ask(path, { headers: { 'if-none-match': etag } }, subject)).status).toBe(200);
    expect([users.contextRequests, users.notModifiedAnswers]).toEqual([3, 1]);
  });

  it.each([
    ['/users/me/context', 403, 'user.unknown'],
    ['/users/id-2/context', 404, 'user.not_found'],
    ['/users/me', 404, 'request.not_found'],
  ])('answers %s of somebody unknown with %i %s', async (path, status, code) => {
    const answer = await ask(path, {}, 'bob');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await codeOf(answer)).toBe(code);
  });

  it('forgets a user', async () => {
    users.setContext('alice', null);
    expect((await ask('/users/me/context')).status).toBe(403);
  });

  it('answers many contexts, and who is not there', async () => {
    const answer = await post('/users/contexts', { user_ids: ['id-2', 'id-1'] });
    const items = [{ user_id: 'id-2', error: 'user.not_found' }, { user_id: 'id-1', context }];
    expect([answer.status, await answer.json()]).toEqual([200, { items }]);
    expect(users.contextRequests).toBe(1);
  });

  it('answers no more than a hundred contexts at once', async () => {
    const ids = (count: number): object => ({ user_ids: Array.from({ length: count }, (_, index) => `id-${index}`) });
    expect((await post('/users/contexts', ids(100))).status).toBe(200);
    expect(await codeOf(await post('/users/contexts', ids(101)))).toBe('request.invalid');
  });

  it('keeps the permissions that are registered, one or several at a time', async () => {
    const define = (permission: string): object => ({ permission, service_id: 'a', description: 'a' });
    await post('/permissions/register', define('a:b'));
    const answer = await post('/permissions/register', [define('a:c'), define('a:d')]);
    expect(await answer.json()).toEqual({ items: [define('a:c'), define('a:d')], registered: 2 });
    for (const malformed of [[], define('A:b'), [define('a:e'), define('a')]]) {
      expect(await codeOf(await post('/permissions/register', malformed))).toBe('request.invalid');
    }
    expect(users.registeredPermissions.map(({ permission }) => permission)).toEqual(['a:b', 'a:c', 'a:d']);
    expect(users.contextRequests).toBe(0);
  });

  it('fails, hangs, and answers again', async () => {
    users.setBehaviour('fail');
    expect((await ask('/users/me/context')).status).toBe(500);
    users.setBehaviour('hang');
    await expect(ask('/users/me/context', { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
    users.setBehaviour('answer');
    expect((await ask('/users/me/context')).status).toBe(200);
    expect(users.contextRequests).toBe(3);
  });

  it('refuses with a problem until that is over', async () => {
    users.refuseWith('service.overloaded');
    const answer = await ask('/users/me/context');
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'service.overloaded']);
    users.refuseWith(null);
    expect((await ask('/users/me/context')).status).toBe(200);
  });

  it.each<[string, (answer: Response) => Promise<unknown>, () => Promise<Response>]>([
    ['one', (answer) => answer.json(), () => ask('/users/me/context')],
    [
      'many',
      async (answer) => ((await answer.json()) as { items: { context: UserContext }[] }).items[0]?.context,
      () => post('/users/contexts', { user_ids: ['id-1'] }),
    ],
  ])('holds answers back that are decided already: of %s', async (_name, read, question) => {
    const release = users.holdAnswers();
    const before = users.contextRequests;
    let isAnswered = false;
    const answer = question().finally(() => { isAnswered = true; });
    while (users.contextRequests === before) await new Promise(setImmediate);
    // The body of the question arrives a little after it is counted.
    await new Promise((resolve) => setTimeout(resolve, 50));
    users.changeContext('alice', { status: 'suspended' });
    expect(isAnswered).toBe(false);
    release();
    expect(await read(await answer)).toEqual(context);
    expect(await (await ask('/users/me/context')).json()).toMatchObject({ status: 'suspended' });
  });

  it('ends the connection of a caller who brings no token to their own context', async () => {
    await expect(ask('/users/me/context', { headers: { authorization: '' } })).rejects.toThrow();
    await expect(post('/users/contexts', undefined)).rejects.toThrow();
  });

  it('changes a context as the service does: its next version, then the event', async () => {
    const heard: unknown[] = [];
    const events = users.connectEvents();
    events.open({
      onSubscribed: () => undefined,
      onDisconnected: () => undefined,
      onMessage: (_channel, message) => {
        const { type, user_id: userId, version } = JSON.parse(message) as Record<string, unknown>;
        heard.push([type, userId, version]);
      },
    });
    users.changeContext('alice', { status: 'suspended' });
    users.publish({ type: 'users.permissions.changed' });
    await events.close();
    expect(heard.slice(1)).toEqual([
      ['users.updated', 'id-1', 4],
      ['users.permissions.changed', null, null],
    ]);
    const changed: unknown = await (await ask('/users/me/context')).json();
    expect(changed).toEqual({ ...context, status: 'suspended', version: 4 });
  });

  it('lets somebody act as a user until it ends: with tokens of its own, and an event at the end', async () => {
    const verifier = new TokenVerifier({ ...issuer.verifierOptions, impersonation: users.impersonation });
    const act = { sub: 'auth0|admin', user_id: 'id-admin' };
    const [session, other] = [users.impersonate('alice'), users.impersonate('alice', { act })];
    const principal = { type: 'user', subject: 'alice', impersonation: { id: session.id, actor: { subject: 'test-admin', userId: 'test-admin-id' } } };
    expect(await verifier.verify(session.token)).toMatchObject(principal);
    expect(await verifier.verify(other.token)).toMatchObject({ impersonation: { actor: { subject: 'auth0|admin', userId: 'id-admin' } } });
    const askWith = (token: string): Promise<Response> => ask('/users/me/context', { headers: { authorization: `Bearer ${token}` } });
    expect(await (await askWith(session.token)).json()).toEqual(context);
    session.end();
    const refused = await askWith(session.token);
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'impersonation.ended']);
    expect(await (await askWith(other.token)).json()).toEqual({ ...context, version: 4 });
    expect((await ask('/users/me/context')).status).toBe(200);
  });

  it('changes no context that is not there', () => {
    expect(() => users.changeContext('bob', {})).toThrow('bob has no context to change');
  });

  it('is gone when it is closed, hanging questions included', async () => {
    users.setBehaviour('hang');
    const hanging = ask('/users/me/context');
    while (users.contextRequests === 0) await new Promise(setImmediate);
    await Promise.all([expect(hanging).rejects.toThrow(), users.close()]);
    await expect(ask('/users/me/context')).rejects.toThrow();
    users = await startFakeUserManagement();
  });
});
