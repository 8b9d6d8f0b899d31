import type { UserContext } from '@sa-platform/contracts';
import { AuthError } from './auth-error.js';
import { buildContext, startFakeUserManagement, startTestIssuer, type FakeUserManagement, type TestIssuer } from './testing/index.js';
import { UserManagementClient, type UserManagementClientOptions } from './user-management-client.js';

let users: FakeUserManagement;
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  users = await startFakeUserManagement();
});
afterEach(() => users.close());

const serviceToken = (): Promise<string> => Promise.resolve('service-token');
const newClient = (more: Partial<UserManagementClientOptions> = {}): UserManagementClient =>
  new UserManagementClient({ baseUrl: users.baseUrl, serviceToken, ...more });

/** A client of a service that gives this answer, and what it was asked. */
function clientOf(answer: Response): { client: UserManagementClient; requests: Request[] } {
  const requests: Request[] = [];
  const fetch = (...request: ConstructorParameters<typeof Request>): Promise<Response> => {
    requests.push(new Request(...request));
    return Promise.resolve(answer.clone());
  };
  return { client: newClient({ fetch }), requests };
}

const problem = (status: number, code?: string): Response => Response.json(code === undefined ? {} : { code }, { status });
const unavailable = { name: 'AuthError', code: 'context.unavailable', status: 503 };

