import { createAuthClient, type AuthClient } from '@sa-platform/auth-client';

/** Of a tenant of Auth0. */
export function createForAuth0(): AuthClient {
  // #region auth0
  const client = createAuthClient({
    userManagementUrl: 'https://users.example.com',
    verifier: {
      provider: 'oidc',
      issuer: 'https://example.eu.auth0.com/',
      audience: 'https://api.example.com',
      jwksUri: 'https://example.eu.auth0.com/.well-known/jwks.json',
    },
  });
  // #endregion
  return client;
}

/** The same, for who acts as a user as well. */
export function createForImpersonation(): AuthClient {
  // #region impersonation
  const client = createAuthClient({
    userManagementUrl: 'https://users.example.com',
    verifier: {
      provider: 'oidc',
      issuer: 'https://example.eu.auth0.com/',
      audience: 'https://api.example.com',
      jwksUri: 'https://example.eu.auth0.com/.well-known/jwks.json',
      impersonation: {
        issuer: 'https://users.example.com/v1/user-management',
        jwksUri: 'https://users.example.com/v1/user-management/.well-known/jwks.json',
      },
    },
  });
  // #endregion
  return client;
}

/** Of a user pool of Cognito. */
export function createForCognito(): AuthClient {
  // #region cognito
  const client = createAuthClient({
    userManagementUrl: 'https://users.example.com',
    verifier: {
      provider: 'cognito',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
      clientIds: ['web-client-id', 'mobile-client-id'],
      jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/jwks.json',
    },
  });
  // #endregion
  return client;
}
