import { randomUUID } from 'node:crypto';
import { parseEmail, parseText, parseUserId, type ParsedEmail } from './account-input.js';
import type { MockAccount, MockAccountStore } from './mock-account.js';
import type { SeedAccount } from './mock-options.js';
import { hashPassword, isPasswordRight } from './passwords.js';
import type { SignInLimit } from './sign-in-limit.js';

const MAX_TYPED_LENGTH = 254;

/** A sign-in that was accepted. `authTime` is what tokens carry: epoch in whole seconds. */
export interface SignIn {
  subject: string;
  authTime: number;
}

/** Right so far, but with a temporary password: another one has to be chosen first. */
export interface ForcedChange {
  subject: string;
  /** Of the temporary password that was used. */
  passwordHash: string;
}

/**
 * What came of a sign-in. `refused` is a wrong password, an unknown e-mail and a blocked account alike: the page must
 * not tell them apart. `locked` says nothing about an account either; `expired` is told only with the right password.
 */
export type SignInOutcome =
  | { kind: 'accepted'; signIn: SignIn }
  | { kind: 'change_password'; change: ForcedChange }
  | { kind: 'refused' | 'locked' | 'expired' };

/** What the directory works on. */
export interface DirectoryParts {
  accounts: MockAccountStore;
  canonicalEmail: (email: string) => string;
  limit: SignInLimit;
  now: () => number;
}

/** The people the issuer knows: who may sign in, and whose sessions still count. */
export class AccountDirectory {
  constructor(private readonly parts: DirectoryParts) {}

  /** A new account that nobody can sign in to yet. */
  newAccount(email: ParsedEmail, more: Partial<MockAccount>): MockAccount {
    return {
      subject: `mock|${randomUUID()}`,
      emailVerified: false,
      displayName: null,
      phone: null,
      passwordHash: null,
      mustChangePassword: false,
      temporaryPasswordExpiresAt: null,
      resetTokenHash: null,
      resetTokenExpiresAt: null,
      verifyTokenHash: null,
      verifyTokenExpiresAt: null,
      blocked: false,
      userId: null,
      claims: null,
      sessionsValidFrom: 0,
      createdAt: new Date().toISOString(),
      ...more,
      ...email,
    };
  }

  async signIn(email: string, password: string): Promise<SignInOutcome> {
    const parsed = this.#parseTyped(email);
    const counted = parsed?.emailCanonical ?? email.slice(0, MAX_TYPED_LENGTH);
    if (!(await this.parts.limit.claim(counted))) return { kind: 'locked' };
    const account = parsed && await this.parts.accounts.findByEmail(parsed.emailCanonical);
    const isRight = await isPasswordRight(password, account?.passwordHash ?? null);
    if (!account || !isRight || account.blocked) return { kind: 'refused' };
    await this.parts.limit.clear(counted);
    return this.#decide(account);
  }

  /** A sign-in of now, after all that the account's sessions went through. */
  accept(account: MockAccount): SignIn {
    return { subject: account.subject, authTime: firstSecondAfter(account.sessionsValidFrom) };
  }

  /** Null when the account is gone, is blocked, or revoked its sessions after this sign-in. */
  async findSignedIn(subject: string, authTime: number): Promise<MockAccount | null> {
    const account = await this.parts.accounts.find(subject);
    const isDead = !account || account.blocked || authTime * 1000 <= account.sessionsValidFrom;
    return isDead ? null : account;
  }

  /** The account of this e-mail; an unknown one gets a verified account without a password. */
  async ensure(email: string): Promise<MockAccount> {
    const parsed = parseEmail(email, this.parts.canonicalEmail);
    return this.#insertOrFind(parsed, () => Promise.resolve(this.newAccount(parsed, { emailVerified: true })));
  }

  /** Creates the account unless the e-mail has one, which is left as it is. */
  async seed(input: SeedAccount): Promise<string> {
    const parsed = parseEmail(input.email, this.parts.canonicalEmail);
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
    const existing = await this.parts.accounts.findByEmail(email.emailCanonical);
    if (existing) return existing;
    const account = await make();
    if (await this.parts.accounts.insert(account)) return account;
    const winner = await this.parts.accounts.findByEmail(email.emailCanonical);
    if (!winner) throw new Error('the account could not be created: its subject or user id is taken');
    return winner;
  }

  #decide(account: MockAccount): SignInOutcome {
    const { subject, passwordHash, mustChangePassword } = account;
    if (!mustChangePassword || passwordHash === null) return { kind: 'accepted', signIn: this.accept(account) };
    if (hasExpired(account, this.parts.now())) return { kind: 'expired' };
    return { kind: 'change_password', change: { subject, passwordHash } };
  }

  #parseTyped(email: string): ParsedEmail | null {
    try {
      return parseEmail(email, this.parts.canonicalEmail);
    } catch {
      return null;
    }
  }
}

/** Whether the temporary password is too old. */
export function hasExpired(account: MockAccount, now: number): boolean {
  const { temporaryPasswordExpiresAt: end } = account;
  return end !== null && Date.parse(end) <= now;
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
