import { assert, property, string } from 'fast-check';
import { callsOf, person, startPool, stopPools } from '../test/pool-under-test.js';
import { providerOf } from '../test/provider-under-test.js';
import { KnownUsernames } from './known-usernames.js';
import { filterBy } from './user-filter.js';

afterEach(stopPools);

describe('finding by e-mail', () => {
  it('sees a change at once, however late the list is', async () => {
    const { provider } = await startPool({ listLagMs: 60_000 });
    const account = await provider.createUser(person());
    expect(await provider.findByEmail('ada@example.com')).toMatchObject([{ externalId: account.externalId }]);
    await provider.updateProfile(account, { email: 'new@example.com' });
    expect(await provider.findByEmail('ada@example.com')).toEqual([]);
    expect(await provider.findByEmail('new@example.com')).toMatchObject([{ externalId: account.externalId }]);
  });

  it('shows no account that an old list still has', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias', listLagMs: 1_000 });
    fake.users.seed({ email: 'gone@example.com', username: 'gone', emailVerified: false });
    fake.users.seed({ email: 'moved@example.com', username: 'moved', emailVerified: false });
    fake.advance(2_000);
    fake.users.delete('gone');
    fake.users.update('moved', { email: 'elsewhere@example.com' });
    expect(await provider.findByEmail('gone@example.com')).toEqual([]);
    expect(await provider.findByEmail('moved@example.com')).toEqual([]);
  });

  it('shows no account by an e-mail that it had once (aws-sdk-js#4308)', async () => {
    const { provider } = await startPool({ keepsStaleAliases: true });
    const account = await provider.createUser(person());
    await provider.updateProfile(account, { email: 'new@example.com', emailVerified: true });
    expect(await provider.findByEmail('ada@example.com')).toEqual([]);
  });

  it('shows everybody who shares an unverified e-mail, and federated accounts', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias', pageSizes: [0, 1] });
    fake.users.seed({ email: 'ada@example.com', username: 'first', emailVerified: false });
    fake.users.seed({ email: 'ada@example.com', username: 'second', emailVerified: false });
    fake.users.seed({ email: 'ada@example.com', username: 'Google_1', status: 'EXTERNAL_PROVIDER' });
    const { externalId } = await provider.createUser(person());
    const found = await provider.findByEmail('Ada@Example.com');
    expect(found.map(({ username }) => username).sort()).toEqual([person().userId, 'Google_1', 'first', 'second']);
    expect(await provider.findMarked(person().userId, 'ada@example.com')).toMatchObject({ externalId });
  });

  it('can’t be widened by quotes in what is searched for (ZITADEL CVE-2026-44671)', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    fake.users.seed({ email: 'secret@example.com', username: 'secret' });
    await expect(provider.findByEmail('x"@example.com')).rejects.toMatchObject({ failure: 'rejected' });
    await expect(provider.findByEmail('" or email ^= "s@example.com')).rejects.toMatchObject({ failure: 'rejected' });
    expect(callsOf(fake)).toEqual([]);
    expect(await provider.findByExternalId('"||sub^="')).toBeNull();
    expect(await provider.findByExternalId('\\"^="')).toBeNull();
    expect(filterBy('sub', 'a"\\b')).toBe('sub = "a\\"\\\\b"');
    expect(() => filterBy('email', 'x'.repeat(300))).toThrow('too long');
  });
});

it('a filter holds any value and nothing beside it', () => {
  assert(
    property(string({ maxLength: 100, unit: 'grapheme' }), string({ maxLength: 10, unit: 'binary-ascii' }), (text, more) => {
      const value = `${text}"${more}\\`;
      const [, quoted] = /^email = "((?:[^"\\]|\\["\\])*)"$/.exec(filterBy('email', value)) ?? [];
      expect(quoted?.replaceAll(/\\(["\\])/g, '$1')).toBe(value);
    }),
  );
});

describe('finding by subject', () => {
  it.each([true, false])('finds accounts where e-mail is an alias, whether or not a subject is a name there (%s)', async (takesSubAsUsername) => {
    const { provider } = await startPool({ signInMode: 'alias', takesSubAsUsername });
    const { externalId } = await provider.createUser(person());
    expect(await provider.findByExternalId(externalId)).toMatchObject({ externalId, username: person().userId });
  });

  it('finds among aliases what it made or was told the Username of, however late the list is', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias', listLagMs: 60_000 });
    const account = await provider.createUser(person());
    expect(await provider.findByExternalId(account.externalId)).toMatchObject({ externalId: account.externalId, username: person().userId });
    const replica = providerOf(fake);
    expect(await replica.findByExternalId(account.externalId)).toBeNull();
    await replica.enable(account);
    expect(await replica.findByExternalId(account.externalId)).toMatchObject({ externalId: account.externalId });
  });

  it('follows no wrong Username that it was told', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    const { sub } = fake.users.seed({ email: 'a@example.com', username: 'a' });
    fake.users.seed({ email: 'b@example.com', username: 'b' });
    await provider.enable({ externalId: sub, username: 'b' });
    expect(await provider.findByExternalId(sub)).toMatchObject({ externalId: sub, username: 'a' });
  });

  it.each(['email', 'alias'] as const)('takes no e-mail, Username or object for a subject (%s)', async (signInMode) => {
    const { provider } = await startPool({ signInMode });
    await provider.createUser(person());
    expect(await provider.findByExternalId('ada@example.com')).toBeNull();
    expect(await provider.findByExternalId(person().userId)).toBeNull();
    expect(await provider.findByExternalId({ not: '' } as never)).toBeNull();
  });

  it('finds a federated account, whose Username is not its subject', async () => {
    const { fake, provider } = await startPool();
    const { sub } = fake.users.seed({ email: 'g@example.com', username: 'Google_1', status: 'EXTERNAL_PROVIDER' });
    expect(await provider.findByExternalId(sub)).toMatchObject({ externalId: sub, username: 'Google_1' });
  });
});

describe('finding by mark', () => {
  it('needs no list where our user id is the Username', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias', listLagMs: 60_000 });
    await provider.createUser(person({ emailVerified: false }));
    fake.ledger.clear();
    expect(await provider.findMarked(person().userId, 'ada@example.com')).toMatchObject({ userId: person().userId });
    expect(callsOf(fake)).toEqual(['AdminGetUser']);
  });

  it('does not believe a Username that somebody chose', async () => {
    const { fake, provider } = await startPool({ signInMode: 'alias' });
    fake.users.seed({ email: 'x@example.com', username: person().userId });
    expect(await provider.findMarked(person().userId, 'ada@example.com')).toBeNull();
  });
});

it('Usernames that were met are forgotten, the oldest first', () => {
  const known = new KnownUsernames();
  for (let i = 0; i <= 10_000; i += 1) known.note({ externalId: `sub-${i}`, username: `name-${i}` });
  known.note({ externalId: 'none', username: null });
  expect([known.get('sub-0'), known.get('sub-1'), known.get('none')]).toEqual([null, 'name-1', null]);
});
