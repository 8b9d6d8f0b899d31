import { randomUUID } from 'node:crypto';
import { parseEmail, parseText, parseUserId, type ParsedEmail } from './account-input.js';
import type { MockAccount, MockAccountStore } from './mock-account.js';
import type { SeedAccount } from './mock-options.js';
import { hashPassword, isPasswordRight } from './passwords.js';

/** A sign-in that was accepted. `authTime` is what tokens carry: epoch in whole seconds. */
export interface SignIn {
  subject: string;
  authTime: number;
}

/** The people the issuer knows: who may sign in, and whose sessions still count. */
export class AccountDirectory {
  constructor(
    private readonly accounts: MockAccountStore,
    private readonly canonicalEmail: (email: string) => string,
  ) {}

  /** A new account that nobody can sign in to yet. */
  newAccount(email: ParsedEmail, more: Partial<MockAccount>): MockAccount {
    return {
      subject: `mock|${randomUUID()}`,
      emailVerified: false,
      displayName: null,
      phone: null,
      passwordHash: null,
      mustChangePassword: false,
      blocked: false,
      userId: null,
      claims: null,
      sessionsValidFrom: 0,
      createdAt: new Date().toISOString(),
      ...more,
      ...email,
    };
  }

  /** Null for a wrong password, an unknown e-mail and a blocked account alike: the page must not tell them apart. */
  async signIn(email: string, password: string): Promise<SignIn | null> {
    const account = await this.#findTyped(email);
    const isRight = await isPasswordRight(password, account?.passwordHash ?? null);
    if (!account || !isRight || account.blocked) return null;
    return { subject: account.subject, authTime: firstSecondAfter(account.sessionsValidFrom) };
  }

  /** Null when the account is gone, is blocked, or revoked its sessions after this sign-in. */
  async findSignedIn(subject: string, authTime: number): Promise<MockAccount | null> {
    const account = await this.accounts.find(subject);
    const isDead = !account || account.blocked || authTime * 1000 <= account.sessionsValidFrom;
    return isDead ? null : account;
  }

  /** The account of this e-mail; an unknown one gets a verified account without a password. */
  async ensure(email: string): Promise<MockAccount> {
    const parsed = parseEmail(email, this.canonicalEmail);
    return this.#insertOrFind(parsed, () => Promise.resolve(this.newAccount(parsed, { emailVerified: true })));
  }

  /** Creates the account unless the e-mail has one, which is left as it is. */
  async seed(input: SeedAccount): Promise<string> {
    const parsed = parseEmail(input.email, this.canonicalEmail);
    const account = await this.#insertOrFind(parsed, async () => this.newAccount(parsed, {
      ...(input.subject === undefined ? {} : { subject: parseUserId(input.subject) }),
      userId: input.userId === undefined ? null : parseUserId(input.userId),
      displayName: parseText(input.displayName, 'the display name'),
      emailVerified: input.emailVerified ?? true,
      blocked: input.blocked ?? false,
      passwordHash: await hashPassword(input.password),
    }));
    return account.subject;
  }

  async #insertOrFind(email: ParsedEmail, make: () => Promise<MockAccount>): Promise<MockAccount> {
    const existing = await this.accounts.findByEmail(email.emailCanonical);
    if (existing) return existing;
    const account = await make();
    if (await this.accounts.insert(account)) return account;
    const winner = await this.accounts.findByEmail(email.emailCanonical);
    if (!winner) throw new Error('the account could not be created: its subject or user id is taken');
    return winner;
  }

  async #findTyped(email: string): Promise<MockAccount | null> {
    let parsed: ParsedEmail;
    try {
      parsed = parseEmail(email, this.canonicalEmail);
    } catch {
      return null;
    }
    return this.accounts.findByEmail(parsed.emailCanonical);
  }
}

/**
 * When sessions must have begun to be dead. Tokens count whole seconds, so a sign-in in the second of a revocation is
 * dated to the next one (`firstSecondAfter`); a second revocation in that second has to reach it too.
 */
export function revocationTime(previous: number): number {
  return Math.max(Date.now(), previous === 0 ? 0 : nextSecond(previous) * 1000);
}

function firstSecondAfter(sessionsValidFrom: number): number {
  const now = Math.floor(Date.now() / 1000);
  return sessionsValidFrom === 0 ? now : Math.max(now, nextSecond(sessionsValidFrom));
}

function nextSecond(epochMs: number): number {
  return Math.floor(epochMs / 1000) + 1;
}
