import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { IdentityProviderError, type AccountRef, type IdentityProvider } from '@sa-platform/identity-provider';
import { ANY, type Fault } from '@sa-platform/identity-provider-fakes';
import { callsOf, person, startPool, stopPools } from '../test/pool-under-test.js';
import { providerOf, SECRET_KEY } from '../test/provider-under-test.js';

afterEach(stopPools);

/** Long enough for a busy machine to answer what is not delayed. */
const DEADLINE_MS = 1_000;
const ROLES = { ...person().claims, roles: ['BILLER'] };

async function failureOf(work: Promise<unknown>): Promise<IdentityProviderError> {
  const error = await work.then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(IdentityProviderError);
  return error as IdentityProviderError;
}

describe('a creation that Cognito does not confirm', () => {
  const FAULTS: [string, Fault, string][] = [
    ['it hangs after applying', { kind: 'hang', applied: true }, 'unknown'],
    ['it hangs without applying', { kind: 'hang', applied: false }, 'unknown'],
    ['the connection is torn after applying', { kind: 'reset', applied: true }, 'unknown'],
    ['the connection is torn before applying', { kind: 'reset', applied: false }, 'unknown'],
    ['it answers 500 after applying', { kind: 'status', status: 500, applied: true }, 'unknown'],
    ['it is too late', { kind: 'apply_late', ms: DEADLINE_MS * 2 }, 'unknown'],
    ['it throttles', { kind: 'status', status: 429, applied: false }, 'not_done'],
    ['it says conflict', { kind: 'status', status: 409, applied: false }, 'not_done'],
    ['it lets nobody in', { kind: 'status', status: 403, applied: false }, 'not_done'],
  ];

  it.each(FAULTS)('%s', async (_name, fault, outcome) => {
    const { fake, provider } = await startPool({}, { deadlineMs: DEADLINE_MS });
    fake.faults.script('AdminCreateUser', fault);
    const error = await failureOf(provider.createUser(person()));
    expect(error.outcome).toBe(outcome);
    expect(fake.ledger.of('AdminCreateUser')).toHaveLength(1);
    if (outcome === 'not_done') expect(fake.users.list()).toEqual([]);
  });

  it.each(['email', 'alias'] as const)('is found by its mark and finished, never made twice (%s)', async (signInMode) => {
    const { fake, provider } = await startPool({ signInMode });
    const input = person({ claims: ROLES });
    fake.faults.script('AdminCreateUser', { kind: 'status', status: 500, applied: true });
    expect(await failureOf(provider.createUser(input))).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    const found = await provider.findMarked(input.userId, input.email);
    await provider.setClaims(found!, input.claims);
    expect([...fake.users.get(input.email).groups]).toEqual(['BILLER']);
    expect(await failureOf(provider.createUser(input))).toMatchObject({ failure: 'conflict', outcome: 'not_done' });
  });

  it.each<Fault>([
    { kind: 'status', status: 429, applied: false },
    { kind: 'status', status: 500, applied: false },
    { kind: 'reset', applied: true },
  ])('is unknown when it stops between the account and its groups (%j)', async (fault) => {
    const { fake, provider } = await startPool();
    const input = person({ claims: ROLES });
    fake.faults.script('AdminAddUserToGroup', fault);
    expect((await failureOf(provider.createUser(input))).outcome).toBe('unknown');
    const found = await provider.findMarked(input.userId, input.email);
    expect(found?.claims).toEqual({ ...input.claims, roles: [] });
    await provider.setClaims(found!, input.claims);
    expect([...fake.users.get(input.email).groups]).toEqual(['BILLER']);
    expect((await provider.findMarked(input.userId, input.email))?.claims).toEqual(input.claims);
  });

  it.each(['DescribeUserPool', 'GetGroup', 'CreateGroup'])('is certainly not done when %s fails before it', async (call) => {
    const { fake } = await startPool();
    const provider = providerOf(fake, { deadlineMs: DEADLINE_MS });
    fake.faults.script(call, { kind: 'hang', applied: true });
    expect(await failureOf(provider.createUser(person({ claims: ROLES })))).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
    expect(fake.ledger.of('AdminCreateUser')).toEqual([]);
    await expect(provider.createUser(person({ claims: ROLES }))).resolves.toMatchObject({ username: null });
  });
});

