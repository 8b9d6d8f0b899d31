export { createMockIdentityProvider, refuseProduction } from './create-mock-identity-provider.js';
export { MemoryAccountStore } from './memory-account-store.js';
export type { MockAccount, MockAccountStore } from './mock-account.js';
export type { DevToken, MockClient, MockIdentityProvider, MockOptions, SeedAccount } from './mock-options.js';
export { loadOrCreateSigningKeys } from './signing-keys.js';
