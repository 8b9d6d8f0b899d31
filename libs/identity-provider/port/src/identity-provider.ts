import type { Delivery, UserStatus, UserType } from '@sa-platform/contracts';

/** What our database says of a user, carried to the provider so that tokens and its console can show it. */
export interface IdentityClaims {
  user_type: UserType;
  status: UserStatus;
  roles: string[];
  organisations: string[];
}

/**
 * What names an account at the provider. `externalId` is the `sub` of its tokens; `username` is what the provider's
 * administrative calls want instead, where the two differ (a Cognito pool with aliases), else null.
 */
export interface AccountRef {
  externalId: string;
  username: string | null;
}

/** An account as the provider holds it. `userId` is the mark we set at creation: our own user id. */
export interface IdentityUser extends AccountRef {
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
export interface CreatedIdentity extends AccountRef {
  temporaryPassword: string | null;
}

/** What may change about a person. A new e-mail counts as proved only where `emailVerified` says so. */
export interface IdentityProfile {
  displayName?: string;
  phone?: string | null;
  email?: string;
  emailVerified?: boolean;
}

/** One page of accounts; a page may be empty and still have a next one. */
export interface IdentityPage {
  users: IdentityUser[];
  nextCursor: string | null;
}

/** Where providers differ in what a caller has to reckon with. */
export interface IdentityCapabilities {
  /** `eventual`: `listUsers` may miss what was just changed; a difference counts only once a look-up confirms it. */
  lists: 'strong' | 'eventual';
  /** `action`: the provider knows no forced change; a flag on the account and its post-login Action do it. */
  passwordChange: 'native' | 'action';
  /** `catalogue`: `listRoles` shows what the provider defines; `claims`: it has no roles of its own. */
  roles: 'catalogue' | 'claims';
}

/**
 * The port to whoever keeps passwords and issues tokens (DESIGN section 5). A promise that resolves means *done*;
 * everything else is an `IdentityProviderError` that says *not done* or *unknown*. No call takes longer than
 * `OPERATION_DEADLINE_MS`, waiting for the provider's rate limit included, and none is repeated inside the adapter.
 * Every adapter passes the conformance suite.
 */
export interface IdentityProvider {
  readonly name: 'mock' | 'auth0' | 'cognito';
  readonly capabilities: IdentityCapabilities;

  createUser(input: CreateIdentityInput): Promise<CreatedIdentity>;
  /** Strongly consistent; null when no account has this id. */
  findByExternalId(externalId: string): Promise<IdentityUser | null>;
  /** Strongly consistent; several accounts can share an e-mail at some providers. */
  findByEmail(email: string): Promise<IdentityUser[]>;
  /** Strongly consistent: the account that carries our mark, whoever else shares the e-mail. */
  findMarked(userId: string, email: string): Promise<IdentityUser | null>;
  updateProfile(account: AccountRef, profile: IdentityProfile): Promise<void>;
  setClaims(account: AccountRef, claims: IdentityClaims): Promise<void>;
  /** Puts our mark on an account that somebody made without us: it is that user's from now on. */
  mark(account: AccountRef, userId: string): Promise<void>;
  /** Blocks sign-in until `enable`; repeating it changes nothing. */
  disable(account: AccountRef): Promise<void>;
  /** Lifts a block of `disable`; repeating it changes nothing. */
  enable(account: AccountRef): Promise<void>;
  /** Done also when the account is gone already. */
  delete(account: AccountRef): Promise<void>;
  /** The provider mails the person a link or code; whoever was never signed in gets the invitation again. */
  startPasswordReset(account: AccountRef): Promise<void>;
  /** Answers a new one-time password, kept nowhere in clear; a blocked account stays blocked. */
  setTemporaryPassword(account: AccountRef): Promise<string>;
  resendInvitation(account: AccountRef): Promise<void>;
  /** Ends sessions and refresh tokens. */
  revokeSessions(account: AccountRef): Promise<void>;
  listUsers(page: { cursor: string | null; limit: number }): Promise<IdentityPage>;
  listRoles(): Promise<string[]>;
  /** Throws when the provider can't serve. */
  checkHealth(): Promise<void>;
}

/** The longest that one operation of an adapter may take, in milliseconds. */
export const OPERATION_DEADLINE_MS = 3_000;
