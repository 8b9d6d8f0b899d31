export * from './build-context.js';
export type { FakeEvent, FakeEvents } from './fake-events.js';
export type { FakeImpersonation } from './fake-impersonations.js';
export { startFakeUserManagement, type FakeUserManagement } from './fake-user-management.js';
export type { Behaviour } from './loopback-server.js';
export { encodeJson, signToken, type SigningKeyPair } from './signing-key-pair.js';
export { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from './test-issuer.js';
