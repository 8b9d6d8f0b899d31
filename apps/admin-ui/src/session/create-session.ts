import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Settings } from '../settings.js';

export const CALLBACK_PATH = '/callback';

/**
 * Code with PKCE (RFC 7636). Tokens stay in this page's memory: a reload goes by the provider's own session. What is kept
 * across the redirect is the verifier of one sign-in, for the tab that began it.
 */
export function createSession({ issuer, client_id, scope, audience }: Settings): UserManager {
  const origin = window.location.origin;
  return new UserManager({
    authority: issuer,
    client_id,
    scope,
    redirect_uri: `${origin}${CALLBACK_PATH}`,
    post_logout_redirect_uri: `${origin}/`,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
    ...(audience === null ? {} : { extraQueryParams: { audience } }),
  });
}
