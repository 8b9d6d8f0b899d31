import type { IdentityProvider } from '@sa-platform/identity-provider';
import { createCognitoIdentityProvider, type CognitoOptions } from '../src/create-cognito-identity-provider.js';

/** The key is looked for in whatever leaves the adapter. */
export const SECRET_KEY = 'wJalrXUtnFEMI-never-shown';

/** An adapter over a pool on loopback, through the real SDK. */
export function providerOf(pool: { address: string; userPoolId: string }, more: Partial<CognitoOptions> = {}): IdentityProvider {
  return createCognitoIdentityProvider({
    userPoolId: pool.userPoolId,
    region: 'eu-west-1',
    endpoint: pool.address,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET_KEY },
    // For a busy machine; what the deadline does is shown with shorter ones.
    deadlineMs: 10_000,
    ...more,
  });
}
