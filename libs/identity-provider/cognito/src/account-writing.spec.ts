import { callsOf, person, startPool, stopPools } from '../test/pool-under-test.js';

afterEach(stopPools);

describe('creating an account', () => {
  it('invites by e-mail although Cognito would send a text message', async () => {
    const { fake, provider } = await startPool();
    await provider.createUser(person({ delivery: 'invite', phone: '+1 (555) 010-2233' }));
    expect(fake.mails).toMatchObject([{ kind: 'invitation', medium: 'EMAIL', to: 'ada@example.com' }]);
  });

  it.each(['none', 'temporary_password'] as const)('sends nothing for the delivery %s', async (delivery) => {
    const { fake, provider } = await startPool();
    await provider.createUser(person({ delivery }));
    expect(fake.mails).toEqual([]);
  });

  it('answers a temporary password that lets the person in, for seven days', async () => {
    const { fake, provider } = await startPool();
    const { temporaryPassword } = await provider.createUser(person({ delivery: 'temporary_password' }));
    expect(fake.signIn('ada@example.com', temporaryPassword!)).toBe(true);
    fake.advance(8 * 24 * 3_600_000);
    expect(fake.signIn('ada@example.com', temporaryPassword!)).toBe(false);
  });

  it('says whether the e-mail is verified, one way or the other: resets need it', async () => {
    const { fake, provider } = await startPool();
    await provider.createUser(person());
    await provider.createUser(person({ userId: 'u2', email: 'b@example.com', emailVerified: false }));
    expect(fake.users.get('ada@example.com').attributes.get('email_verified')).toBe('true');
    expect(fake.users.get('b@example.com').attributes.get('email_verified')).toBe('false');
  });

  it('has no Username beside the subject where people sign in by e-mail', async () => {
    const { fake, provider } = await startPool();
    const created = await provider.createUser(person());
    expect(created).toMatchObject({ externalId: fake.users.get('ada@example.com').sub, username: null });
  });

  it('takes our user id for the Username where e-mail is an alias, and keeps it apart from the subject', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    const created = await provider.createUser(person());
    expect(created.username).toBe(person().userId);
    expect(created.externalId).toBe(fake.users.get('ada@example.com').sub);
    expect(created.externalId).not.toBe(created.username);
  });

  it('never takes a verified e-mail from the account that has it', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    fake.users.seed({ email: 'ada@example.com', username: 'ada' });
    await expect(provider.createUser(person())).rejects.toMatchObject({ failure: 'conflict', outcome: 'not_done' });
    expect(fake.users.list()).toHaveLength(1);
  });

  it('makes no second account with an unverified e-mail, which Cognito would allow', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    await provider.createUser(person({ emailVerified: false }));
    await expect(provider.createUser(person({ userId: 'u2', emailVerified: false }))).rejects.toMatchObject({ failure: 'conflict', outcome: 'not_done' });
    expect(fake.users.list()).toHaveLength(1);
  });

  it('lets nobody hold an e-mail against its owner by an unverified account', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    fake.users.seed({ email: 'ada@example.com', username: 'squatter', emailVerified: false, status: 'UNCONFIRMED' });
    await expect(provider.createUser(person())).resolves.toMatchObject({ username: person().userId });
  });

  it.each([
    ['+15550102233', '+15550102233'],
    ['+44 (20) 7946-0018', '+442079460018'],
    ['020 7946 0018', undefined],
    ['+0123', undefined],
    [null, undefined],
  ])('sends the phone %j as %j: Cognito refuses what is not E.164, with all that comes along', async (phone, sent) => {
    const { fake, provider } = await startPool();
    await provider.createUser(person({ phone }));
    expect(fake.users.get('ada@example.com').attributes.get('phone_number')).toBe(sent);
  });

  it.each([
    ['a user id', { userId: { not: '' } }],
    ['an e-mail', { email: { contains: '@' } }],
    ['an e-mail with a line break', { email: 'a@b.c\nBcc: x@y.z' }],
    ['an e-mail that ends a filter', { email: 'a"@example.com' }],
    ['a display name with a NUL byte', { displayName: 'A\u0000da' }],
    ['a phone', { phone: { set: '1' } }],
    ['a role', { claims: { ...person().claims, roles: [{}] } }],
    ['a role with the separator of lists', { claims: { ...person().claims, roles: ['A,B'] } }],
    ['more roles than an account can have groups', { claims: { ...person().claims, roles: Array.from({ length: 101 }, (_, i) => `R${i}`) } }],
    ['organisations', { claims: { ...person().claims, organisations: 'texas' } }],
  ])('refuses %s that is not what it should be before anything is asked', async (_case, more) => {
    const { fake, provider } = await startPool();
    await expect(provider.createUser({ ...person(), ...more } as never)).rejects.toMatchObject({ failure: 'rejected', outcome: 'not_done' });
    expect(callsOf(fake)).toEqual([]);
  });
});

