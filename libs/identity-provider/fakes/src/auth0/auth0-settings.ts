export const FAKE_DOMAIN = 'fake-tenant.eu.auth0.com';
export const FAKE_CLIENT_ID = 'fake-management-client';
export const FAKE_CLIENT_SECRET = 'fake-management-secret';
export const FAKE_CONNECTION = 'Username-Password-Authentication';

/** A token bucket as Auth0 describes its limits. */
export interface RateLimit {
  burst: number;
  perSecond: number;
}

/** What a tenant is set to. */
export interface Auth0Settings {
  domain: string;
  clientId: string;
  clientSecret: string;
  /** Granted to the client; null grants every scope. */
  scopes: string[] | null;
  connection: string;
  rateLimit: RateLimit;
  /** How far the search index of `GET /users` is behind, in milliseconds. */
  listLagMs: number;
  /** The most that one page of a list holds. */
  pageLimit: number;
  roles: string[];
  /** Enterprise plans alone can end sessions and refresh tokens; the others answer 403. */
  hasSessionEndpoints: boolean;
}

/** The table of the Free plan. */
export const DEFAULT_SETTINGS: Auth0Settings = {
  domain: FAKE_DOMAIN,
  clientId: FAKE_CLIENT_ID,
  clientSecret: FAKE_CLIENT_SECRET,
  scopes: null,
  connection: FAKE_CONNECTION,
  rateLimit: { burst: 2, perSecond: 2 },
  listLagMs: 0,
  pageLimit: 50,
  roles: [],
  hasSessionEndpoints: true,
};

/** A mail that the tenant would have sent. */
export interface SentMail {
  kind: 'verify_email' | 'change_password';
  to: string;
}
