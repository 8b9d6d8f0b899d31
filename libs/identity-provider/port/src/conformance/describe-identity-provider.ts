/// <reference types="jest" />
import type { IdentityProvider } from '../identity-provider.js';
import { describeChanging } from './describe-changing.js';
import { describeClosing } from './describe-closing.js';
import { describeCreating } from './describe-creating.js';
import { describeListing } from './describe-listing.js';
import { describePasswords } from './describe-passwords.js';
import type { ConformanceHarness } from './conformance-harness.js';

/**
 * What every adapter of the port has to do alike. Call it at the top of a spec; it uses Jest's globals.
 *
 * @param name shown in the report
 * @param makeHarness called before each test: an adapter over an empty provider
 * @example
 * describeIdentityProvider('mock', async () => ({ provider: (await startMock()).provider }));
 */
export function describeIdentityProvider(
  name: IdentityProvider['name'],
  makeHarness: () => Promise<ConformanceHarness>,
): void {
  describe(`${name} as an identity provider`, () => {
    let harness: ConformanceHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(async () => {
      await harness.dispose?.();
    });

    it('says which provider it is and that it can serve', async () => {
      expect(harness.provider.name).toBe(name);
      await expect(harness.provider.checkHealth()).resolves.toBeUndefined();
    });

    describeCreating(() => harness);
    describeChanging(() => harness);
    describeClosing(() => harness);
    describePasswords(() => harness);
    describeListing(() => harness);
  });
}
