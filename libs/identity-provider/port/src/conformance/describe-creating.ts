/// <reference types="jest" />
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';
import { expectNotDone, UNKNOWN_ID } from './expect-failure.js';

/** Creating accounts and finding them again. */
export function describeCreating(harness: () => ConformanceHarness): void {
  describe('creating and finding', () => {
    it('finds a new account by its id and by its e-mail, with everything it was created with', async () => {
      const { provider } = harness();
      const input = newIdentity({ email: 'Ada.Lovelace@conformance.example', emailVerified: false });
      const { externalId } = await provider.createUser(input);

      const found = await provider.findByExternalId(externalId);
      expect(found).toMatchObject({
        externalId,
        displayName: input.displayName,
        emailVerified: false,
        blocked: false,
        userId: input.userId,
        claims: input.claims,
      });
      expect(found?.email.toLowerCase()).toBe('ada.lovelace@conformance.example');
      expect(await provider.findByEmail('ada.lovelace@conformance.example')).toEqual([found]);
    });

    it('finds an account by the mark of its creation, and nobody else’s', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const { externalId, username } = await provider.createUser(input);
      expect(await provider.findMarked(input.userId, input.email)).toMatchObject({ externalId, username, userId: input.userId });
      expect(await provider.findMarked(newIdentity().userId, input.email)).toBeNull();
      expect(await provider.findMarked(newIdentity().userId, 'nobody@conformance.example')).toBeNull();
    });

    it('refuses to create an account twice for one mark', async () => {
      const { provider } = harness();
      const input = newIdentity();
      const { externalId } = await provider.createUser(input);
      await expectNotDone(provider.createUser(input), 'conflict');
      expect(await provider.findMarked(input.userId, input.email)).toMatchObject({ externalId });
    });

    it.each(['invite', 'none'] as const)('answers no password for the delivery %s', async (delivery) => {
      const created = await harness().provider.createUser(newIdentity({ delivery }));
      expect(created.temporaryPassword).toBeNull();
    });

    it('answers a temporary password for the delivery temporary_password', async () => {
      const created = await harness().provider.createUser(newIdentity({ delivery: 'temporary_password' }));
      expect(created.temporaryPassword).toEqual(expect.any(String));
    });

    it('refuses a second account for an e-mail, whatever its case, and leaves the first alone', async () => {
      const { provider } = harness();
      const first = newIdentity({ email: 'grace@conformance.example' });
      const { externalId } = await provider.createUser(first);

      await expectNotDone(provider.createUser(newIdentity({ email: 'Grace@Conformance.example' })), 'conflict');

      const [found, ...others] = await provider.findByEmail('grace@conformance.example');
      expect(others).toEqual([]);
      expect(found).toMatchObject({ externalId, userId: first.userId, displayName: first.displayName });
    });

    it('creates one account when two requests race for an e-mail', async () => {
      const { provider } = harness();
      const requests = [1, 2].map(() => provider.createUser(newIdentity({ email: 'race@conformance.example' })));
      const outcomes = await Promise.allSettled(requests);
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await provider.findByEmail('race@conformance.example')).toHaveLength(1);
    });

    it('refuses an e-mail that is none', async () => {
      await expectNotDone(harness().provider.createUser(newIdentity({ email: 'not an e-mail' })), 'rejected');
    });

    it('finds nothing for an unknown id or e-mail', async () => {
      const { provider } = harness();
      expect(await provider.findByExternalId(UNKNOWN_ID)).toBeNull();
      expect(await provider.findByEmail('nobody@conformance.example')).toEqual([]);
    });
  });
}
