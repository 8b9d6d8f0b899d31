import { jest } from '@jest/globals';
import { failureOf, newInput, startAuth0, type Auth0UnderTest } from '../test/auth0-under-test.js';

let under: Auth0UnderTest;
beforeEach(async () => {
  under = await startAuth0();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await under.stop();
});

const tokensAsked = () => under.auth0.ledger.of('oauth.token').length;

describe('the access token of the Management API', () => {
  it('is asked for once by all who wait for it, and kept', async () => {
    await Promise.all(Array.from({ length: 10 }, () => under.provider.findByExternalId('auth0|x')));
    await under.provider.checkHealth();
    expect(tokensAsked()).toBe(1);
  });

  it('is for the canonical domain, whatever address it is asked at', async () => {
    under.auth0.settings.domain = 'another-tenant.eu.auth0.com';
    expect(await failureOf(under.provider.checkHealth())).toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
  });

  it('is renewed before it expires', async () => {
    await under.provider.checkHealth();
    const nearTheEnd = Date.now() + 86_395_000;
    jest.spyOn(Date, 'now').mockReturnValue(nearTheEnd);
    await under.provider.checkHealth();
    expect(tokensAsked()).toBe(2);
    expect(under.auth0.ledger.of('roles.list').map(({ status }) => status)).toEqual([200, 200]);
  });

  it('is replaced after the tenant refused it, at the price of one operation', async () => {
    const input = newInput();
    await under.provider.checkHealth();
    under.auth0.revokeTokens();
    expect(await failureOf(under.provider.createUser(input))).toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
    await expect(under.provider.createUser(input)).resolves.toMatchObject({ temporaryPassword: null });
    expect(tokensAsked()).toBe(2);
  });

  it('that comes too late fails one operation, as not done, and serves the next', async () => {
    const input = newInput();
    under.auth0.faults.script('oauth.token', { kind: 'delay', ms: 3_300 });
    expect(await failureOf(under.provider.createUser(input))).toMatchObject({ failure: 'unavailable', outcome: 'not_done' });
    await expect(under.provider.createUser(input)).resolves.toMatchObject({ temporaryPassword: null });
    expect(tokensAsked()).toBe(1);
    expect(under.auth0.ledger.of('users.create')).toHaveLength(1);
  });

  it.each([
    ['a wrong secret', { clientSecret: 'wrong-one' }, 'misconfigured'],
    ['a wrong client', { clientId: 'nobody' }, 'misconfigured'],
  ] as const)('is refused for %s, which a person has to mend', async (_case, options, failure) => {
    const error = await failureOf(under.another(options).createUser(newInput()));
    expect(error).toMatchObject({ failure, outcome: 'not_done' });
    expect(JSON.stringify([error, error.message])).not.toContain('wrong-one');
  });

  it.each([
    ['a 500', { kind: 'status', status: 500, applied: false }, 'unavailable'],
    ['a 429', { kind: 'status', status: 429, applied: false }, 'throttled'],
    ['a connection torn down', { kind: 'reset', applied: true }, 'unavailable'],
  ] as const)('that could not be got because of %s leaves a write not done, and is tried for again', async (_case, fault, failure) => {
    under.auth0.faults.script('oauth.token', fault);
    expect(await failureOf(under.provider.createUser(newInput()))).toMatchObject({ failure, outcome: 'not_done' });
    expect(under.auth0.ledger.of('users.create')).toHaveLength(0);
    await expect(under.provider.createUser(newInput())).resolves.toBeDefined();
  });
});
