import type { CreateIdentityInput, IdentityProvider } from '@sa-platform/identity-provider';
import { startFakeCognito, type FakeCognito, type FakeCognitoOptions } from '@sa-platform/identity-provider-fakes';
import type { CognitoOptions } from '../src/create-cognito-identity-provider.js';
import { providerOf } from './provider-under-test.js';

/** A pool and an adapter over it, the pool's settings already read. */
export interface PoolUnderTest {
  fake: FakeCognito;
  provider: IdentityProvider;
}

const started: FakeCognito[] = [];

export async function startPool(options: FakeCognitoOptions = {}, more: Partial<CognitoOptions> = {}): Promise<PoolUnderTest> {
  const fake = await startFakeCognito(options);
  started.push(fake);
  const provider = providerOf(fake, more);
  await answering(() => provider.findMarked('nobody', 'nobody@example.com'));
  fake.ledger.clear();
  return { fake, provider };
}

/** The first call loads a good part of the SDK, for longer than a test's deadline when the machine is busy. */
async function answering(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    if (await work().then(() => true, () => false)) return;
  }
  throw new Error('the fake does not answer');
}

/** For `afterEach`. */
export async function stopPools(): Promise<void> {
  await Promise.all(started.splice(0).map((fake) => fake.stop()));
}

/** A person as the service creates them. */
export function person(more: Partial<CreateIdentityInput> = {}): CreateIdentityInput {
  return {
    userId: '0197a000-0000-7000-8000-00000000000a',
    email: 'ada@example.com',
    displayName: 'Ada Lovelace',
    phone: null,
    emailVerified: true,
    delivery: 'none',
    claims: { user_type: 'user', status: 'active', roles: [], organisations: [] },
    ...more,
  };
}

/** The names of the calls that the pool saw. */
export function callsOf({ ledger }: FakeCognito): string[] {
  return ledger.entries.map(({ operation }) => operation);
}
