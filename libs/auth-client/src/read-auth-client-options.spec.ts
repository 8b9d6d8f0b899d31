import { readAuthClientOptions } from './read-auth-client-options.js';
import { ServiceTokenSource } from './service-token-source.js';
import { TokenVerifier } from './verification/token-verifier.js';
import { requireBaseUrl } from './require-option.js';
import type { Environment } from './variable-reader.js';

const USERS = { USER_MANAGEMENT_URL: 'https://users.example.com' };
const ANY = {
  ...USERS,
  AUTH_ISSUER: 'https://issuer.example.com/realms/a',
  AUTH_AUDIENCE: 'https://api.example.com',
  AUTH_JWKS_URI: 'https://issuer.example.com/certs',
};
const AUTH0 = {
  ...USERS,
  IDENTITY_PROVIDER: 'auth0',
  AUTH0_DOMAIN: 'example.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://api.example.com',
};
const COGNITO = {
  ...USERS,
  IDENTITY_PROVIDER: 'cognito',
  COGNITO_USER_POOL_ID: 'eu-west-1_AbC123',
  COGNITO_CLIENT_IDS: 'web,mobile',
};
const MOCK = { USER_MANAGEMENT_URL: 'http://127.0.0.1:3000/', IDENTITY_PROVIDER: 'mock' };
const CREDENTIALS = { AUTH_CLIENT_ID: 'claims', AUTH_CLIENT_SECRET: 'p%:+' };

const OIDC = { provider: 'oidc', audience: 'https://api.example.com' };

/** What is wrong, as `VARIABLE reason`, in the order in which it is told. */
function problemsOf(environment: Environment): string[] {
  try {
    readAuthClientOptions(environment);
  } catch (error) {
    return (error as Error).message.split('; ');
  }
  return [];
}

describe('the verifier options', () => {
  it.each<[string, Environment, object]>([
    ['any issuer', ANY, {
      ...OIDC,
      issuer: 'https://issuer.example.com/realms/a',
      jwksUri: 'https://issuer.example.com/certs',
    }],
    ['Auth0', AUTH0, {
      ...OIDC,
      issuer: 'https://example.eu.auth0.com/',
      jwksUri: 'https://example.eu.auth0.com/.well-known/jwks.json',
    }],
    ['Auth0 with a domain of its own', { ...AUTH0, AUTH_ISSUER: 'https://login.example.com/', AUTH0_DOMAIN: undefined }, {
      ...OIDC,
      issuer: 'https://login.example.com/',
      jwksUri: 'https://login.example.com/.well-known/jwks.json',
    }],
    ['Auth0 with the general names', { ...AUTH0, AUTH0_API_AUDIENCE: '', AUTH_AUDIENCE: 'a', AUTH_JWKS_URI: 'https://a/k' }, {
      provider: 'oidc',
      issuer: 'https://example.eu.auth0.com/',
      audience: 'a',
      jwksUri: 'https://a/k',
    }],
    ['Cognito', COGNITO, {
      provider: 'cognito',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123',
      jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/.well-known/jwks.json',
      clientIds: ['web', 'mobile'],
    }],
    ['Cognito seen from another region', { ...COGNITO, AWS_REGION: 'us-east-1' }, {
      provider: 'cognito',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123',
      jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/.well-known/jwks.json',
      clientIds: ['web', 'mobile'],
    }],
    ['an emulator of Cognito', { ...COGNITO, COGNITO_ENDPOINT: 'http://127.0.0.1:9229/', COGNITO_USER_POOL_ID: 'local_1a' }, {
      provider: 'cognito',
      issuer: 'http://127.0.0.1:9229/local_1a',
      jwksUri: 'http://127.0.0.1:9229/local_1a/.well-known/jwks.json',
      clientIds: ['web', 'mobile'],
    }],
    ['Cognito by its issuer', { ...COGNITO, COGNITO_USER_POOL_ID: '', AUTH_ISSUER: 'https://a/p/', COGNITO_CLIENT_IDS: 'web' }, {
      provider: 'cognito',
      issuer: 'https://a/p/',
      jwksUri: 'https://a/p/.well-known/jwks.json',
      clientIds: ['web'],
    }],
    ['Cognito with a resource server', { ...COGNITO, COGNITO_RESOURCE_SERVER: 'https://users.example.com' }, {
      provider: 'cognito',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123',
      jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/.well-known/jwks.json',
      clientIds: ['web', 'mobile'],
      resourceServer: 'https://users.example.com',
    }],
    ['the mock issuer', MOCK, {
      provider: 'oidc',
      issuer: 'http://127.0.0.1:3000/mock-idp',
      audience: 'https://user-management.local',
      jwksUri: 'http://127.0.0.1:3000/mock-idp/jwks',
    }],
    ['the mock issuer under another name', { ...MOCK, AUTH_ISSUER: 'http://idp:80/', AUTH_AUDIENCE: 'a' }, {
      provider: 'oidc',
      issuer: 'http://idp:80/',
      audience: 'a',
      jwksUri: 'http://idp:80/jwks',
    }],
  ])('of %s', (_name, environment, verifier) => {
    const options = readAuthClientOptions(environment);
    expect(options).toEqual({ userManagementUrl: environment['USER_MANAGEMENT_URL'], verifier });
    expect(() => new TokenVerifier(options.verifier)).not.toThrow();
    expect(() => requireBaseUrl('userManagementUrl', options.userManagementUrl)).not.toThrow();
  });
});

