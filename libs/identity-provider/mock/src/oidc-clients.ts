import type { ClientMetadata } from 'oidc-provider';
import type { MockClient } from './mock-options.js';

/** Scopes about the person, which a service has no use for; it gets them only when it names them. */
const PERSONAL_SCOPES = new Set(['openid', 'profile', 'email', 'phone', 'offline_access']);

/** Signs nobody in; the client of dev-tokens when no configured client signs people in. */
const DEV_TOKEN_CLIENT: MockClient = {
  clientId: 'dev-token',
  name: 'dev-token',
  scopes: ['openid', 'profile', 'email'],
  redirectUris: [],
};

/** What a service is granted that asks for no scope: all it may have. */
export function serviceScopes(allowed: string[]): string[] {
  return allowed.filter((scope) => !PERSONAL_SCOPES.has(scope));
}

/** What an access token can carry: `offline_access` is about the refresh token, not about an API. */
export function accessTokenScopes(allowed: string[]): string[] {
  return allowed.filter((scope) => scope !== 'offline_access');
}

/** The client that dev-tokens name: the first that signs people in. */
export function chooseDevTokenClient(clients: MockClient[]): MockClient {
  return clients.find((client) => client.redirectUris.length > 0) ?? DEV_TOKEN_CLIENT;
}

/** The origins of a client's redirect URIs: allowed to call from a browser, and to be led back to. */
export function originsOf(redirectUris: readonly string[]): string[] {
  return [...new Set(redirectUris.map((uri) => new URL(uri).origin))];
}

/** A client in the library's words. */
export function toClientMetadata(client: MockClient): ClientMetadata {
  const { clientSecret, redirectUris } = client;
  const isInteractive = redirectUris.length > 0;
  return {
    client_id: client.clientId,
    client_name: client.name,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    token_endpoint_auth_method: clientSecret === undefined ? 'none' : 'client_secret_basic',
    grant_types: [
      ...(isInteractive ? ['authorization_code', 'refresh_token'] : []),
      ...(clientSecret === undefined ? [] : ['client_credentials']),
    ],
    response_types: isInteractive ? ['code'] : [],
    redirect_uris: redirectUris,
    post_logout_redirect_uris: [...new Set([...redirectUris, ...originsOf(redirectUris).map((origin) => `${origin}/`)])],
    scope: client.scopes.join(' '),
  };
}
