import { newInput, startAuth0, type Auth0UnderTest } from '../test/auth0-under-test.js';
import { runAction, type ActionEvent } from '../test/run-action.js';

const CLAIMS = { user_type: 'clinician', status: 'active', roles: ['BILLER'], organisations: ['texas'] };

function signIn(metadata: Record<string, unknown> = {}, more: Partial<ActionEvent> = {}): ActionEvent {
  const user = { user_id: 'auth0|u', email: 'ada@auth0.example', email_verified: true, app_metadata: metadata };
  return { secrets: {}, connection: { strategy: 'auth0' }, ...more, user: { ...user, ...more.user } };
}

const active = (more: Record<string, unknown> = {}) => ({ user_management_claims: CLAIMS, ...more });

describe('the post-login Action', () => {
  it('puts what our database says into both tokens, below the namespace', async () => {
    const { accessToken, idToken, denied } = await runAction('onExecutePostLogin', signIn(active()));
    expect(denied).toBeNull();
    expect(accessToken).toEqual({
      'https://user-management/status': 'active',
      'https://user-management/user_type': 'clinician',
      'https://user-management/roles': ['BILLER'],
      'https://user-management/organisations': ['texas'],
      'https://user-management/email': 'ada@auth0.example',
      'https://user-management/email_verified': true,
    });
    expect(idToken).toEqual(accessToken);
  });

  it('takes another namespace', async () => {
    const { accessToken } = await runAction('onExecutePostLogin', signIn(active(), { secrets: { NAMESPACE: 'https://clinic.example/' } }));
    expect(accessToken).toMatchObject({ 'https://clinic.example/status': 'active' });
  });

  it.each([
    ['nobody of us has looked at', {}],
    ['waits for approval, whatever roles are noted', { user_management_claims: { ...CLAIMS, status: 'pending' } }],
  ])('lets a person in as pending and without roles whom %s', async (_case, metadata) => {
    const { accessToken, denied } = await runAction('onExecutePostLogin', signIn(metadata));
    expect(denied).toBeNull();
    expect(accessToken).toMatchObject({
      'https://user-management/status': 'pending',
      'https://user-management/roles': [],
      'https://user-management/organisations': [],
    });
  });

  it('calls an e-mail verified only where Auth0 does', async () => {
    const event = signIn(active(), { user: { email_verified: undefined } });
    expect((await runAction('onExecutePostLogin', event)).accessToken).toMatchObject({ 'https://user-management/email_verified': false });
  });

  it.each(['suspended', 'deactivated'])('denies whoever is %s, with no claim in any token', async (status) => {
    const result = await runAction('onExecutePostLogin', signIn({ user_management_claims: { ...CLAIMS, status } }));
    expect(result).toEqual({ denied: `user_${status}`, sentTo: null, accessToken: {}, idToken: {} });
  });
});

describe('a temporary password', () => {
  const SET_AT = '2026-01-01T10:00:00.400Z';
  const temporary = (at: unknown, changedAt?: string, more: Partial<ActionEvent> = {}) =>
    signIn(active({ must_change_password: true, temporary_password_at: at }), { ...more, user: { last_password_reset: changedAt } });

  it.each([
    ['never changed since creation', temporary('creation'), true],
    ['changed after creation', temporary('creation', SET_AT), false],
    ['not changed since it was set', temporary(SET_AT, SET_AT), true],
    ['not changed, told with other digits', temporary(SET_AT, '2026-01-01T10:00:00Z'), true],
    ['changed since', temporary(SET_AT, '2026-01-01T10:05:00Z'), false],
    ['whose note is missing', temporary(undefined, SET_AT), true],
    ['whose note is nonsense', temporary('yesterday', SET_AT), true],
  ])('%s', async (_case, event, isDenied) => {
    const { denied, accessToken } = await runAction('onExecutePostLogin', event);
    expect(denied).toBe(isDenied ? 'password_change_required' : null);
    expect(Object.keys(accessToken).length === 0).toBe(isDenied);
  });

  it('is of no concern to who signs in another way', async () => {
    const event = temporary('creation', undefined, { connection: { strategy: 'google-oauth2' } });
    expect((await runAction('onExecutePostLogin', event)).denied).toBeNull();
  });

  it('can not be kept by going back to Auth0 without a change', async () => {
    expect(await runAction('onContinuePostLogin', temporary('creation'))).toMatchObject({ denied: 'password_change_required', accessToken: {} });
  });
});

describe('over a tenant', () => {
  let under: Auth0UnderTest;
  beforeEach(async () => {
    under = await startAuth0();
  });
  afterEach(() => under.stop());

  /** The address that the Action makes of the domain is the tenant on loopback. */
  const fetchTenant: typeof fetch = (input, init) => {
    const address = input instanceof Request ? input.url : input.toString();
    return fetch(address.replace(`https://${under.auth0.settings.domain}`, under.auth0.address), init);
  };

  const secrets = () => ({
    DOMAIN: under.auth0.settings.domain,
    TICKET_CLIENT_ID: under.auth0.settings.clientId,
    TICKET_CLIENT_SECRET: under.auth0.settings.clientSecret,
  });

  const eventOf = (externalId: string): ActionEvent => ({ user: { ...under.auth0.users.get(externalId) }, secrets: secrets() });

  it('sends a person with a temporary password to Auth0’s page for a new one, and lets them in with that', async () => {
    const { externalId } = await newTemporary();
    under.auth0.settings.scopes = ['create:user_tickets'];
    const { sentTo, denied } = await runAction('onExecutePostLogin', eventOf(externalId), { fetch: fetchTenant });
    expect(denied).toBeNull();
    expect(sentTo).toContain('reset-verify?ticket=');
    under.auth0.users.change(externalId, { last_password_reset: new Date(Date.now() + 5_000).toISOString() });
    const { accessToken } = await runAction('onExecutePostLogin', eventOf(externalId), { fetch: fetchTenant });
    expect(accessToken).toMatchObject({ 'https://user-management/status': 'active', 'https://user-management/roles': ['READONLY'] });
  });

  it('demands a change again after every new temporary password', async () => {
    const account = await newTemporary();
    under.auth0.users.change(account.externalId, { last_password_reset: '2026-01-01T10:00:00.000Z' });
    expect((await runAction('onExecutePostLogin', eventOf(account.externalId))).denied).toBeNull();
    await under.another().setTemporaryPassword(account);
    expect((await runAction('onExecutePostLogin', eventOf(account.externalId), { canRedirect: false })).denied).toBe('password_change_required');
  });

  it.each([
    ['nobody looks at a page', { canRedirect: false }],
    ['no ticket can be had', { fetch: () => Promise.reject(new Error('no network')) }],
  ])('denies when %s', async (_case, surroundings) => {
    const { externalId } = await newTemporary();
    expect(await runAction('onExecutePostLogin', eventOf(externalId), surroundings))
      .toMatchObject({ denied: 'password_change_required', sentTo: null });
  });

  it('reads the claims of the adapter, also after a suspension', async () => {
    const input = newInput();
    const account = await under.provider.createUser(input);
    expect((await runAction('onExecutePostLogin', eventOf(account.externalId))).accessToken).toMatchObject({
      'https://user-management/organisations': ['texas'],
      'https://user-management/email': input.email,
    });
    await under.provider.setClaims(account, { ...input.claims, status: 'suspended' });
    expect((await runAction('onExecutePostLogin', eventOf(account.externalId))).denied).toBe('user_suspended');
  });

  const newTemporary = () => under.another().createUser(newInput({ delivery: 'temporary_password' }));
});
