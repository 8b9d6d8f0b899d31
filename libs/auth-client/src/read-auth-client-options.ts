import { JWKS_PATH } from '@sa-platform/contracts';
import type { AuthClientOptions } from './auth-client.js';
import type { ServiceTokenSourceOptions } from './service-token-source.js';
import { VariableReader, type Environment } from './variable-reader.js';
import type { VerifierOptions } from './verification/verifier-options.js';

const PROVIDERS = ['auth0', 'cognito', 'mock'] as const;
/** Null: any issuer. The empty text: one that we don't know, which was refused. */
type Provider = (typeof PROVIDERS)[number] | '' | null;

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z][a-z0-9-]*)+$/i;
const POOL = /^[a-z0-9-]+_[A-Za-z0-9]+$/;
const MOCK_AUDIENCE = 'https://user-management.local';
const DEFAULT_SCOPES = 'context:read permissions:register';

/** What an identity provider lets us derive; null: a variable must say. */
interface Derived {
  issuer: string | null;
  jwksUri: string | null;
  tokenUrl: string | null;
}

/**
 * Reads the options of an `AuthClient` from environment variables (DESIGN 12). An empty variable counts as not set.
 *
 * | variable | meaning |
 * | --- | --- |
 * | `USER_MANAGEMENT_URL` | address of user-management without path |
 * | `IDENTITY_PROVIDER` | `auth0`, `cognito` or `mock`; not set: any OIDC issuer, by the next three |
 * | `AUTH_ISSUER`, `AUTH_AUDIENCE`, `AUTH_JWKS_URI` | go before what is derived from the provider |
 * | `AUTH0_DOMAIN`, `AUTH0_API_AUDIENCE` | Auth0 |
 * | `COGNITO_USER_POOL_ID`, `COGNITO_CLIENT_IDS`, `COGNITO_ENDPOINT` | Cognito; the ids with commas between. The pool's id begins with its region; `AWS_REGION` is where the service runs, and isn't looked at |
 * | `COGNITO_RESOURCE_SERVER` | Cognito: identifier of the resource server, which its scopes begin with |
 * | `AUTH_IMPERSONATION_ISSUER` | accepts tokens of impersonation, which name this issuer; not set: refuses them |
 * | `AUTH_CLIENT_ID`, `AUTH_CLIENT_SECRET`, `AUTH_TOKEN_URL`, `AUTH_SCOPES` | this service's own credentials, when it has any; the token address is derived for Auth0 and mock |
 * | `NODE_ENV` | `production` refuses `mock` |
 *
 * @param environment usually `process.env`
 * @throws ConfigurationError that names every variable that is missing or malformed, and shows no value
 *
 * @example
 * const client = createAuthClient(readAuthClientOptions(process.env));
 */
export function readAuthClientOptions(environment: Environment): AuthClientOptions {
  const reader = new VariableReader(environment);
  const userManagementUrl = reader.baseUrl('USER_MANAGEMENT_URL');
  const provider = reader.oneOf('IDENTITY_PROVIDER', PROVIDERS);
  const derived = derive(reader, provider, userManagementUrl);
  const verifier = { ...readVerifier(reader, provider, derived), ...readImpersonation(reader, userManagementUrl) };
  const service = readService(reader, provider, derived);
  reader.finish();
  return { userManagementUrl, verifier, ...(service ? { service } : {}) };
}

function derive(reader: VariableReader, provider: Provider, userManagementUrl: string): Derived {
  switch (provider) {
    case 'auth0':
      return deriveAuth0(reader);
    case 'cognito':
      return deriveCognito(reader);
    case 'mock':
      return deriveMock(reader, userManagementUrl);
    case '':
      return { issuer: '', jwksUri: '', tokenUrl: '' };
    case null:
      return { issuer: null, jwksUri: null, tokenUrl: null };
  }
}

/** Auth0 writes its issuer with the slash at the end. */
function deriveAuth0(reader: VariableReader): Derived {
  const issuer = reader.find('AUTH_ISSUER') ?? `https://${reader.matching('AUTH0_DOMAIN', HOST, 'a host name')}/`;
  const base = withoutSlash(issuer);
  return { issuer, jwksUri: `${base}/.well-known/jwks.json`, tokenUrl: `${base}/oauth/token` };
}

