/// <reference types="jest" />
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';

const EVERY_CLASS = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];

/** Temporary passwords: strong, new each time, shown once. */
export function describePasswords(harness: () => ConformanceHarness): void {
  describe('temporary passwords', () => {
    it('are strong and never the same twice', async () => {
      const { provider } = harness();
      const created = await provider.createUser(newIdentity({ delivery: 'temporary_password' }));
      const passwords = [String(created.temporaryPassword)];
      for (let i = 0; i < 3; i += 1) passwords.push(await provider.setTemporaryPassword(created));

      expect(new Set(passwords).size).toBe(passwords.length);
      for (const password of passwords) {
        expect(password.length).toBeGreaterThanOrEqual(16);
        for (const characters of EVERY_CLASS) expect(password).toMatch(characters);
      }
    });

    it('appear nowhere but in the answer that made them', async () => {
      const { provider } = harness();
      const input = newIdentity({ delivery: 'temporary_password' });
      const account = await provider.createUser(input);
      const replaced = await provider.setTemporaryPassword(account);
      const shown = JSON.stringify([
        await provider.findByExternalId(account.externalId),
        await provider.findByEmail(input.email),
        await provider.listUsers({ cursor: null, limit: 50 }),
      ]);
      expect(shown).not.toContain(String(account.temporaryPassword));
      expect(shown).not.toContain(replaced);
    });

    it('replace the one before', async () => {
      const { provider, canSignIn } = harness();
      if (!canSignIn) return;
      const input = newIdentity({ delivery: 'temporary_password' });
      const account = await provider.createUser(input);
      expect(await canSignIn(input.email, String(account.temporaryPassword))).toBe(true);
      const replaced = await provider.setTemporaryPassword(account);
      expect(await canSignIn(input.email, String(account.temporaryPassword))).toBe(false);
      expect(await canSignIn(input.email, replaced)).toBe(true);
    });

    it('leave a blocked account blocked', async () => {
      const { provider, canSignIn } = harness();
      const input = newIdentity();
      const account = await provider.createUser(input);
      await provider.disable(account);
      const password = await provider.setTemporaryPassword(account);
      expect(await provider.findByExternalId(account.externalId)).toMatchObject({ blocked: true });
      if (canSignIn) expect(await canSignIn(input.email, password)).toBe(false);
    });
  });
}
