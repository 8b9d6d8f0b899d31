import { describeIdentityProvider } from '@sa-platform/identity-provider/conformance';
import { failureOf, newInput, ref, startAuth0, type Auth0UnderTest } from '../test/auth0-under-test.js';
import { createAuth0IdentityProvider } from './index.js';

describeIdentityProvider('auth0', async () => {
  const under = await startAuth0({ roles: ['BILLER', 'READONLY'] });
  return {
    provider: under.provider,
    canSignIn: (email, password) => Promise.resolve(under.auth0.users.signIn(email, password)),
    dispose: () => under.stop(),
  };
});

describe('the Auth0 adapter', () => {
  let under: Auth0UnderTest;
  beforeEach(async () => {
    under = await startAuth0();
  });
  afterEach(() => under.stop());

  describe('creating', () => {
    it('makes the external id of our user id, so one user never gets two accounts', async () => {
      const { provider } = under;
      const input = newInput();
      expect(await provider.createUser(input)).toMatchObject({ externalId: `auth0|${input.userId}` });
      expect(await failureOf(provider.createUser({ ...input, email: 'other@auth0.example' })))
        .toMatchObject({ failure: 'conflict', outcome: 'not_done' });
      expect(under.auth0.users.list()).toHaveLength(1);
    });

    it('lets no verification mail leave, whether the e-mail is proved or not', async () => {
      for (const emailVerified of [true, false]) await under.provider.createUser(newInput({ emailVerified }));
      expect(under.auth0.mails).toEqual([]);
    });

    it('sends an invitation through Auth0', async () => {
      const input = newInput({ delivery: 'invite' });
      await under.provider.createUser(input);
      expect(under.auth0.mails).toEqual([{ kind: 'change_password', to: input.email }]);
    });

    it('keeps a phone, and no empty metadata', async () => {
      await under.provider.createUser(newInput({ userId: 'with', phone: '+44 20 1' }));
      await under.provider.createUser(newInput({ userId: 'without' }));
      expect(under.auth0.users.get('auth0|with')?.user_metadata).toEqual({ phone: '+44 20 1' });
      expect(under.auth0.users.get('auth0|without')?.user_metadata).toEqual({});
    });

    it('marks a temporary password for the Action, and no other', async () => {
      await under.provider.createUser(newInput({ userId: 'temporary', delivery: 'temporary_password' }));
      await under.provider.createUser(newInput({ userId: 'invited', delivery: 'invite' }));
      expect(under.auth0.users.get('auth0|temporary')?.app_metadata).toMatchObject({ must_change_password: true });
      expect(under.auth0.users.get('auth0|invited')?.app_metadata).not.toHaveProperty('must_change_password');
    });
  });

  describe('finding', () => {
    it('finds an account by an e-mail in other letters, and those of other connections', async () => {
      const { externalId } = await under.provider.createUser(newInput({ email: 'Ada@Auth0.example' }));
      under.auth0.users.seed({ user_id: 'google-oauth2|1', email: 'Ada@Auth0.example', connection: 'google-oauth2' });
      const found = await under.provider.findByEmail('Ada@Auth0.example');
      expect(found.map((account) => account.externalId).sort()).toEqual([externalId, 'google-oauth2|1']);
    });

    it('finds a marked account that was linked by its e-mail', async () => {
      const metadata = { user_management: { user_id: 'linked' } };
      under.auth0.users.seed({ user_id: 'google-oauth2|2', email: 'linked@auth0.example', app_metadata: metadata });
      under.auth0.users.seed({ email: 'linked@auth0.example' });
      expect(await under.provider.findMarked('linked', 'linked@auth0.example')).toMatchObject({ externalId: 'google-oauth2|2' });
    });

    it('knows its own account by the id when somebody wiped the metadata', async () => {
      const input = newInput();
      const { externalId } = await under.provider.createUser(input);
      under.auth0.users.change(externalId, { app_metadata: {} });
      expect(await under.provider.findMarked(input.userId, input.email)).toMatchObject({ externalId, userId: input.userId });
    });

    it('does not take an account for ours that carries another mark', async () => {
      const input = newInput();
      const { externalId } = await under.provider.createUser(input);
      under.auth0.users.change(externalId, { app_metadata: { user_management: { user_id: 'somebody-else' } } });
      expect(await under.provider.findMarked(input.userId, input.email)).toBeNull();
    });

    it('reads claims that nobody of us wrote as none', async () => {
      const planted = { user_type: 'root', status: 'active', roles: [], organisations: [] };
      const { user_id: id } = under.auth0.users.seed({ email: 'x@auth0.example', app_metadata: { user_management_claims: planted } });
      expect(await under.provider.findByExternalId(id)).toMatchObject({ claims: null, userId: null });
    });

    it.each(['', 'no-strategy', '../clients|x/../..', 'auth0|a b', `auth0|${'x'.repeat(300)}`, { not: '' }])(
      'asks nobody about %j, which can not be an external id', async (id) => {
        expect(await under.provider.findByExternalId(id as string)).toBeNull();
        await under.provider.delete(ref(id as string));
        expect(await failureOf(under.provider.disable(ref(id as string)))).toMatchObject({ failure: 'not_found' });
        expect(under.auth0.ledger.entries).toEqual([]);
      },
    );
  });

  describe('changing', () => {
    it('leaves the metadata of others alone, with claims, a phone and a password', async () => {
      const input = newInput({ phone: '+44 20 1' });
      const account = await under.provider.createUser(input);
      const kept = under.auth0.users.get(account.externalId);
      const theirs = { ...kept?.app_metadata, billing: { plan: 'gold' } };
      under.auth0.users.change(account.externalId, { app_metadata: theirs, user_metadata: { phone: '+44 20 1', theme: 'dark' } });
      await under.provider.setClaims(account, { ...input.claims, roles: [] });
      await under.provider.updateProfile(account, { phone: null });
      await under.provider.setTemporaryPassword(account);
      expect(under.auth0.users.get(account.externalId)).toMatchObject({
        app_metadata: { billing: { plan: 'gold' }, user_management: { user_id: input.userId }, user_management_claims: { roles: [] } },
        user_metadata: { theme: 'dark' },
      });
      expect(under.auth0.users.get(account.externalId)?.user_metadata).not.toHaveProperty('phone');
    });

    it('counts a new e-mail as proved only where it is told so, and mails nobody', async () => {
      const account = await under.provider.createUser(newInput());
      await under.provider.updateProfile(account, { email: 'One@auth0.example', displayName: 'One' });
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ email: 'one@auth0.example', email_verified: false, name: 'One' });
      await under.provider.updateProfile(account, { email: 'two@auth0.example', emailVerified: true });
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ email: 'two@auth0.example', email_verified: true });
      await under.provider.updateProfile(account, { email: 'TWO@auth0.example' });
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ email_verified: true });
      await under.provider.updateProfile(account, { emailVerified: false });
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ email_verified: false });
      expect(under.auth0.mails).toEqual([]);
    });

    it('tells a taken e-mail from one that is none, though Auth0 answers the same', async () => {
      const account = await under.provider.createUser(newInput());
      await under.provider.createUser(newInput({ email: 'taken@auth0.example' }));
      const change = (email: string) => failureOf(under.provider.updateProfile(account, { email, displayName: 'New' }));
      expect(await change('taken@auth0.example')).toMatchObject({ failure: 'conflict', outcome: 'not_done' });
      under.auth0.faults.script('users.update', { kind: 'status', status: 400, applied: false });
      expect(await change('none')).toMatchObject({ failure: 'rejected', outcome: 'not_done' });
      expect(under.auth0.users.get(account.externalId)?.name).not.toBe('New');
    });
  });

  describe('closing', () => {
    it('ends sessions and refresh tokens with the block', async () => {
      const account = await under.provider.createUser(newInput());
      under.auth0.users.change(account.externalId, { sessions: 2, refresh_tokens: 3 });
      await under.provider.disable(account);
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ blocked: true, sessions: 0, refresh_tokens: 0 });
    });

    it('revokes sessions without a block', async () => {
      const account = await under.provider.createUser(newInput());
      under.auth0.users.change(account.externalId, { sessions: 2, refresh_tokens: 3 });
      await under.provider.revokeSessions(account);
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ blocked: false, sessions: 0, refresh_tokens: 0 });
    });

    it('blocks where the plan can not end sessions, and says so when nothing but that was asked', async () => {
      under.auth0.settings.hasSessionEndpoints = false;
      const account = await under.provider.createUser(newInput());
      await under.provider.disable(account);
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ blocked: true });
      expect(await failureOf(under.provider.revokeSessions(account))).toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
    });

    it('takes no sessions to end for an account that is there', async () => {
      const account = await under.provider.createUser(newInput());
      under.auth0.faults.script('sessions.delete', { kind: 'status', status: 404, applied: false });
      await under.provider.revokeSessions(account);
      expect(under.auth0.ledger.of('refresh_tokens.delete')).toHaveLength(1);
    });
  });
});

it('refuses options that can not be right by their names, and quotes none', () => {
  const right = { domain: 'tenant.eu.auth0.com', clientId: 'id', clientSecret: 'S3cret', connection: 'Users' };
  expect(() => createAuth0IdentityProvider(right)).not.toThrow();
  const wrong = { ...right, domain: 'https://S3cret/', connection: 'a" OR "b', managementApiUrl: 'ftp://example.com' };
  expect(() => createAuth0IdentityProvider(wrong)).toThrow('not valid for Auth0: domain, connection, managementApiUrl');
});
