import type { IdentityClaims } from '@sa-platform/identity-provider';

/** One account of the mock identity provider. Times named `…At` are ISO 8601 in UTC. */
export interface MockAccount {
  /** The `sub` of its tokens; opaque. */
  subject: string;
  /** As typed; shown, never compared. */
  email: string;
  /** What is compared and unique. */
  emailCanonical: string;
  emailVerified: boolean;
  displayName: string | null;
  phone: string | null;
  /** scrypt, with its parameters and salt; null: no password can sign this account in. */
  passwordHash: string | null;
  /** The password is a temporary one: it leads to the choice of another, and to nothing else. */
  mustChangePassword: boolean;
  /** Null: it doesn't expire. */
  temporaryPasswordExpiresAt: string | null;
  /** SHA-256 of the newest link to choose a password; a newer one takes its place. */
  resetTokenHash: string | null;
  resetTokenExpiresAt: string | null;
  /** SHA-256 of the newest link that proves the e-mail. */
  verifyTokenHash: string | null;
  verifyTokenExpiresAt: string | null;
  blocked: boolean;
  /** The mark set at creation: our own user id. Null for accounts that registered themselves. */
  userId: string | null;
  claims: IdentityClaims | null;
  /** Epoch in milliseconds; sessions and refresh tokens that began then or before are dead. */
  sessionsValidFrom: number;
  createdAt: string;
}

/** What an account may change to. */
export type AccountChanges = Partial<Omit<MockAccount, 'subject'>>;

/** What an account has to say still for a change to be made: whatever is used up by it. */
export type AccountCondition = Partial<Pick<MockAccount, 'passwordHash' | 'resetTokenHash' | 'verifyTokenHash'>>;

/** The links that are mailed. */
export type LinkKind = 'reset' | 'verify';

/**
 * Where accounts are kept. The app implements it over its database, so accounts survive a restart and every replica
 * sees them; `MemoryAccountStore` serves tests. Subjects and canonical e-mails are compared byte by byte.
 */
export interface MockAccountStore {
  /** False, and nothing stored, when the e-mail, the subject or the user id (unless null) is taken. */
  insert(account: MockAccount): Promise<boolean>;
  find(subject: string): Promise<MockAccount | null>;
  findByEmail(emailCanonical: string): Promise<MockAccount | null>;
  findByUserId(userId: string): Promise<MockAccount | null>;
  findByLink(kind: LinkKind, tokenHash: string): Promise<MockAccount | null>;
  /** False, and nothing changed, when there is no such account, the new e-mail is taken, or it is not `still` so. */
  update(subject: string, changes: AccountChanges, still?: AccountCondition): Promise<boolean>;
  /** Done also when the account is gone already. */
  delete(subject: string): Promise<void>;
  /** At most `limit` accounts with a subject after `after`, ordered by subject. */
  list(after: string | null, limit: number): Promise<MockAccount[]>;
}
