import type { AccountClaims } from 'oidc-provider';
import type { MockAccount } from './mock-account.js';

/** Which claims each scope opens. Our own claims carry the audience as a namespace, so no standard claim is shadowed. */
export function claimsByScope(audience: string): Record<string, string[]> {
  return {
    openid: ['sub', 'auth_time', 'amr'],
    profile: ['name', ownClaimsName(audience)],
    email: ['email', 'email_verified'],
    phone: ['phone_number'],
  };
}

/** Everything an ID token or userinfo can say of an account. */
export function toAccountClaims(account: MockAccount, audience: string): AccountClaims {
  return {
    sub: account.subject,
    email: account.email,
    email_verified: account.emailVerified,
    ...(account.displayName === null ? {} : { name: account.displayName }),
    ...(account.phone === null ? {} : { phone_number: account.phone }),
    ...(account.claims === null ? {} : { [ownClaimsName(audience)]: account.claims }),
  };
}

function ownClaimsName(audience: string): string {
  return `${audience}/claims`;
}
