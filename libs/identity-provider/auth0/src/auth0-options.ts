import type { PasswordMails } from './password-mails.js';

/** Requests that the adapter allows itself; the limit belongs to the tenant, and other applications share it. */
export interface Auth0RateLimit {
  burst: number;
  perSecond: number;
}

/** What an Auth0 tenant is reached with; `runbooks/auth0-setup.md` says where each value comes from. */
export interface Auth0Options {
  /** The tenant's canonical host, never a custom domain: the audience of the Management API is made of it. */
  domain: string;
  /** Of the machine-to-machine application with the scopes `AUTH0_SCOPES`. */
  clientId: string;
  clientSecret: string;
  /** Name of the database connection. */
  connection: string;
  /** Another address of the tenant, for tests (the secret travels there): the API below `/api/v2/`, tokens at `/oauth/token`. */
  managementApiUrl?: string;
  /** Default: just below the Free plan's, 2 at once and 1.8 a second for each replica. */
  rateLimit?: Auth0RateLimit;
  /** How links to set a password reach people; default: Auth0 mails them. */
  passwordMails?: PasswordMails;
}

/**
 * What the machine-to-machine application is granted: nothing that is not used, above all no `client_grants`.
 * `create:user_tickets` is used only where `passwordMails` is `ticket`.
 */
export const AUTH0_SCOPES = [
  'read:users',
  'create:users',
  'update:users',
  'delete:users',
  'read:users_app_metadata',
  'create:users_app_metadata',
  'update:users_app_metadata',
  'create:user_tickets',
  'read:roles',
  'delete:sessions',
  'delete:refresh_tokens',
] as const;

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;
/** What Auth0 allows in the name of a connection, so it can stand in a search query. */
const CONNECTION = /^[A-Za-z0-9]([A-Za-z0-9-]{0,126}[A-Za-z0-9])?$/;

/** @throws RangeError that names every option that can't be right, and quotes none */
export function checkOptions(options: Auth0Options): void {
  const { burst, perSecond } = options.rateLimit ?? DEFAULT_RATE_LIMIT;
  const wrong = Object.entries({
    domain: HOST.test(options.domain),
    clientId: options.clientId !== '',
    clientSecret: options.clientSecret !== '',
    connection: CONNECTION.test(options.connection),
    managementApiUrl: options.managementApiUrl === undefined || isAddress(options.managementApiUrl),
    rateLimit: burst >= 1 && perSecond > 0,
  }).filter(([, isRight]) => !isRight);
  if (wrong.length > 0) throw new RangeError(`not valid for Auth0: ${wrong.map(([name]) => name).join(', ')}`);
}

export const DEFAULT_RATE_LIMIT: Auth0RateLimit = { burst: 2, perSecond: 1.8 };

function isAddress(address: string): boolean {
  return URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol);
}
