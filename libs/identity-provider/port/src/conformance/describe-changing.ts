/// <reference types="jest" />
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';
import { expectNotDone, UNKNOWN } from './expect-failure.js';

/** Changing what an account says. */
export function describeChanging(harness: () => ConformanceHarness): void {
  describe('changing', () => {
    it('changes the members of a profile it is given and no other', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const account = await provider.createUser(input);
      await provider.updateProfile(account, { displayName: 'New Name' });
      expect(await provider.findByExternalId(account.externalId)).toMatchObject({
        displayName: 'New Name',
        email: input.email,
        userId: input.userId,
        claims: input.claims,
      });
    });

    it('moves an account to another e-mail, and refuses one that is taken', async () => {
      const { provider } = harness();
      const account = await provider.createUser(newIdentity({ email: 'old@conformance.example' }));
      await provider.createUser(newIdentity({ email: 'taken@conformance.example' }));

      await provider.updateProfile(account, { email: 'new@conformance.example' });
      expect(await provider.findByEmail('old@conformance.example')).toEqual([]);
      expect(await provider.findByEmail('new@conformance.example')).toMatchObject([{ externalId: account.externalId }]);

      await expectNotDone(provider.updateProfile(account, { email: 'taken@conformance.example' }), 'conflict');
      expect(await provider.findByExternalId(account.externalId)).toMatchObject({ email: 'new@conformance.example' });
    });

    it('replaces claims as a whole', async () => {
      const { provider } = harness();
      const account = await provider.createUser(newIdentity());
      const claims = { user_type: 'clinician', status: 'suspended', roles: [], organisations: ['mississippi'] } as const;
      await provider.setClaims(account, { ...claims, roles: [], organisations: [...claims.organisations] });
      expect((await provider.findByExternalId(account.externalId))?.claims).toEqual(claims);
    });

    it('marks an account as a user’s, by which it is found from then on', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const account = await provider.createUser(input);
      const { userId } = newIdentity();
      for (const _time of ['first', 'again']) await provider.mark(account, userId);
      expect(await provider.findMarked(userId, input.email)).toMatchObject({ externalId: account.externalId, userId, claims: input.claims });
      expect(await provider.findMarked(input.userId, input.email)).toBeNull();
    });

    it('answers not_found for every change of an unknown account', async () => {
      const { provider } = harness();
      const claims = newIdentity().claims;
      await expectNotDone(provider.updateProfile(UNKNOWN, { displayName: 'Nobody' }), 'not_found');
      await expectNotDone(provider.setClaims(UNKNOWN, claims), 'not_found');
      await expectNotDone(provider.mark(UNKNOWN, newIdentity().userId), 'not_found');
      await expectNotDone(provider.disable(UNKNOWN), 'not_found');
      await expectNotDone(provider.enable(UNKNOWN), 'not_found');
      await expectNotDone(provider.startPasswordReset(UNKNOWN), 'not_found');
      await expectNotDone(provider.setTemporaryPassword(UNKNOWN), 'not_found');
      await expectNotDone(provider.resendInvitation(UNKNOWN), 'not_found');
      await expectNotDone(provider.revokeSessions(UNKNOWN), 'not_found');
    });
  });
}
