/// <reference types="jest" />
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';

/** Blocking and deleting accounts, and ending what they have open. */
export function describeClosing(harness: () => ConformanceHarness): void {
  describe('closing', () => {
    it('blocks and unblocks an account, also when told twice', async () => {
      const { provider } = harness();
      const account = await provider.createUser(newIdentity());
      for (const blocked of [true, true, false, false]) {
        await (blocked ? provider.disable(account) : provider.enable(account));
        expect(await provider.findByExternalId(account.externalId)).toMatchObject({ blocked });
      }
    });

    it('deletes an account, also when told twice, and its e-mail is free again', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const account = await provider.createUser(input);
      await provider.delete(account);
      await provider.delete(account);
      expect(await provider.findByExternalId(account.externalId)).toBeNull();
      await expect(provider.createUser(input)).resolves.toMatchObject({ temporaryPassword: null });
    });

    it('revokes sessions, starts a reset and repeats an invitation without changing the account', async () => {
      const { provider } = harness();
      const account = await provider.createUser(newIdentity({ delivery: 'invite' }));
      const before = await provider.findByExternalId(account.externalId);
      await provider.revokeSessions(account);
      await provider.startPasswordReset(account);
      await provider.resendInvitation(account);
      expect(await provider.findByExternalId(account.externalId)).toEqual(before);
    });
  });
}
