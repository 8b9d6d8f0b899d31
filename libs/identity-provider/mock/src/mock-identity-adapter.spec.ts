import { jest } from '@jest/globals';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { describeIdentityProvider } from '@sa-platform/identity-provider/conformance';
import { CodeFlow } from '../test/code-flow.js';
import { refTo, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';
import { MemoryAccountStore } from './memory-account-store.js';

describeIdentityProvider('mock', async () => {
  const under = await startIssuer();
  return {
    provider: under.idp.provider,
    dispose: () => under.stop(),
    async canSignIn(email, password) {
      const flow = new CodeFlow(under);
      const { url } = await flow.start();
      // A temporary password is right when it leads to the choice of another one.
      const end = new URL((await flow.submit(url, { email, password })).url);
      return end.searchParams.has('code') || end.pathname.endsWith('/password');
    },
  };
});

const INPUT = {
  userId: 'user-1',
  email: 'ada@example.com',
  displayName: 'Ada',
  phone: null,
  emailVerified: true,
  delivery: 'none' as const,
  claims: { user_type: 'user' as const, status: 'active' as const, roles: [], organisations: [] },
};

describe('the mock adapter', () => {
  let under: IssuerUnderTest;
  beforeEach(async () => {
    under = await startIssuer();
  });
  afterEach(() => under.stop());

  it('refuses a second account for one of our users', async () => {
    await under.idp.provider.createUser(INPUT);
    await expect(under.idp.provider.createUser({ ...INPUT, email: 'other@example.com' }))
      .rejects.toMatchObject({ failure: 'conflict', outcome: 'not_done' });
  });

  it.each([
    ['a user id', { userId: { not: '' } }],
    ['an e-mail', { email: { contains: '@' } }],
    ['an e-mail with a line break', { email: 'a@b.c\nBcc: x@y.z' }],
    ['a display name', { displayName: ['Ada'] }],
    ['a display name with a NUL byte', { displayName: 'A\u0000da' }],
    ['a display name of a megabyte', { displayName: 'a'.repeat(1_000_000) }],
    ['a phone', { phone: { set: '1' } }],
    ['claims', { claims: { ...INPUT.claims, roles: [{}] } }],
  ])('refuses %s that is not what it should be before the store sees it', async (_case, more) => {
    const insert = jest.spyOn(under.accounts, 'insert');
    await expect(under.idp.provider.createUser({ ...INPUT, ...more } as typeof INPUT))
      .rejects.toMatchObject({ failure: 'rejected', outcome: 'not_done' });
    expect(insert).not.toHaveBeenCalled();
  });

  it('takes no object for an external id', async () => {
    const find = jest.spyOn(under.accounts, 'find');
    expect(await under.idp.provider.findByExternalId({ not: '' } as never)).toBeNull();
    await expect(under.idp.provider.disable(refTo({ not: '' } as never))).rejects.toMatchObject({ failure: 'not_found' });
    await under.idp.provider.delete(refTo({ not: '' } as never));
    expect(find).not.toHaveBeenCalled();
  });

  it('counts a new e-mail as unverified, and the same one in other letters as the old', async () => {
    const { externalId } = await under.idp.provider.createUser(INPUT);
    await under.idp.provider.updateProfile(refTo(externalId), { email: 'ADA@example.com' });
    expect(await under.idp.provider.findByExternalId(externalId))
      .toMatchObject({ email: 'ADA@example.com', emailVerified: true });
    await under.idp.provider.updateProfile(refTo(externalId), { email: 'countess@example.com' });
    expect(await under.idp.provider.findByExternalId(externalId)).toMatchObject({ emailVerified: false });
  });

  it('answers the roles that accounts carry', async () => {
    await under.idp.provider.createUser({ ...INPUT, claims: { ...INPUT.claims, roles: ['B', 'A'] } });
    expect(await under.idp.provider.listRoles()).toEqual(['A', 'B']);
  });

  it('turns a failing store into its own error, without quoting it', async () => {
    class FailingStore extends MemoryAccountStore {
      override find = () => Promise.reject(new Error('postgres://user:hunter2@db refused'));
    }
    const failing = await startIssuer({ accounts: new FailingStore() });
    const error = await failing.idp.provider.enable(refTo('mock|x')).then(() => null, (reason: unknown) => reason);
    await failing.stop();
    expect(error).toBeInstanceOf(IdentityProviderError);
    expect(error).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    expect(String(error)).not.toContain('hunter2');
  });

  it('refuses a forged cursor', async () => {
    await expect(under.idp.provider.listUsers({ cursor: 'a b\n', limit: 5 })).rejects.toMatchObject({ failure: 'rejected' });
  });
});
