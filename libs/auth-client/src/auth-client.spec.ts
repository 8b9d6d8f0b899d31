import { AuthClient, createAuthClient, requireAnyPermission, requireApproved, requirePermissions, type AuthClientOptions } from './index.js';
import {
  buildContext,
  buildMembership,
  startFakeUserManagement,
  startTestIssuer,
  type FakeEvents,
  type FakeUserManagement,
  type TestIssuer,
} from './testing/index.js';

const PERMISSION = { permission: 'claims:export', service_id: 'claims', description: 'Export claims' };
const biller = buildMembership({ permissions: ['claims:read'] });
const context = buildContext({ memberships: [biller] });

let issuer: TestIssuer;
let users: FakeUserManagement;
let clients: AuthClient[];
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  clients = [];
  users = await startFakeUserManagement();
  users.setContext('test-user', context);
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await users.close();
});

function newClient(more: Partial<AuthClientOptions> = {}): AuthClient {
  const client = createAuthClient({ verifier: issuer.verifierOptions, userManagementUrl: users.baseUrl, ...more });
  clients.push(client);
  return client;
}

const service = (): NonNullable<AuthClientOptions['service']> => ({
  tokenUrl: issuer.tokenUrl,
  clientId: 'claims',
  clientSecret: 'secret',
});
const request = (): { authorization: string } => ({ authorization: `Bearer ${issuer.issue()}` });
const readClaims = [requirePermissions('claims:read')];

describe('an auth client', () => {
  it('says who calls, and for which organisation', async () => {
    const { caller, tenant } = await newClient().authorize(request(), readClaims);
    expect(caller).toMatchObject({ type: 'user', principal: { subject: 'test-user' }, context });
    expect(tenant).toEqual({ organisationId: 'texas', isProven: true });
  });

  it.each([
    ['token.missing', undefined, readClaims],
    ['token.invalid', 'Bearer a.b.c', readClaims],
    ['access.undeclared', 'good', []],
    ['access.denied', 'good', [requireAnyPermission('claims:write')]],
  ])('refuses with %s', async (code, authorization, rules) => {
    const value = authorization === 'good' ? request().authorization : authorization;
    await expect(newClient().authorize({ authorization: value }, rules)).rejects.toMatchObject({ name: 'AuthError', code });
  });

  it.each([
    ['refuses who acts as somebody else, unless told to accept it', false],
    ['says who acts as somebody else, until it ends', true],
  ])('%s', async (_what, isAccepted) => {
    const verifier = { ...issuer.verifierOptions, ...(isAccepted ? { impersonation: users.impersonation } : {}) };
    const client = newClient({ verifier, events: users.connectEvents() });
    await client.start();
    const { id, token, end } = users.impersonate('test-user');
    const answer = (): Promise<unknown> => client.authorize({ authorization: `Bearer ${token}` }, readClaims);
    if (!isAccepted) {
      await expect(answer()).rejects.toMatchObject({ code: 'token.invalid' });
      return;
    }
    const impersonation = { id, actor: { subject: 'test-admin', userId: 'test-admin-id' } };
    expect(await answer()).toMatchObject({ caller: { principal: { subject: 'test-user', impersonation }, context } });
    expect(await client.authorize(request(), readClaims)).not.toHaveProperty('caller.principal.impersonation');
    end();
    await expect(answer()).rejects.toMatchObject({ code: 'impersonation.ended', status: 401 });
    await expect(client.authorize(request(), readClaims)).resolves.toBeDefined();
  });

  it('has its parts at hand', async () => {
    const client = newClient({ service: service() });
    const token = issuer.issue();
    expect(await client.verifier.verify(token)).toMatchObject({ type: 'user', subject: 'test-user' });
    expect(await client.contexts.getContext(context.user_id)).toEqual(context);
    expect(await client.users.readOwnContext(token)).toMatchObject({ context });
  });

  it('keeps contexts as it is told to', async () => {
    const client = newClient({ contexts: { maxAgeMs: 0 } });
    await client.authorize(request(), readClaims);
    await client.authorize(request(), readClaims);
    expect(users.contextRequests).toBe(2);
  });

  it('waits for answers as long as it is told to', async () => {
    users.setBehaviour('hang');
    const hanging = newClient({ timeoutMs: 20 }).authorize(request(), readClaims);
    await expect(hanging).rejects.toMatchObject({ code: 'context.unavailable', status: 503 });
  });

  it('asks about others with its own token, and only then needs one', async () => {
    const withoutToken = newClient().contexts.getContext(context.user_id);
    await expect(withoutToken).rejects.toMatchObject({ name: 'ConfigurationError', option: 'serviceToken' });
    const before = issuer.tokenRequests;
    await newClient({ service: service() }).contexts.getContext(context.user_id);
    expect(issuer.tokenRequests - before).toBe(1);
  });

  it.each<[string, Partial<AuthClientOptions>]>([
    ['userManagementUrl', { userManagementUrl: 'users' }],
    ['issuer', { verifier: { provider: 'oidc', issuer: '', audience: 'a', jwksUri: 'https://a' } }],
    ['timeoutMs', { timeoutMs: -1 }],
    ['maxAgeMs', { contexts: { maxAgeMs: 2_001 } }],
    ['tokenUrl', { service: { tokenUrl: '', clientId: 'a', clientSecret: 'b' } }],
    ['service', { permissions: [PERMISSION] }],
  ])('does not start with a wrong option %s', (option, options) => {
    expect(() => newClient(options)).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  });
});