describe('impersonation', () => {
  it('is not accepted unless its issuer is named', () => {
    expect(readAuthClientOptions({ ...MOCK, AUTH_IMPERSONATION_ISSUER: '' }).verifier).not.toHaveProperty('impersonation');
  });

  it.each([ANY, AUTH0, COGNITO, { ...MOCK, USER_MANAGEMENT_URL: 'https://users.example.com/' }])('has its keys where the service is asked: %j', (environment) => {
    const issuer = 'https://login.example.com/v1/user-management';
    const { verifier } = readAuthClientOptions({ ...environment, AUTH_IMPERSONATION_ISSUER: issuer });
    const jwksUri = 'https://users.example.com/v1/user-management/.well-known/jwks.json';
    expect(verifier.impersonation).toEqual({ issuer, jwksUri });
    expect(() => new TokenVerifier(verifier)).not.toThrow();
  });

  it('is refused with an issuer that is no address', () => {
    const problem = 'AUTH_IMPERSONATION_ISSUER must be an absolute http or https URL without credentials and query';
    expect(problemsOf({ ...MOCK, AUTH_IMPERSONATION_ISSUER: 'true' })).toEqual([problem]);
  });
});

describe("the service's own credentials", () => {
  it.each<[string, Environment, object]>([
    ['any issuer', { ...ANY, AUTH_TOKEN_URL: 'https://a/token?b' }, { tokenUrl: 'https://a/token?b' }],
    ['Auth0', AUTH0, {
      tokenUrl: 'https://example.eu.auth0.com/oauth/token',
      parameters: { audience: 'https://api.example.com' },
    }],
    ['Auth0 with the general names', { ...AUTH0, AUTH_AUDIENCE: 'a', AUTH_TOKEN_URL: 'https://a/token' }, {
      tokenUrl: 'https://a/token',
      parameters: { audience: 'a' },
    }],
    ['Cognito', { ...COGNITO, AUTH_TOKEN_URL: 'https://a/oauth2/token' }, { tokenUrl: 'https://a/oauth2/token' }],
    ['the mock issuer', MOCK, { tokenUrl: 'http://127.0.0.1:3000/mock-idp/token' }],
  ])('with %s', (_name, environment, expected) => {
    const { service } = readAuthClientOptions({ ...environment, ...CREDENTIALS });
    const scopes = ['context:read', 'permissions:register'];
    expect(service).toEqual({ clientId: 'claims', clientSecret: 'p%:+', scopes, ...expected });
    expect(() => new ServiceTokenSource(service!)).not.toThrow();
  });

  it('have the scopes that are asked for', () => {
    const { service } = readAuthClientOptions({ ...MOCK, ...CREDENTIALS, AUTH_SCOPES: ' context:read\tevents:read ' });
    expect(service?.scopes).toEqual(['context:read', 'events:read']);
  });

  it('are none when none of them is set', () => {
    expect(readAuthClientOptions({ ...MOCK, AUTH_CLIENT_ID: '', AUTH_SCOPES: 'a' })).not.toHaveProperty('service');
  });
});

