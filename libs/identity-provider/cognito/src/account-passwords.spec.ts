import { callsOf, person, startPool, stopPools } from '../test/pool-under-test.js';

afterEach(stopPools);

const PASSWORD = 'Chosen-By-Ada-1';
const REJECTED = { failure: 'rejected', outcome: 'not_done' };

describe('starting a password reset', () => {
  it('mails a code to whoever signed in once', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    fake.users.confirm('ada@example.com', PASSWORD);
    await provider.startPasswordReset(account);
    expect(fake.mails).toMatchObject([{ kind: 'reset_code', to: 'ada@example.com' }]);
    expect(fake.users.get('ada@example.com').status).toBe('RESET_REQUIRED');
  });

  it.each(['email', 'alias'] as const)('invites again whoever never signed in, whom Cognito lets nobody reset (%s)', async (signInMode) => {
    const { fake, provider } = await startPool({ signInMode });
    const account = await provider.createUser(person());
    await provider.startPasswordReset(account);
    expect(fake.mails).toMatchObject([{ kind: 'invitation', medium: 'EMAIL' }]);
    expect(fake.ledger.of('AdminResetUserPassword')).toEqual([]);
  });

  it('is refused for an e-mail nobody verified, a disabled account and a pool without account recovery', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person({ emailVerified: false }));
    fake.users.confirm('ada@example.com', PASSWORD);
    await expect(provider.startPasswordReset(account)).rejects.toMatchObject(REJECTED);
    await provider.updateProfile(account, { emailVerified: true });
    await provider.disable(account);
    await expect(provider.startPasswordReset(account)).rejects.toMatchObject(REJECTED);

    const other = await startPool({ hasAccountRecovery: false });
    const unreachable = await other.provider.createUser(person());
    other.fake.users.confirm('ada@example.com', PASSWORD);
    await expect(other.provider.startPasswordReset(unreachable)).rejects.toMatchObject(REJECTED);
  });
});

describe('a temporary password', () => {
  it('has to be changed at the next sign-in, and ends the sessions of whoever knew the old one', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    fake.users.confirm('ada@example.com', PASSWORD);
    const password = await provider.setTemporaryPassword(account);
    const user = fake.users.get('ada@example.com');
    expect(user.status).toBe('FORCE_CHANGE_PASSWORD');
    expect(user.signedOutAt).not.toBeNull();
    expect(fake.signIn('ada@example.com', password)).toBe(true);
    expect(callsOf(fake).slice(-2)).toEqual(['AdminSetUserPassword', 'AdminUserGlobalSignOut']);
  });

  it('is given to nobody who signs in with another provider: it would cut them off from it', async () => {
    const { fake, provider } = await startPool();
    const { sub, username } = fake.users.seed({ email: 'g@example.com', username: 'Google_1', status: 'EXTERNAL_PROVIDER' });
    for (const account of [{ externalId: sub, username }, { externalId: sub, username: null }]) {
      await expect(provider.setTemporaryPassword(account)).rejects.toMatchObject(REJECTED);
      await expect(provider.startPasswordReset(account)).rejects.toMatchObject(REJECTED);
      await expect(provider.resendInvitation(account)).rejects.toMatchObject(REJECTED);
    }
    expect(fake.users.get('Google_1').status).toBe('EXTERNAL_PROVIDER');
  });
});

describe('an invitation', () => {
  it.each(['email', 'alias'] as const)('goes out again with a new temporary password while nobody has signed in (%s)', async (signInMode) => {
    const { fake, provider } = await startPool({ signInMode });
    const account = await provider.createUser(person({ delivery: 'invite' }));
    await provider.resendInvitation(account);
    const [first, second] = fake.mails;
    expect(fake.mails).toHaveLength(2);
    expect(fake.signIn('ada@example.com', first!.secret)).toBe(false);
    expect(fake.signIn('ada@example.com', second!.secret)).toBe(true);
  });

  it('revives an account whose temporary password ran out', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person({ delivery: 'invite' }));
    fake.advance(8 * 24 * 3_600_000);
    expect(fake.signIn('ada@example.com', fake.mails[0]!.secret)).toBe(false);
    await provider.resendInvitation(account);
    expect(fake.signIn('ada@example.com', fake.mails[1]!.secret)).toBe(true);
  });

  it('is refused once the person signed in', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    fake.users.confirm('ada@example.com', PASSWORD);
    await expect(provider.resendInvitation(account)).rejects.toMatchObject(REJECTED);
    expect(fake.mails).toEqual([]);
  });
});

describe('closing', () => {
  it('ends sessions when it disables, so that enabling brings no old one back', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    await provider.disable(account);
    expect(fake.users.get('ada@example.com')).toMatchObject({ enabled: false, signedOutAt: expect.any(Number) });
    expect(callsOf(fake).slice(-2)).toEqual(['AdminDisableUser', 'AdminUserGlobalSignOut']);
  });

  it('disables a federated account although nobody noted its Username', async () => {
    const { fake, provider } = await startPool();
    const { sub } = fake.users.seed({ email: 'g@example.com', username: 'Google_1', status: 'EXTERNAL_PROVIDER' });
    await provider.disable({ externalId: sub, username: null });
    expect(fake.users.get('Google_1').enabled).toBe(false);
  });

  it('disables the account with the subject, not the one that chose this subject as its Username', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    const victim = fake.users.seed({ email: 'v@example.com', username: 'victim' });
    fake.users.seed({ email: 'x@example.com', username: victim.sub });
    await provider.disable({ externalId: victim.sub, username: null });
    expect(fake.users.get('victim').enabled).toBe(false);
    expect(fake.users.get(victim.sub).enabled).toBe(true);
  });
});
