export { createMockIdentityProvider, refuseProduction } from './create-mock-identity-provider.js';
export { MemoryAccountStore } from './memory-account-store.js';
export { MemoryMailStore } from './memory-mail-store.js';
export { MemorySignInFailureStore } from './memory-sign-in-failure-store.js';
export type { AccountChanges, AccountCondition, LinkKind, MockAccount, MockAccountStore } from './mock-account.js';
export type { Mail, MailQuery, MockMailStore, SealedMail } from './mock-mail.js';
export type { DevToken, MockClient, MockIdentityProvider, MockOptions, SeedAccount } from './mock-options.js';
export { loadOrCreateSigningKeys } from './signing-keys.js';
export type { GuessRule, SignInFailureStore, TrimRule } from './sign-in-limit.js';