describe('events', () => {
  let events: FakeEvents;
  let client: AuthClient;
  beforeEach(() => {
    events = users.connectEvents();
    client = newClient({ events, contexts: { maxAgeMs: 0 } });
  });
  const isAllowed = (): Promise<boolean> => client.authorize(request(), readClaims).then(() => true, () => false);

  it('make a change count at once, and nothing else needs to be asked', async () => {
    await client.start();
    expect([await isAllowed(), await isAllowed(), users.contextRequests]).toEqual([true, true, 1]);
    users.changeContext('test-user', { memberships: [] });
    expect([await isAllowed(), await isAllowed(), users.contextRequests]).toEqual([false, false, 2]);
  });

  it('are not heard before the start', async () => {
    expect([await isAllowed(), await isAllowed(), users.contextRequests]).toEqual([true, true, 2]);
  });

  it('that were cut off let the service be asked again', async () => {
    await client.start();
    await isAllowed();
    events.cut();
    users.changeContext('test-user', { memberships: [] });
    expect([await isAllowed(), users.contextRequests]).toEqual([false, 2]);
  });

  it('are heard once', async () => {
    await client.start();
    await expect(client.start()).rejects.toThrow('A connection is opened once');
  });

  it('end with the client', async () => {
    let isClosed = false;
    const close = events.close.bind(events);
    events.close = async () => {
      await close();
      await new Promise(setImmediate);
      isClosed = true;
    };
    await client.start();
    await client.close();
    expect(isClosed).toBe(true);
  });
});

describe('permissions', () => {
  it('are registered on start', async () => {
    await newClient({ service: service(), permissions: [PERMISSION] }).start();
    expect(users.registeredPermissions).toEqual([PERMISSION]);
  });

  it('are registered before the start by nobody', async () => {
    newClient({ service: service(), permissions: [PERMISSION] });
    await newClient({ service: service(), permissions: [] }).start();
    expect(users.registeredPermissions).toEqual([]);
  });

  it('that can not be registered yet do not keep the service from starting', async () => {
    users.setBehaviour('fail');
    const errors: Error[] = [];
    const onError = (error: Error): unknown => errors.push(error);
    await newClient({ service: service(), permissions: [PERMISSION], onError }).start();
    expect(errors).toEqual([expect.objectContaining({ code: 'context.unavailable' })]);
    users.setBehaviour('answer');
    while (users.registeredPermissions.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(users.registeredPermissions).toEqual([PERMISSION]);
  });

  it('may fail without anybody who hears of it', async () => {
    users.setBehaviour('fail');
    await expect(newClient({ service: service(), permissions: [PERMISSION] }).start()).resolves.toBeUndefined();
  });

  it('are not tried again once the client is closed', async () => {
    users.setBehaviour('fail');
    const client = newClient({ service: service(), permissions: [PERMISSION] });
    await client.start();
    await client.close();
    users.setBehaviour('answer');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(users.registeredPermissions).toEqual([]);
  });
});

test('a client without anything in the background starts and closes', async () => {
  const client = newClient();
  await client.start();
  await client.close();
  expect(await client.authorize(request(), [requireApproved()])).toBeDefined();
});
