import { ConfigError, loadConfig } from './config.js';

const AUTH0 = {
  IDENTITY_PROVIDER: 'auth0',
  AUTH0_DOMAIN: 'clinic.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://users.example.com',
  AUTH0_MANAGEMENT_CLIENT_ID: 'm2m',
  AUTH0_MANAGEMENT_CLIENT_SECRET: 'hush',
};
const COGNITO = { IDENTITY_PROVIDER: 'cognito', COGNITO_USER_POOL_ID: 'eu-west-1_AbC123', COGNITO_CLIENT_IDS: 'app1, app2' };

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the settings of an identity provider', () => {
  it('derive whose Auth0 tokens are accepted from the domain, with the slash that Auth0 writes', () => {
    const { identity, auth, demoData } = loadConfig({ ...AUTH0, NODE_ENV: 'production' });
    expect(identity).toEqual({
      provider: 'auth0',
      domain: 'clinic.eu.auth0.com',
      clientId: 'm2m',
      clientSecret: 'hush',
      connection: 'Username-Password-Authentication',
      managementApiUrl: null,
      appClientId: null,
      requestsPerSecond: 2,
    });
    expect(auth).toEqual({
      provider: 'oidc',
      issuer: 'https://clinic.eu.auth0.com/',
      audience: 'https://users.example.com',
      jwksUri: 'https://clinic.eu.auth0.com/.well-known/jwks.json',
    });
    expect(demoData).toBe(false);
  });

  it('derive issuer and keys of Cognito from the pool, whose id names its region', () => {
    const { identity, auth } = loadConfig({ ...COGNITO, AWS_REGION: 'us-east-1', NODE_ENV: 'production' });
    expect(identity).toEqual({ provider: 'cognito', userPoolId: 'eu-west-1_AbC123', region: 'eu-west-1', endpoint: null });
    const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123';
    expect(auth).toEqual({ provider: 'cognito', issuer, clientIds: ['app1', 'app2'], jwksUri: `${issuer}/.well-known/jwks.json` });
  });

  it('derive our own issuer of impersonations from the address that callers use, for the audience of every token', () => {
    const issuer = 'https://users.example.com/v1/user-management';
    const jwksUri = `${issuer}/.well-known/jwks.json`;
    const { impersonation } = loadConfig({ ...AUTH0, PUBLIC_URL: 'https://users.example.com/', AUTH_AUDIENCE: 'api' });
    expect(impersonation).toEqual({ issuer, jwksUri, audience: 'api' });
    expect(loadConfig({ ...COGNITO, PUBLIC_URL: 'https://users.example.com' }).impersonation).toEqual({ issuer, jwksUri, audience: issuer });
  });

  it('take other addresses for tests, and what is set goes before what is derived', () => {
    const cognito = loadConfig({ ...COGNITO, COGNITO_ENDPOINT: 'http://127.0.0.1:9229/' });
    expect(cognito.auth).toMatchObject({ issuer: 'http://127.0.0.1:9229/eu-west-1_AbC123' });
    expect(loadConfig({ ...COGNITO, COGNITO_RESOURCE_SERVER: 'users' }).auth).toMatchObject({ resourceServer: 'users' });
    const auth0 = loadConfig({ ...AUTH0, AUTH_ISSUER: 'https://login.example.com/', AUTH_AUDIENCE: 'other', AUTH_JWKS_URI: 'https://keys.example.com' });
    expect(auth0.auth).toEqual({ provider: 'oidc', issuer: 'https://login.example.com/', audience: 'other', jwksUri: 'https://keys.example.com' });
    expect(auth0.identity).toMatchObject({ domain: 'clinic.eu.auth0.com' });
  });

  it('accept the older names', () => {
    const { AUTH0_MANAGEMENT_CLIENT_ID: id, AUTH0_MANAGEMENT_CLIENT_SECRET: secret, ...rest } = AUTH0;
    expect(loadConfig({ ...rest, AUTH0_MGMT_CLIENT_ID: id, AUTH0_MGMT_CLIENT_SECRET: secret }).identity).toMatchObject({ clientId: 'm2m' });
    const { IDENTITY_PROVIDER: provider, ...pool } = COGNITO;
    expect(loadConfig({ ...pool, COGNITO_PROVIDER: provider }).identity).toMatchObject({ provider: 'cognito' });
  });

  it('name everything that is missing at once', () => {
    expect(problemsOf({ IDENTITY_PROVIDER: 'auth0' }).map((problem) => problem.split(':')[0])).toEqual([
      'AUTH0_DOMAIN',
      'AUTH0_MANAGEMENT_CLIENT_ID',
      'AUTH0_MANAGEMENT_CLIENT_SECRET',
      'AUTH0_API_AUDIENCE',
    ]);
    expect(problemsOf({ IDENTITY_PROVIDER: 'cognito', NODE_ENV: 'production' }).map((problem) => problem.split(':')[0])).toEqual([
      'COGNITO_USER_POOL_ID',
      'COGNITO_CLIENT_IDS',
    ]);
  });

  it('refuse demo people where they could not sign in', () => {
    expect(problemsOf({ ...AUTH0, DEMO_DATA: 'true' })).toEqual([expect.stringMatching(/^DEMO_DATA: needs IDENTITY_PROVIDER=mock/)]);
    expect(loadConfig(AUTH0).demoData).toBe(false);
  });
});