describe('an operation of several calls', () => {
  it('is unknown when it disabled and could not end sessions', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    fake.faults.script('AdminUserGlobalSignOut', { kind: 'status', status: 429, applied: false });
    expect(await failureOf(provider.disable(account))).toMatchObject({ failure: 'throttled', outcome: 'unknown' });
    expect(fake.users.get('ada@example.com').enabled).toBe(false);
  });

  it('is not done when its first call is refused', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    fake.faults.script('AdminDisableUser', { kind: 'status', status: 429, applied: false });
    expect(await failureOf(provider.disable(account))).toMatchObject({ failure: 'throttled', outcome: 'not_done', retryAfterMs: 1_000 });
    expect(fake.ledger.of('AdminUserGlobalSignOut')).toEqual([]);
  });

  it('shares one deadline, also when each call alone would be in time', async () => {
    const { fake, provider } = await startPool({}, { deadlineMs: DEADLINE_MS });
    const account = await provider.createUser(person());
    fake.faults.stand(ANY, { kind: 'delay', ms: DEADLINE_MS * 0.7 });
    const started = performance.now();
    expect(await failureOf(provider.disable(account))).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS * 2);
  });

  it('sends nothing more once its answer is given', async () => {
    const { fake, provider } = await startPool({}, { deadlineMs: DEADLINE_MS });
    const account = await provider.createUser(person());
    fake.faults.script('AdminDisableUser', { kind: 'delay', ms: DEADLINE_MS * 1.5 });
    await failureOf(provider.disable(account));
    await new Promise((resolve) => setTimeout(resolve, DEADLINE_MS));
    expect(callsOf(fake).at(-1)).toBe('AdminDisableUser');
  });
});

describe('a read', () => {
  it.each<Fault>([
    { kind: 'hang', applied: true },
    { kind: 'reset', applied: true },
    { kind: 'status', status: 500, applied: true },
  ])('is not done when it fails, for it changes nothing (%j)', async (fault) => {
    const { fake, provider } = await startPool({}, { deadlineMs: DEADLINE_MS });
    fake.faults.stand(ANY, fault);
    const works = [provider.findByEmail('a@example.com'), provider.listUsers({ cursor: null, limit: 5 }), provider.checkHealth()];
    for (const error of await Promise.all(works.map(failureOf))) {
      expect(error).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
    }
  });
});

describe('a pool that can’t be reached', () => {
  it('is unavailable', async () => {
    const { fake } = await startPool();
    await fake.stop();
    const provider = providerOf(fake);
    // That nothing was done shows in `cognito-errors.spec.ts`: inside Jest the SDK takes no error of Node's for one, and drops its code.
    expect(await failureOf(provider.enable({ externalId: 'x', username: 'x' }))).toMatchObject({ failure: 'unavailable' });
  });

  it('holds nobody longer than the deadline, even when the credentials never come', async () => {
    const { fake } = await startPool();
    const provider = providerOf(fake, { deadlineMs: DEADLINE_MS, credentials: () => new Promise(() => undefined) });
    expect(await failureOf(provider.checkHealth())).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
  });

  it('says misconfigured without credentials', async () => {
    const { fake } = await startPool();
    const missing = Object.assign(new Error('secret path /root/.aws'), { name: 'CredentialsProviderError' });
    const provider = providerOf(fake, { credentials: () => Promise.reject(missing) });
    const error = await failureOf(provider.checkHealth());
    expect(error).toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
    expect(error.message).not.toContain('.aws');
  });

  it('is asked for its settings again after it failed', async () => {
    const { fake } = await startPool();
    const provider = providerOf(fake);
    fake.faults.script('DescribeUserPool', { kind: 'status', status: 500, applied: false });
    await failureOf(provider.createUser(person()));
    await provider.createUser(person());
    await provider.createUser(person({ userId: 'u2', email: 'b@example.com' }));
    expect(fake.ledger.of('DescribeUserPool')).toHaveLength(2);
  });
});