describe('claims', () => {
  it('read back equal with 55 organisations, and are refused as a whole when an attribute can’t hold them', async () => {
    const { provider } = await startPool();
    const account = await provider.createUser(person());
    const organisations = Array.from({ length: 55 }, (_, i) => `0197a000-0000-7000-8000-${String(i).padStart(12, '0')}`);
    await provider.setClaims(account, { ...person().claims, organisations });
    expect((await provider.findByExternalId(account.externalId))?.claims?.organisations).toEqual(organisations);
    const tooMany = { ...person().claims, organisations: [...organisations, 'one-more-than-that'] };
    await expect(provider.setClaims(account, tooMany)).rejects.toMatchObject({ failure: 'rejected', outcome: 'not_done' });
    expect((await provider.findByExternalId(account.externalId))?.claims?.organisations).toEqual(organisations);
  });

  it('are none on an account that we did not make', async () => {
    const { fake, provider } = await startPool();
    const { sub } = fake.users.seed({ email: 'stranger@example.com' });
    expect(await provider.findByExternalId(sub)).toMatchObject({ userId: null, claims: null });
  });
});

describe('changing a profile', () => {
  it('sends an e-mail together with its proof', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    await provider.updateProfile(account, { email: 'Countess@example.com', emailVerified: true });
    const { attributes } = fake.users.get('countess@example.com');
    expect([attributes.get('email'), attributes.get('email_verified')]).toEqual(['countess@example.com', 'true']);
    await provider.updateProfile(account, { email: 'other@example.com' });
    expect(await provider.findByExternalId(account.externalId)).toMatchObject({ email: 'other@example.com', emailVerified: false });
  });

  it('leaves the same e-mail in other letters as proved as it was', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    await provider.updateProfile(account, { email: 'ADA@example.com' });
    expect(await provider.findByExternalId(account.externalId)).toMatchObject({ emailVerified: true });
    expect(fake.ledger.of('AdminUpdateUserAttributes')).toEqual([]);
  });

  it('does not move to an unverified e-mail that somebody has, which Cognito would allow among aliases', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    fake.users.seed({ email: 'taken@example.com', username: 'foreign' });
    const account = await provider.createUser(person());
    await expect(provider.updateProfile(account, { email: 'taken@example.com' })).rejects.toMatchObject({ failure: 'conflict', outcome: 'not_done' });
  });

  it('deletes a phone by a blank value, also one that is no longer E.164', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person({ phone: '+15550102233' }));
    await provider.updateProfile(account, { phone: '0555 010' });
    expect(fake.users.get('ada@example.com').attributes.has('phone_number')).toBe(false);
  });

  it('says rejected for an attribute that the pool’s schema made immutable', async () => {
    const { provider } = await startPool({ immutableAttributes: ['name'] });
    const account = await provider.createUser(person());
    await expect(provider.updateProfile(account, { displayName: 'B' })).rejects.toMatchObject({ failure: 'rejected', outcome: 'not_done' });
  });
});
