import { CognitoIdentityProvider, type CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { OPERATION_DEADLINE_MS, type IdentityProvider } from '@sa-platform/identity-provider';
import { createPacers, type PacingOverrides } from './call-pacing.js';
import { CognitoIdentityAdapter } from './cognito-identity-adapter.js';

const CONNECTION_TIMEOUT_MS = 1_000;

export interface CognitoOptions {
  userPoolId: string;
  region: string;
  /** Another address than that of AWS, for tests. */
  endpoint?: string;
  /** The usual AWS chain when left out: environment, profile, the role of the container or machine. */
  credentials?: CognitoIdentityProviderClientConfig['credentials'];
  /** Slower or faster than the quotas of a new account, by category. */
  pacing?: PacingOverrides;
  /** Milliseconds for one operation of the port, waiting included; for tests. */
  deadlineMs?: number;
}

/**
 * An adapter over a user pool that was set up as `runbooks/cognito-setup.md` says. The SDK repeats nothing: its retries
 * would hide the first outcome.
 *
 * @example
 * createCognitoIdentityProvider({ userPoolId: 'eu-west-1_AbCdEfGhI', region: 'eu-west-1' })
 */
export function createCognitoIdentityProvider(options: CognitoOptions): IdentityProvider {
  const deadlineMs = options.deadlineMs ?? OPERATION_DEADLINE_MS;
  const client = new CognitoIdentityProvider({
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: deadlineMs },
  });
  return new CognitoIdentityAdapter({ client, userPoolId: options.userPoolId, pacers: createPacers(options.pacing ?? {}), deadlineMs });
}