describe('the pace', () => {
  const slow = { UserUpdate: { burst: 2, perSecond: 1, reserved: 1, maxWaitMs: 0 } };

  it('lets a revocation through when everything else has to wait', async () => {
    const { fake, provider } = await startPool({}, { pacing: slow });
    const account = await provider.createUser(person());
    await provider.enable(account);
    expect(await failureOf(provider.enable(account))).toMatchObject({ failure: 'throttled', outcome: 'not_done', retryAfterMs: expect.any(Number) });
    await provider.revokeSessions(account);
    expect(fake.users.get('ada@example.com').signedOutAt).not.toBeNull();
  });

  it('rests for a second after a refusal, in that category alone', async () => {
    const { fake, provider } = await startPool({}, { pacing: { UserUpdate: { maxWaitMs: 0 } } });
    const account = await provider.createUser(person());
    fake.faults.script('AdminEnableUser', { kind: 'status', status: 429, applied: false });
    expect(await failureOf(provider.enable(account))).toMatchObject({ failure: 'throttled' });
    fake.ledger.clear();
    expect(await failureOf(provider.enable(account))).toMatchObject({ failure: 'throttled', outcome: 'not_done' });
    await provider.findByExternalId(account.externalId);
    expect(callsOf(fake)).toEqual(['AdminGetUser']);
  });

  it('stays below the quotas of a new account when everybody comes at once', async () => {
    const { fake, provider } = await startPool({ quotas: { UserUpdate: 25 } }, { deadlineMs: 10_000, pacing: { UserUpdate: { maxWaitMs: 9_000 } } });
    const account = await provider.createUser(person());
    await Promise.all(Array.from({ length: 50 }, () => provider.enable(account)));
    expect(fake.ledger.of('AdminEnableUser').every(({ applied }) => applied)).toBe(true);
  });
});

describe('secrets', () => {
  it('never are in an error: no password, no key, nothing of what was sent or answered', async () => {
    const requests: string[] = [];
    const echo = await startEcho(requests);
    const provider: IdentityProvider = providerOf({ address: echo.address, userPoolId: 'eu-west-1_Echo' });
    const account: AccountRef = { externalId: 'sub-1', username: 'private-name' };
    const works = [
      provider.findByEmail('private@example.com'),
      provider.setTemporaryPassword(account),
      provider.updateProfile(account, { displayName: 'Private Person' }),
      provider.disable(account),
      provider.createUser(person({ delivery: 'temporary_password' })),
    ];
    const errors = await Promise.all(works.map(failureOf));
    await echo.stop();
    const shown = errors.map((error) => `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).join('\n');
    expect(requests.join()).toContain('private-name');
    for (const secret of ['private', 'Private', SECRET_KEY, 'AKIDEXAMPLE', 'quoted']) expect(shown).not.toContain(secret);
  });

  it('never are printed', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => jest.spyOn(console, name));
    const { provider } = await startPool();
    const account = await provider.createUser(person({ delivery: 'temporary_password' }));
    await provider.setTemporaryPassword(account);
    await failureOf(provider.createUser(person()));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});

/** A server that repeats what it was sent in its error, as a provider might. */
async function startEcho(requests: string[]): Promise<{ address: string; stop: () => Promise<void> }> {
  const server: Server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      requests.push(body);
      res.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      res.end(JSON.stringify({ __type: 'InvalidParameterException', message: `quoted: ${body} ${String(req.headers.authorization)}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
