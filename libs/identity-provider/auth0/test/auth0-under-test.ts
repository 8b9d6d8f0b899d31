import { IdentityProviderError, type AccountRef, type CreateIdentityInput, type IdentityProvider } from '@sa-platform/identity-provider';
import {
  FAKE_CLIENT_ID,
  FAKE_CLIENT_SECRET,
  FAKE_CONNECTION,
  FAKE_DOMAIN,
  startFakeAuth0,
  type FakeAuth0,
  type FakeAuth0Options,
} from '@sa-platform/identity-provider-fakes';
import { createAuth0IdentityProvider, type Auth0Options } from '../src/index.js';

/** Limits that no test meets. */
export const UNLIMITED = { burst: 10_000, perSecond: 10_000 };

export interface Auth0UnderTest {
  auth0: FakeAuth0;
  provider: IdentityProvider;
  /** Another replica: an adapter of its own over the same tenant. */
  another(more?: Partial<Auth0Options>): IdentityProvider;
  stop(): Promise<void>;
}

/** The adapter over a tenant of its own, through the real SDK. */
export async function startAuth0(tenant: FakeAuth0Options = {}, options: Partial<Auth0Options> = {}): Promise<Auth0UnderTest> {
  const auth0 = await startFakeAuth0({ rateLimit: UNLIMITED, ...tenant });
  const another = (more: Partial<Auth0Options> = {}) => createAuth0IdentityProvider({
    domain: FAKE_DOMAIN,
    clientId: FAKE_CLIENT_ID,
    clientSecret: FAKE_CLIENT_SECRET,
    connection: FAKE_CONNECTION,
    managementApiUrl: auth0.address,
    rateLimit: UNLIMITED,
    ...options,
    ...more,
  });
  return { auth0, provider: another(), another, stop: () => auth0.stop() };
}

let created = 0;

/** A new account, unlike all others but for what `more` sets. */
export function newInput(more: Partial<CreateIdentityInput> = {}): CreateIdentityInput {
  created += 1;
  return {
    userId: `0197b000-0000-7000-8000-${String(created).padStart(12, '0')}`,
    email: `person-${created}@auth0.example`,
    displayName: `Person ${created}`,
    phone: null,
    emailVerified: true,
    delivery: 'none',
    claims: { user_type: 'user', status: 'active', roles: ['READONLY'], organisations: ['texas'] },
    ...more,
  };
}

/** The error an operation ended with. */
export async function failureOf(operation: Promise<unknown>): Promise<IdentityProviderError> {
  const error = await operation.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof IdentityProviderError)) throw new Error('expected an IdentityProviderError', { cause: error });
  return error;
}

export const ref = (externalId: string): AccountRef => ({ externalId, username: null });
