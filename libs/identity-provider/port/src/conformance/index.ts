export { describeIdentityProvider } from './describe-identity-provider.js';
export type { ConformanceHarness } from './conformance-harness.js';
