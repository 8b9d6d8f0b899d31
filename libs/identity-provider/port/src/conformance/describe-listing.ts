/// <reference types="jest" />
import type { IdentityProvider, IdentityUser } from '../identity-provider.js';
import { newIdentity, type ConformanceHarness } from './conformance-harness.js';

const MAX_PAGES = 100;

/** Listing accounts page by page, and roles. */
export function describeListing(harness: () => ConformanceHarness): void {
  describe('listing', () => {
    it('pages through every account once', async () => {
      const { provider } = harness();
      const created: string[] = [];
      for (let i = 0; i < 7; i += 1) created.push((await provider.createUser(newIdentity())).externalId);

      const listed = (await listAll(provider, 3)).map((user) => user.externalId);
      expect(listed).toHaveLength(new Set(listed).size);
      expect([...listed].sort()).toEqual([...created].sort());
    });

    it('lists an account as it is found', async () => {
      const { provider } = harness();
      const { externalId } = await provider.createUser(newIdentity());
      expect(await listAll(provider, 10)).toEqual([await provider.findByExternalId(externalId)]);
    });

    it('ends when nobody is there', async () => {
      expect(await listAll(harness().provider, 10)).toEqual([]);
    });

    it('lists roles without duplicates', async () => {
      const { provider } = harness();
      await provider.createUser(newIdentity());
      await provider.createUser(newIdentity());
      const roles = await provider.listRoles();
      expect(roles).toHaveLength(new Set(roles).size);
    });
  });
}

async function listAll(provider: IdentityProvider, limit: number): Promise<IdentityUser[]> {
  const listed: IdentityUser[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await provider.listUsers({ cursor, limit });
    expect(page.users.length).toBeLessThanOrEqual(limit);
    listed.push(...page.users);
    if (page.nextCursor === null) return listed;
    cursor = page.nextCursor;
  }
  throw new Error(`listing did not end after ${MAX_PAGES} pages`);
}
