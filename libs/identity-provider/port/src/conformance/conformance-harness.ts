import type { CreateIdentityInput, IdentityProvider } from '../identity-provider.js';

/** One adapter under test, over a provider that no other test uses. */
export interface ConformanceHarness {
  provider: IdentityProvider;
  /**
   * Tries the password where the provider signs people in. Left out where no such thing can be tried; the suite then
   * can't see whether passwords and blocks take effect.
   */
  canSignIn?: (email: string, password: string) => Promise<boolean>;
  dispose?: () => Promise<void>;
}

let created = 0;

/** A new account as the suite creates it: unlike all others, but for what `more` sets. */
export function newIdentity(more: Partial<CreateIdentityInput> = {}): CreateIdentityInput {
  created += 1;
  const userId = `0197a000-0000-7000-8000-${String(created).padStart(12, '0')}`;
  return {
    userId,
    email: `person-${created}@conformance.example`,
    displayName: `Person ${created}`,
    phone: null,
    emailVerified: true,
    delivery: 'none',
    claims: { user_type: 'user', status: 'active', roles: ['READONLY'], organisations: ['texas'] },
    ...more,
  };
}
