import type { IdentityProvider } from '@sa-platform/identity-provider';
import { createAuth0IdentityProvider } from '@sa-platform/identity-provider-auth0';
import { createCognitoIdentityProvider } from '@sa-platform/identity-provider-cognito';
import type { IdentitySettings } from '../../platform/config/identity-settings.js';

/** The adapter that the settings name; the mock is made elsewhere, since it needs our database. */
export function createIdentityProvider(settings: Exclude<IdentitySettings, { provider: 'mock' }>): IdentityProvider {
  if (settings.provider === 'cognito') {
    const { userPoolId, region, endpoint } = settings;
    return createCognitoIdentityProvider({ userPoolId, region, ...(endpoint === null ? {} : { endpoint }) });
  }
  const { domain, clientId, clientSecret, connection, managementApiUrl, appClientId, requestsPerSecond } = settings;
  return createAuth0IdentityProvider({
    domain,
    clientId,
    clientSecret,
    connection,
    ...(managementApiUrl === null ? {} : { managementApiUrl }),
    rateLimit: { burst: Math.max(2, requestsPerSecond), perSecond: requestsPerSecond * 0.9 },
    ...(appClientId === null ? {} : { passwordMails: { kind: 'auth0_mail', clientId: appClientId } }),
  });
}