describe('the own context', () => {
  const context = buildContext({ user_id: 'id-1' });

  it('is asked for with the own token, and answered with its ETag', async () => {
    users.setContext('alice', context);
    const answer = await newClient().readOwnContext(issuer.issue({ sub: 'alice' }));
    expect(answer).toEqual({ context, etag: expect.stringMatching(/^"/) });
  });

  it('needs no token of the service', async () => {
    const { client, requests } = clientOf(Response.json(context));
    await client.readOwnContext('own-token');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer own-token');
    users.setContext('alice', context);
    const client2 = new UserManagementClient({ baseUrl: users.baseUrl });
    expect(await client2.readOwnContext(issuer.issue({ sub: 'alice' }))).toMatchObject({ context });
  });

  it('is null when the one at hand is still right', async () => {
    users.setContext('alice', context);
    const token = issuer.issue({ sub: 'alice' });
    const { etag } = (await newClient().readOwnContext(token))!;
    expect(await newClient().readOwnContext(token, etag)).toBeNull();
    users.changeContext('alice', { user_type: 'clinician' });
    expect(await newClient().readOwnContext(token, etag)).toMatchObject({ context: { version: 2 } });
  });

  it.each<[string, Response, object]>([
    ['401 token.expired', problem(401, 'token.expired'), { code: 'token.expired' }],
    ['401 token.invalid', problem(401, 'token.invalid'), { code: 'token.invalid' }],
    ['401 impersonation.ended', problem(401, 'impersonation.ended'), { code: 'impersonation.ended' }],
    ['impersonation.ended with another status', problem(403, 'impersonation.ended'), unavailable],
    ['401 and nothing else', new Response(null, { status: 401 }), { code: 'token.invalid' }],
    ['403 user.unknown', problem(403, 'user.unknown'), { code: 'user.unknown' }],
    ['403 user.not_active', problem(403, 'user.not_active'), { code: 'user.not_active' }],
    ['403 of somebody between us', problem(403, 'access.denied'), unavailable],
    ['user.unknown with another status', problem(404, 'user.unknown'), unavailable],
    ['500', problem(500), unavailable],
    ['no context', Response.json({ ...context, version: '1' }), unavailable],
    ['no JSON', new Response('<html>'), unavailable],
    ['a context with another status', Response.json(context, { status: 201 }), unavailable],
    ['304 that nobody asked for', new Response(null, { status: 304 }), unavailable],
  ])('is refused after the answer %s', async (_name, answer, expected) => {
    await expect(clientOf(answer).client.readOwnContext('t')).rejects.toMatchObject(expected);
  });

  it('that was refused says which status was the reason', async () => {
    const cause = new Error('user-management answered 502');
    await expect(clientOf(problem(502)).client.readOwnContext('t')).rejects.toMatchObject({ cause });
  });

  it('that is not confirmed by 200 with an ETag at hand is not confirmed at all', async () => {
    await expect(clientOf(new Response('', { status: 200 })).client.readOwnContext('t', '"1"')).rejects.toMatchObject(unavailable);
  });
});

describe("somebody's context", () => {
  const context = buildContext({ user_id: 'id-1' });

  it("is asked for with the service's token, and answered with its ETag", async () => {
    const { client, requests } = clientOf(Response.json(context, { headers: { etag: '"1"' } }));
    expect(await client.readContext('id-1')).toEqual({ context, etag: '"1"' });
    expect(requests[0]?.url).toBe(`${users.baseUrl}/v1/user-management/users/id-1/context`);
    expect(Object.fromEntries(requests[0]!.headers)).toMatchObject({ authorization: 'Bearer service-token' });
    expect(requests[0]?.headers.has('if-none-match')).toBe(false);
  });

  it('has no ETag when the service gives none', async () => {
    expect(await clientOf(Response.json(context)).client.readContext('id-1')).toEqual({ context, etag: null });
  });

  it('is null when the one at hand is still right', async () => {
    users.setContext('alice', context);
    const { etag } = (await newClient().readContext('id-1'))!;
    expect(await newClient().readContext('id-1', etag)).toBeNull();
  });

  it.each([['id-2'], ['..'], ['a/b'], [''], ['a?b'], ['x'.repeat(65)]])('is not there for %j', async (userId) => {
    await expect(newClient().readContext(userId)).rejects.toMatchObject({ code: 'user.not_found', status: 404 });
    expect(users.contextRequests).toBe(userId === 'id-2' ? 1 : 0);
  });

  it.each<[string, Response, object]>([
    ['403', problem(403, 'access.denied'), { code: 'access.denied', message: 'This service lacks the scope' }],
    ['401, which is no fault of the caller', problem(401, 'token.invalid'), unavailable],
    ['503', problem(503, 'service.overloaded'), unavailable],
    ['no context', Response.json({}), unavailable],
    ['the context of somebody else', Response.json(buildContext({ user_id: 'id-2' })), unavailable],
    ['304 that nobody asked for', new Response(null, { status: 304 }), unavailable],
  ])('is refused after the answer %s', async (_name, answer, expected) => {
    await expect(clientOf(answer).client.readContext('id-1')).rejects.toMatchObject(expected);
  });

  it("needs the service's token", async () => {
    const client = new UserManagementClient({ baseUrl: users.baseUrl });
    await expect(client.readContext('id-1')).rejects.toMatchObject({ name: 'ConfigurationError', option: 'serviceToken' });
  });

  it('is refused when the service has no token', async () => {
    const failure = new AuthError('context.unavailable', 'The issuer gave no service token');
    await expect(newClient({ serviceToken: () => Promise.reject(failure) }).readContext('id-1')).rejects.toBe(failure);
  });
});

describe('many contexts', () => {
  const add = (count: number): UserContext[] =>
    Array.from({ length: count }, (_, index) => {
      const context = buildContext({ user_id: `id-${index}` });
      users.setContext(`subject-${index}`, context);
      return context;
    });

  it('come by id, a hundred to a question', async () => {
    const contexts = add(201);
    const found = await newClient().readContexts(contexts.map(({ user_id: id }) => id));
    expect(found).toEqual(new Map(contexts.map((context) => [context.user_id, context])));
    expect(users.contextRequests).toBe(3);
  });

  it('are asked for once each, and only those that can be', async () => {
    const [context] = add(1);
    const { client, requests } = clientOf(Response.json({ items: [{ user_id: 'id-0', context }] }));
    const found = await client.readContexts(['id-0', 'id-0', '..', '']);
    expect([...found]).toEqual([['id-0', context]]);
    expect(await requests[0]?.json()).toEqual({ user_ids: ['id-0'] });
    expect(Object.fromEntries(requests[0]!.headers)).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer service-token',
    });
  });

  it('are none for nobody, without a question', async () => {
    expect(await newClient().readContexts([])).toEqual(new Map());
    expect(await newClient().readContexts(['..'])).toEqual(new Map());
    expect(users.contextRequests).toBe(0);
  });

  it('leave out whom nobody knows', async () => {
    const [context] = add(1);
    expect(await newClient().readContexts(['id-0', 'id-9'])).toEqual(new Map([['id-0', context]]));
  });

  it('may be longer than 1 MiB together', async () => {
    const permissions = ['p'.repeat(20_000)];
    for (const context of add(100)) users.setContext(context.user_id, { ...context, permissions });
    for (let index = 0; index < 100; index += 1) users.setContext(`subject-${index}`, null);
    const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
    expect((await newClient().readContexts(ids)).size).toBe(100);
  });

  const a = { user_id: 'a', context: buildContext({ user_id: 'a' }) };
  const b = { user_id: 'b', context: buildContext({ user_id: 'b' }) };
  it.each<[string, unknown]>([
    ['one answer is missing', { items: [a] }],
    ['one has another error', { items: [a, { user_id: 'b', error: 'database.unavailable' }] }],
    ['one is no context', { items: [a, { user_id: 'b', context: { ...b.context, status: 'great' } }] }],
    ['one is of somebody else', { items: [a, { user_id: 'b', context: a.context }] }],
    ['one is nothing', { items: [a, null] }],
    ['one has neither context nor error', { items: [a, { user_id: 'b' }] }],
    ['there is no list', { items: { a, b } }],
    ['there is nothing', null],
    ['it is no JSON', undefined],
  ])('are refused as a whole when %s', async (_name, body) => {
    const answer = body === undefined ? new Response('<html>') : Response.json(body);
    await expect(clientOf(answer).client.readContexts(['a', 'b'])).rejects.toMatchObject(unavailable);
  });

  it('are refused as a whole when the answer has another status', async () => {
    const answer = Response.json({ items: [a, b] }, { status: 207 });
    await expect(clientOf(answer).client.readContexts(['a', 'b'])).rejects.toMatchObject(unavailable);
  });

  it('need the scope', async () => {
    users.refuseWith('access.denied');
    await expect(newClient().readContexts(['a'])).rejects.toMatchObject({ code: 'access.denied' });
  });
});

describe('permissions', () => {
  const permission = { permission: 'derm:read', service_id: 'derm', description: 'Read reviews' };

  it('are registered', async () => {
    await newClient().registerPermissions([permission]);
    expect(users.registeredPermissions).toEqual([permission]);
  });

  it('that are malformed are the fault of this service', async () => {
    const malformed = newClient().registerPermissions([{ ...permission, permission: 'Derm' }]);
    await expect(malformed).rejects.toMatchObject({ code: 'request.invalid', message: 'A permission is not valid' });
  });

  it.each<[number, object | null]>([
    [200, null],
    [204, null],
    [299, null],
    [300, unavailable],
    [401, unavailable],
    [403, { code: 'access.denied' }],
  ])('after the answer %i', async (status, refusal) => {
    const { client, requests } = clientOf(new Response(null, { status }));
    const registered = client.registerPermissions([permission]);
    await (refusal ? expect(registered).rejects.toMatchObject(refusal) : registered);
    expect(requests[0]?.url).toBe(`${users.baseUrl}/v1/user-management/permissions/register`);
  });
});

describe('the feed', () => {
  it('is read after a sequence, with the token of the service', async () => {
    for (const type of ['users.created', 'users.updated', 'users.erased'] as const) users.publish({ type, user_id: 'id-1' });
    const page = await newClient().readEvents(1, 1);
    expect(page).toEqual({ items: [expect.objectContaining({ sequence: 2, type: 'users.updated' })], latestSequence: 3 });
    const { client, requests } = clientOf(Response.json({ items: [], next_after: 5, latest_sequence: 4 }));
    expect(await client.readEvents(5, 1_000)).toEqual({ items: [], latestSequence: 4 });
    expect(requests[0]?.url).toBe(`${users.baseUrl}/v1/user-management/events?after=5&limit=1000`);
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer service-token');
  });

  it.each<[string, Response, object]>([
    ['the scope is missing', problem(403, 'access.denied'), { code: 'access.denied' }],
    ['events are gone', problem(410, 'events.expired'), unavailable],
    ['the service is of an older version', problem(404, 'request.not_found'), unavailable],
    ['there is no page in the answer', Response.json({ items: {}, latest_sequence: 1 }), unavailable],
    ['there is no newest in the answer', Response.json({ items: [] }), unavailable],
    ['there is no answer in it', Response.json(null), unavailable],
    ['it is another answer', Response.json({ items: [], latest_sequence: 1 }, { status: 206 }), unavailable],
  ])('is refused when %s', async (_why, answer, refusal) => {
    await expect(clientOf(answer).client.readEvents(0, 1)).rejects.toMatchObject(refusal);
  });

  it('needs a token of the service', async () => {
    const client = new UserManagementClient({ baseUrl: users.baseUrl });
    await expect(client.readEvents(0, 1)).rejects.toMatchObject({ option: 'serviceToken' });
  });
});

describe('the client', () => {
  it('says what is the matter when the service is not there', async () => {
    await users.close();
    const gone = newClient().readOwnContext('a.e30.c');
    await expect(gone).rejects.toMatchObject({ ...unavailable, message: 'user-management does not answer', cause: {} });
    users = await startFakeUserManagement();
  });

  it('gives up a service that hangs', async () => {
    users.setBehaviour('hang');
    const hanging = newClient({ timeoutMs: 50 }).readContext('id-1');
    await expect(hanging).rejects.toMatchObject({ ...unavailable, cause: { name: 'TimeoutError' } });
  });

  it('finds the service behind a path, with or without slashes at the end', async () => {
    for (const baseUrl of ['https://a.example.com/users', 'https://a.example.com/users//']) {
      const requests: string[] = [];
      const fetch = (url: string): Promise<Response> => {
        requests.push(url);
        return Promise.resolve(new Response());
      };
      const client = newClient({ baseUrl, fetch: fetch as typeof globalThis.fetch });
      await client.registerPermissions([]);
      expect(requests).toEqual(['https://a.example.com/users/v1/user-management/permissions/register']);
    }
  });

  it.each<[string, unknown]>([
    ['baseUrl', 'users'],
    ['baseUrl', 'https://users.example.com?a'],
    ['baseUrl', 'https://users.example.com#a'],
    ['baseUrl', 'https://user:hunter2@users.example.com'],
    ['timeoutMs', 2_001],
    ['timeoutMs', '1'],
  ])('does not start with %s %j', (option, value) => {
    const start = (): UserManagementClient => newClient({ [option]: value });
    expect(start).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
    expect(start).not.toThrow(/hunter2/);
  });

  it('takes the longest time that is allowed', () => {
    expect(() => newClient({ timeoutMs: 2_000 })).not.toThrow();
  });
});
