import type { Environment } from './config.schema.js';
import type { ProviderName, VerifierSettings } from './identity-settings.js';

/** What the pages sign people in with; null: there is no client for them, and they are not served. */
export type AdminUiSettings = {
  issuer: string;
  clientId: string;
  scope: string;
  /** Of the access token, where the provider wants it named. */
  audience: string | null;
} | null;

const SCOPE = 'openid profile email';

export function toAdminUiSettings(env: Environment, provider: ProviderName, auth: VerifierSettings): AdminUiSettings {
  const clientId = env.ADMIN_UI_CLIENT_ID ?? (provider === 'mock' ? 'admin-ui' : null);
  if (clientId === null) return null;
  // Cognito renews without that scope, and knows it not.
  const scope = provider === 'cognito' ? SCOPE : `${SCOPE} offline_access`;
  return { issuer: auth.issuer, clientId, scope, audience: provider === 'auth0' && auth.provider === 'oidc' ? auth.audience : null };
}
