import { JWKS_PATH } from '@sa-platform/contracts';
import { BASE_PATH } from '../http/base-path.js';
import type { Environment } from './config.schema.js';

/** What the adapter of the chosen identity provider is made with. */
export type IdentitySettings =
  | { provider: 'mock' }
  | {
      provider: 'auth0';
      domain: string;
      clientId: string;
      clientSecret: string;
      connection: string;
      /** Another address of the Management API; null: the domain's. */
      managementApiUrl: string | null;
      /** The application in whose name Auth0 mails people; null: the Management API's own. */
      appClientId: string | null;
      requestsPerSecond: number;
    }
  | { provider: 'cognito'; userPoolId: string; region: string; endpoint: string | null };

/** Whose tokens are accepted. */
export type VerifierSettings =
  | { provider: 'oidc'; issuer: string; audience: string; jwksUri: string }
  | { provider: 'cognito'; issuer: string; clientIds: string[]; jwksUri: string; resourceServer?: string };

/** Whose tokens of impersonation are accepted: this service's own. */
export interface ImpersonationSettings {
  issuer: string;
  jwksUri: string;
  audience: string;
}

export type ProviderName = IdentitySettings['provider'];

const MOCK_AUDIENCE = 'https://user-management.local';
const REQUIRED = {
  mock: [],
  auth0: ['AUTH0_DOMAIN', 'AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'],
  cognito: ['COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_IDS'],
} as const;

type Given = Record<string, string | undefined>;

/** The provider that the environment names. */
export function providerOf(given: Given): string {
  return given['IDENTITY_PROVIDER'] ?? 'mock';
}

/** Older names stand for those of today: `COGNITO_PROVIDER` and `AUTH0_MGMT_*`. */
export function withOlderNames(env: Given): Given {
  const older = env['COGNITO_PROVIDER'];
  const isKnown = older === 'mock' || older === 'cognito';
  return {
    ...env,
    IDENTITY_PROVIDER: env['IDENTITY_PROVIDER'] || (isKnown ? older : undefined),
    AUTH0_MANAGEMENT_CLIENT_ID: env['AUTH0_MANAGEMENT_CLIENT_ID'] || env['AUTH0_MGMT_CLIENT_ID'],
    AUTH0_MANAGEMENT_CLIENT_SECRET: env['AUTH0_MANAGEMENT_CLIENT_SECRET'] || env['AUTH0_MGMT_CLIENT_SECRET'],
  };
}

/** What the chosen provider needs and nobody gave; reads what was given, so that all problems are told together. */
export function missingSettings(given: Given): string[] {
  const provider = providerOf(given);
  const required: readonly string[] = provider === 'auth0' || provider === 'cognito' ? REQUIRED[provider] : [];
  const problems = required.filter((name) => !given[name]).map((name) => `${name}: is required with IDENTITY_PROVIDER=${provider}`);
  if (provider === 'auth0' && !given['AUTH0_API_AUDIENCE'] && !given['AUTH_AUDIENCE']) {
    problems.push('AUTH0_API_AUDIENCE: is required with IDENTITY_PROVIDER=auth0: tokens for another audience are not ours');
  }
  return problems;
}

export function toIdentitySettings(env: Environment): IdentitySettings {
  switch (env.IDENTITY_PROVIDER) {
    case 'mock':
      return { provider: 'mock' };
    case 'auth0':
      return {
        provider: 'auth0',
        domain: env.AUTH0_DOMAIN ?? '',
        clientId: env.AUTH0_MANAGEMENT_CLIENT_ID ?? '',
        clientSecret: env.AUTH0_MANAGEMENT_CLIENT_SECRET ?? '',
        connection: env.AUTH0_CONNECTION,
        managementApiUrl: env.AUTH0_MANAGEMENT_API_URL ?? null,
        appClientId: env.AUTH0_APP_CLIENT_ID ?? null,
        requestsPerSecond: env.AUTH0_REQUESTS_PER_SECOND,
      };
    case 'cognito': {
      const userPoolId = env.COGNITO_USER_POOL_ID ?? '';
      return { provider: 'cognito', userPoolId, region: regionOf(userPoolId), endpoint: env.COGNITO_ENDPOINT ?? null };
    }
  }
}

/** `AUTH_ISSUER`, `AUTH_AUDIENCE` and `AUTH_JWKS_URI` go before what is derived. */
export function toVerifierSettings(env: Environment, identity: IdentitySettings, publicUrl: string): VerifierSettings {
  switch (identity.provider) {
    case 'mock': {
      const issuer = env.AUTH_ISSUER ?? `${publicUrl}/mock-idp`;
      return oidc(env, issuer, { audience: MOCK_AUDIENCE, jwksUri: `${issuer}/jwks` });
    }
    case 'auth0': {
      // Auth0 writes its issuer with the slash at the end.
      const issuer = env.AUTH_ISSUER ?? `https://${identity.domain}/`;
      return oidc(env, issuer, { audience: env.AUTH0_API_AUDIENCE ?? '', jwksUri: keysOf(issuer) });
    }
    case 'cognito':
      return cognito(env, identity);
  }
}

/** For the audience of every token; Cognito's have none, and then it is the issuer, as `auth-client` expects. */
export function toImpersonationSettings(auth: VerifierSettings, publicUrl: string): ImpersonationSettings {
  const issuer = `${publicUrl}/${BASE_PATH}`;
  return { issuer, jwksUri: issuer + JWKS_PATH, audience: auth.provider === 'oidc' ? auth.audience : issuer };
}

function oidc(env: Environment, issuer: string, derived: { audience: string; jwksUri: string }): VerifierSettings {
  const audience = env.AUTH_AUDIENCE ?? derived.audience;
  return { provider: 'oidc', issuer, audience, jwksUri: env.AUTH_JWKS_URI ?? derived.jwksUri };
}

function cognito(env: Environment, { region, endpoint, userPoolId }: Extract<IdentitySettings, { provider: 'cognito' }>): VerifierSettings {
  const host = withoutSlash(endpoint ?? `https://cognito-idp.${region}.amazonaws.com`);
  const issuer = env.AUTH_ISSUER ?? `${host}/${userPoolId}`;
  const { COGNITO_CLIENT_IDS: clientIds = [], COGNITO_RESOURCE_SERVER: resourceServer } = env;
  const jwksUri = env.AUTH_JWKS_URI ?? keysOf(issuer);
  return { provider: 'cognito', issuer, clientIds, jwksUri, ...(resourceServer === undefined ? {} : { resourceServer }) };
}

/** A pool's id begins with its region; `AWS_REGION` may be where the service runs. */
function regionOf(userPoolId: string): string {
  return userPoolId.replace(/_.*$/, '');
}

function keysOf(issuer: string): string {
  return `${withoutSlash(issuer)}/.well-known/jwks.json`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