function deriveCognito(reader: VariableReader): Derived {
  const issuer = reader.find('AUTH_ISSUER') ?? cognitoIssuer(reader);
  return { issuer, jwksUri: `${withoutSlash(issuer)}/.well-known/jwks.json`, tokenUrl: null };
}

function cognitoIssuer(reader: VariableReader): string {
  const pool = reader.matching('COGNITO_USER_POOL_ID', POOL, 'an id such as eu-west-1_AbCdEfGhI');
  const region = pool.replace(/_.*$/, '');
  const endpoint = reader.baseUrl('COGNITO_ENDPOINT', `https://cognito-idp.${region}.amazonaws.com`);
  return `${withoutSlash(endpoint)}/${pool}`;
}

function deriveMock(reader: VariableReader, userManagementUrl: string): Derived {
  if (reader.find('NODE_ENV') === 'production') {
    reader.refuse('IDENTITY_PROVIDER', 'mock is refused with NODE_ENV=production, it signs anybody in');
  }
  const issuer = reader.find('AUTH_ISSUER') ?? `${withoutSlash(userManagementUrl)}/mock-idp`;
  const base = withoutSlash(issuer);
  return { issuer, jwksUri: `${base}/jwks`, tokenUrl: `${base}/token` };
}

function readVerifier(reader: VariableReader, provider: Provider, derived: Derived): VerifierOptions {
  const issuer = reader.baseUrl('AUTH_ISSUER', derived.issuer);
  const jwksUri = reader.url('AUTH_JWKS_URI', derived.jwksUri);
  return provider === 'cognito'
    ? { provider, issuer, jwksUri, clientIds: reader.words('COGNITO_CLIENT_IDS'), ...readResourceServer(reader) }
    : { provider: 'oidc', issuer, jwksUri, audience: readAudience(reader, provider) };
}

/** The keys are where the service itself is asked; its name in tokens is what the outside calls it by. */
function readImpersonation(reader: VariableReader, userManagementUrl: string): Pick<VerifierOptions, 'impersonation'> {
  if (reader.find('AUTH_IMPERSONATION_ISSUER') === null) return {};
  const jwksUri = `${withoutSlash(userManagementUrl)}/v1/user-management${JWKS_PATH}`;
  return { impersonation: { issuer: reader.baseUrl('AUTH_IMPERSONATION_ISSUER'), jwksUri } };
}

/** Not set: scopes are compared with the resource server's identifier in front. */
function readResourceServer(reader: VariableReader): { resourceServer?: string } {
  return reader.find('COGNITO_RESOURCE_SERVER') === null ? {} : { resourceServer: reader.word('COGNITO_RESOURCE_SERVER') };
}

function readAudience(reader: VariableReader, provider: Provider): string {
  const isAuth0 = provider === 'auth0' && reader.find('AUTH_AUDIENCE') === null;
  if (isAuth0) return reader.word('AUTH0_API_AUDIENCE');
  return reader.word('AUTH_AUDIENCE', provider === 'mock' || provider === '' ? MOCK_AUDIENCE : null);
}

function readService(reader: VariableReader, provider: Provider, derived: Derived): ServiceTokenSourceOptions | null {
  const names = ['AUTH_CLIENT_ID', 'AUTH_CLIENT_SECRET', 'AUTH_TOKEN_URL'];
  if (names.every((name) => reader.find(name) === null)) return null;
  return {
    clientId: reader.word('AUTH_CLIENT_ID'),
    clientSecret: reader.word('AUTH_CLIENT_SECRET'),
    tokenUrl: reader.url('AUTH_TOKEN_URL', derived.tokenUrl),
    scopes: readScopes(reader, provider),
    // Auth0 gives a token for the audience that is asked for, and none without.
    ...(provider === 'auth0' ? { parameters: { audience: readAudience(reader, provider) } } : {}),
  };
}

/** Cognito wants the resource server's identifier in front of its scopes. */
function readScopes(reader: VariableReader, provider: Provider): string[] {
  const scopes = (reader.find('AUTH_SCOPES') ?? DEFAULT_SCOPES).split(/\s+/).filter(Boolean);
  const resourceServer = provider === 'cognito' ? reader.find('COGNITO_RESOURCE_SERVER') : null;
  if (resourceServer === null) return scopes;
  return scopes.map((scope) => (scope.includes('/') ? scope : `${resourceServer}/${scope}`));
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
