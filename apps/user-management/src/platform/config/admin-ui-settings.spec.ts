import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

const AUTH0 = {
  IDENTITY_PROVIDER: 'auth0',
  AUTH0_DOMAIN: 'clinic.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://users.example.com',
  AUTH0_MANAGEMENT_CLIENT_ID: 'id',
  AUTH0_MANAGEMENT_CLIENT_SECRET: 'secret',
};
const COGNITO = { IDENTITY_PROVIDER: 'cognito', COGNITO_USER_POOL_ID: 'eu-west-1_AbCdEfGhI', COGNITO_CLIENT_IDS: 'pages', AWS_REGION: 'eu-west-1' };

describe('what the pages sign people in with', () => {
  it('is nothing where no client is named: then there are no pages', () => {
    expect(loadConfig(AUTH0).adminUi).toBeNull();
    expect(loadConfig(COGNITO).adminUi).toBeNull();
  });

  it('names the audience to Auth0, which gives an opaque token otherwise', () => {
    expect(loadConfig({ ...AUTH0, ADMIN_UI_CLIENT_ID: 'pages' }).adminUi).toEqual({
      issuer: 'https://clinic.eu.auth0.com/',
      clientId: 'pages',
      scope: 'openid profile email offline_access',
      audience: 'https://users.example.com',
    });
  });

  it('does not ask Cognito for a scope that it refuses', () => {
    expect(loadConfig({ ...COGNITO, ADMIN_UI_CLIENT_ID: 'pages' }).adminUi).toMatchObject({ scope: 'openid profile email', audience: null });
  });
});
