/// <reference types="jest" />
import { IdentityProviderError, type IdentityFailure } from '../errors.js';
import type { AccountRef } from '../identity-provider.js';

/** Expects an `IdentityProviderError` of this kind that says nothing happened. */
export async function expectNotDone(operation: Promise<unknown>, failure: IdentityFailure): Promise<void> {
  const error = await operation.then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(IdentityProviderError);
  expect(error).toMatchObject({ failure, outcome: 'not_done' });
}

/** An id no provider gives out. */
export const UNKNOWN_ID = 'mock|00000000-0000-4000-8000-000000000000';

/** An account no provider has. */
export const UNKNOWN: AccountRef = { externalId: UNKNOWN_ID, username: null };
