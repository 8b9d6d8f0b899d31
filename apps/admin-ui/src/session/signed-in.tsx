import { useEffect, type ReactNode } from 'react';
import { hasAuthParams, useAuth } from 'react-oidc-context';
import { hereAndNow } from './where-they-were.js';
import { Trouble } from '../shell/trouble.js';
import { Waiting } from '../shell/waiting.js';

/** Shows its children to whoever is signed in, and sends everybody else to the provider's page and back to where they were. */
export function SignedIn({ children }: { children: ReactNode }) {
  const auth = useAuth();
  const mustSignIn = !auth.isLoading && !auth.isAuthenticated && !auth.activeNavigator && !auth.error && !hasAuthParams();
  useEffect(() => {
    if (mustSignIn) void auth.signinRedirect({ state: hereAndNow() });
  }, [mustSignIn, auth]);
  if (auth.error) return <Trouble error={auth.error} onRetry={() => void auth.signinRedirect({ state: { ...hereAndNow(), address: '/' } })} />;
  return auth.isAuthenticated ? children : <Waiting />;
}
