/// <reference types="jest" />
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';

/** Blocking and deleting accounts, and ending what they have open. */
export function describeClosing(harness: () => ConformanceHarness): void {
  describe('closing', () => {
    it('blocks and unblocks an account, also when told twice', async () => {
      const { provider } = harness();
      const { externalId } = await provider.createUser(newIdentity());
      for (const blocked of [true, true, false, false]) {
        await (blocked ? provider.disable(externalId) : provider.enable(externalId));
        expect(await provider.findByExternalId(externalId)).toMatchObject({ blocked });
      }
    });

    it('deletes an account, also when told twice, and its e-mail is free again', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const { externalId } = await provider.createUser(input);
      await provider.delete(externalId);
      await provider.delete(externalId);
      expect(await provider.findByExternalId(externalId)).toBeNull();
      await expect(provider.createUser(input)).resolves.toMatchObject({ temporaryPassword: null });
    });

    it('revokes sessions, starts a reset and repeats an invitation without changing the account', async () => {
      const { provider } = harness();
      const { externalId } = await provider.createUser(newIdentity({ delivery: 'invite' }));
      const before = await provider.findByExternalId(externalId);
      await provider.revokeSessions(externalId);
      await provider.startPasswordReset(externalId);
      await provider.resendInvitation(externalId);
      expect(await provider.findByExternalId(externalId)).toEqual(before);
    });
  });
}
