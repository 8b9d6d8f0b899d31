import type { IdentityProvider } from '@sa-platform/identity-provider';
import type { IdentitySettings } from '../../platform/config/identity-settings.js';

/**
 * The adapter that the settings name; the mock is made elsewhere, since it needs our database. A vendor's SDK is large:
 * only that of the one in use is loaded.
 */
export async function createIdentityProvider(settings: Exclude<IdentitySettings, { provider: 'mock' }>): Promise<IdentityProvider> {
  if (settings.provider === 'cognito') {
    const { createCognitoIdentityProvider } = await import('@sa-platform/identity-provider-cognito');
    const { userPoolId, region, endpoint } = settings;
    return createCognitoIdentityProvider({ userPoolId, region, ...(endpoint === null ? {} : { endpoint }) });
  }
  const { createAuth0IdentityProvider } = await import('@sa-platform/identity-provider-auth0');
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
