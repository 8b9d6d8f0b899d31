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
  mustChangePassword: boolean;
  blocked: boolean;
  /** The mark set at creation: our own user id. Null for accounts that registered themselves. */
  userId: string | null;
  claims: IdentityClaims | null;
  /** Epoch in milliseconds; sessions and refresh tokens that began then or before are dead. */
  sessionsValidFrom: number;
  createdAt: string;
}

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
  /** False, and nothing changed, when there is no such account or the new e-mail is taken. */
  update(subject: string, changes: Partial<Omit<MockAccount, 'subject'>>): Promise<boolean>;
  /** Done also when the account is gone already. */
  delete(subject: string): Promise<void>;
  /** At most `limit` accounts with a subject after `after`, ordered by subject. */
  list(after: string | null, limit: number): Promise<MockAccount[]>;
}
