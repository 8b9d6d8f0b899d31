import type { IdentityProvider } from '@sa-platform/identity-provider';
import { Auth0IdentityAdapter } from './auth0-identity-adapter.js';
import type { Auth0Options } from './auth0-options.js';

export { AUTH0_SCOPES, type Auth0Options, type Auth0RateLimit } from './auth0-options.js';
export { METADATA } from './auth0-account.js';
export type { PasswordMails, PasswordTicket } from './password-mails.js';

/**
 * The identity provider over an Auth0 tenant, set up as `runbooks/auth0-setup.md` says. Nothing is sent before the
 * first operation.
 *
 * @throws RangeError when an option can't be right
 */
export function createAuth0IdentityProvider(options: Auth0Options): IdentityProvider {
  return new Auth0IdentityAdapter(options);
}