describe('the environment is refused', () => {
  it.each<[string, Environment, string[]]>([
    ['when it is empty', {}, [
      'USER_MANAGEMENT_URL is missing',
      'AUTH_ISSUER is missing',
      'AUTH_JWKS_URI is missing',
      'AUTH_AUDIENCE is missing',
    ]],
    ['when all of it is malformed', {
      USER_MANAGEMENT_URL: 'users.example.com',
      AUTH_ISSUER: 'https://a/?b',
      AUTH_JWKS_URI: 'ftp://a',
      AUTH_AUDIENCE: 'a b',
      AUTH_CLIENT_SECRET: 'a b',
      AUTH_TOKEN_URL: 'token',
    }, [
      'USER_MANAGEMENT_URL must be an absolute http or https URL without credentials and query',
      'AUTH_ISSUER must be an absolute http or https URL without credentials and query',
      'AUTH_JWKS_URI must be an absolute http or https URL without credentials',
      'AUTH_AUDIENCE must not contain white space',
      'AUTH_CLIENT_ID is missing',
      'AUTH_CLIENT_SECRET must not contain white space',
      'AUTH_TOKEN_URL must be an absolute http or https URL without credentials',
    ]],
    ['with an identity provider that nobody knows, and nothing is said of what it would decide', {
      ...USERS,
      ...CREDENTIALS,
      IDENTITY_PROVIDER: 'Auth0',
    }, ['IDENTITY_PROVIDER must be one of auth0, cognito, mock']],
    ['with Auth0 and nothing else', { ...USERS, IDENTITY_PROVIDER: 'auth0' }, [
      'AUTH0_DOMAIN is missing',
      'AUTH0_API_AUDIENCE is missing',
    ]],
    ['with Cognito and nothing else', { ...USERS, ...CREDENTIALS, IDENTITY_PROVIDER: 'cognito' }, [
      'COGNITO_USER_POOL_ID is missing',
      'COGNITO_CLIENT_IDS is missing',
      'AUTH_TOKEN_URL is missing',
    ]],
    ['with Cognito and malformed variables', {
      ...COGNITO,
      COGNITO_USER_POOL_ID: 'AbC123',
      COGNITO_CLIENT_IDS: 'web, mobile',
      COGNITO_ENDPOINT: 'a',
    }, [
      'COGNITO_USER_POOL_ID must be an id such as eu-west-1_AbCdEfGhI',
      'COGNITO_ENDPOINT must be an absolute http or https URL without credentials and query',
      'COGNITO_CLIENT_IDS must be words with commas between, without white space',
    ]],
    ['with the mock issuer at an address that is missing, and nothing is said of what comes from it', {
      ...CREDENTIALS,
      IDENTITY_PROVIDER: 'mock',
    }, ['USER_MANAGEMENT_URL is missing']],
    ['with the mock issuer in production', { ...MOCK, NODE_ENV: 'production' }, [
      'IDENTITY_PROVIDER mock is refused with NODE_ENV=production, it signs anybody in',
    ]],
    ['without the token address of an issuer', { ...ANY, ...CREDENTIALS }, ['AUTH_TOKEN_URL is missing']],
    ['without a client id', { ...MOCK, AUTH_CLIENT_SECRET: 'a' }, ['AUTH_CLIENT_ID is missing']],
    ['without a client secret', { ...MOCK, AUTH_CLIENT_ID: 'a' }, ['AUTH_CLIENT_SECRET is missing']],
    ['with the token address alone', { ...MOCK, AUTH_TOKEN_URL: 'http://a' }, [
      'AUTH_CLIENT_ID is missing',
      'AUTH_CLIENT_SECRET is missing',
    ]],
  ])('%s', (_name, environment, problems) => {
    expect(problemsOf(environment)).toEqual(problems);
  });

  it.each([
    ['https://example.auth0.com'],
    ['example.auth0.com/'],
    ['example'],
    ['-a.auth0.com'],
    ['a..com'],
    ['user@a.com'],
    ['a.com:99999'],
    ['1.2.3.999'],
  ])('with %s as the domain of Auth0', (domain) => {
    expect(problemsOf({ ...AUTH0, AUTH0_DOMAIN: domain })).toEqual(['AUTH0_DOMAIN must be a host name']);
  });

  it('in development the mock issuer is not', () => {
    expect(problemsOf({ ...MOCK, NODE_ENV: 'development' })).toEqual([]);
  });

  it('without a word of what stands in it', () => {
    const SECRET = 'hunter2';
    const names = ['USER_MANAGEMENT_URL', 'AUTH_ISSUER', 'AUTH_JWKS_URI', 'AUTH_TOKEN_URL', 'COGNITO_ENDPOINT'];
    const urls = Object.fromEntries(names.map((name) => [name, `https://user:${SECRET}@a.example.com`]));
    const words = { AUTH_CLIENT_SECRET: `${SECRET} `, AUTH_CLIENT_ID: `${SECRET} `, AUTH_AUDIENCE: `${SECRET} ` };
    const forms = { COGNITO_USER_POOL_ID: SECRET, COGNITO_CLIENT_IDS: `${SECRET},`, AUTH0_DOMAIN: `${SECRET}/` };
    for (const provider of ['auth0', 'cognito', 'mock', SECRET, undefined]) {
      for (const environment of [urls, USERS]) {
        const problems = problemsOf({ IDENTITY_PROVIDER: provider, ...words, ...forms, ...environment });
        expect(problems).not.toEqual([]);
        expect(problems.join()).not.toContain(SECRET);
      }
    }
  });
});

test.each([
  [undefined, ['users/context:read', 'users/permissions:register']],
  ['events:read other/scope', ['users/events:read', 'other/scope']],
])('Cognito is asked for scopes of the resource server: %s', (scopes, expected) => {
  const environment = { ...COGNITO, ...CREDENTIALS, AUTH_TOKEN_URL: 'https://a/token', COGNITO_RESOURCE_SERVER: 'users' };
  expect(readAuthClientOptions({ ...environment, AUTH_SCOPES: scopes }).service?.scopes).toEqual(expected);
  expect(readAuthClientOptions({ ...environment, ...AUTH0, IDENTITY_PROVIDER: 'auth0', AUTH_SCOPES: 'a' }).service?.scopes).toEqual(['a']);
});
