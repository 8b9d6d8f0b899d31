import type { Delivery, UserStatus, UserType } from '@sa-platform/contracts';

/** What our database says of a user, carried to the provider so that tokens and its console can show it. */
export interface IdentityClaims {
  user_type: UserType;
  status: UserStatus;
  roles: string[];
  organisations: string[];
}

/** An account as the provider holds it. `userId` is the mark we set at creation: our own user id. */
export interface IdentityUser {
  externalId: string;
  email: string;
  emailVerified: boolean;
  displayName: string | null;
  blocked: boolean;
  userId: string | null;
  claims: IdentityClaims | null;
}

/** A new account. `userId` marks it as ours, so an unknown outcome can be looked up. */
export interface CreateIdentityInput {
  userId: string;
  email: string;
  displayName: string;
  phone: string | null;
  emailVerified: boolean;
  delivery: Delivery;
  claims: IdentityClaims;
}

/** `temporaryPassword` is set only for the delivery `temporary_password`; it is shown once and kept nowhere. */
export interface CreatedIdentity {
  externalId: string;
  temporaryPassword: string | null;
}

/** One page of accounts; a page may be empty and still have a next one. */
export interface IdentityPage {
  users: IdentityUser[];
  nextCursor: string | null;
}

/**
 * The port to whoever keeps passwords and issues tokens (DESIGN section 5). A promise that resolves means *done*;
 * everything else is an `IdentityProviderError` that says *not done* or *unknown*. Every adapter passes the
 * conformance suite.
 */
export interface IdentityProvider {
  readonly name: 'mock' | 'auth0' | 'cognito';

  createUser(input: CreateIdentityInput): Promise<CreatedIdentity>;
  /** Strongly consistent; null when no account has this id. */
  findByExternalId(externalId: string): Promise<IdentityUser | null>;
  /** Strongly consistent; several accounts can share an e-mail at some providers. */
  findByEmail(email: string): Promise<IdentityUser[]>;
  updateProfile(externalId: string, profile: { displayName?: string; phone?: string | null; email?: string }): Promise<void>;
  setClaims(externalId: string, claims: IdentityClaims): Promise<void>;
  /** Blocks sign-in until `enable`; repeating it changes nothing. */
  disable(externalId: string): Promise<void>;
  enable(externalId: string): Promise<void>;
  /** Done also when the account is gone already. */
  delete(externalId: string): Promise<void>;
  /** The provider mails the person a link or code. */
  startPasswordReset(externalId: string): Promise<void>;
  /** Answers a new one-time password, kept nowhere in clear; a blocked account stays blocked. */
  setTemporaryPassword(externalId: string): Promise<string>;
  resendInvitation(externalId: string): Promise<void>;
  /** Ends sessions and refresh tokens. */
  revokeSessions(externalId: string): Promise<void>;
  listUsers(page: { cursor: string | null; limit: number }): Promise<IdentityPage>;
  listRoles(): Promise<string[]>;
  /** Throws when the provider can't serve. */
  checkHealth(): Promise<void>;
}
