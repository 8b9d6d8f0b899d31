/// <reference types="jest" />
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';
import { expectNotDone, UNKNOWN_ID } from './expect-failure.js';

/** Changing what an account says. */
export function describeChanging(harness: () => ConformanceHarness): void {
  describe('changing', () => {
    it('changes the members of a profile it is given and no other', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const { externalId } = await provider.createUser(input);
      await provider.updateProfile(externalId, { displayName: 'New Name' });
      expect(await provider.findByExternalId(externalId)).toMatchObject({
        displayName: 'New Name',
        email: input.email,
        userId: input.userId,
        claims: input.claims,
      });
    });

    it('moves an account to another e-mail, and refuses one that is taken', async () => {
      const { provider } = harness();
      const { externalId } = await provider.createUser(newIdentity({ email: 'old@conformance.example' }));
      await provider.createUser(newIdentity({ email: 'taken@conformance.example' }));

      await provider.updateProfile(externalId, { email: 'new@conformance.example' });
      expect(await provider.findByEmail('old@conformance.example')).toEqual([]);
      expect(await provider.findByEmail('new@conformance.example')).toMatchObject([{ externalId }]);

      await expectNotDone(provider.updateProfile(externalId, { email: 'taken@conformance.example' }), 'conflict');
      expect(await provider.findByExternalId(externalId)).toMatchObject({ email: 'new@conformance.example' });
    });

    it('replaces claims as a whole', async () => {
      const { provider } = harness();
      const { externalId } = await provider.createUser(newIdentity());
      const claims = { user_type: 'clinician', status: 'suspended', roles: [], organisations: ['mississippi'] } as const;
      await provider.setClaims(externalId, { ...claims, roles: [], organisations: [...claims.organisations] });
      expect((await provider.findByExternalId(externalId))?.claims).toEqual(claims);
    });

    it('answers not_found for every change of an unknown account', async () => {
      const { provider } = harness();
      const claims = newIdentity().claims;
      await expectNotDone(provider.updateProfile(UNKNOWN_ID, { displayName: 'Nobody' }), 'not_found');
      await expectNotDone(provider.setClaims(UNKNOWN_ID, claims), 'not_found');
      await expectNotDone(provider.disable(UNKNOWN_ID), 'not_found');
      await expectNotDone(provider.enable(UNKNOWN_ID), 'not_found');
      await expectNotDone(provider.startPasswordReset(UNKNOWN_ID), 'not_found');
      await expectNotDone(provider.setTemporaryPassword(UNKNOWN_ID), 'not_found');
      await expectNotDone(provider.resendInvitation(UNKNOWN_ID), 'not_found');
      await expectNotDone(provider.revokeSessions(UNKNOWN_ID), 'not_found');
    });
  });
}
