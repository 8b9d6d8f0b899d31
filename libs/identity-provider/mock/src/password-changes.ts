import { generateTemporaryPassword } from '@sa-platform/identity-provider';
import { hasExpired, revocationTime, type AccountDirectory, type ForcedChange, type SignIn } from './account-directory.js';
import { invitationMail, resetMail } from './account-mails.js';
import { createLinkToken, hashLinkToken } from './mailed-link.js';
import type { Mailbox } from './mailbox.js';
import type { AccountChanges, MockAccount, MockAccountStore } from './mock-account.js';
import { findPasswordProblems, type NewPassword, type PasswordProblems } from './password-policy.js';
import { hashPassword } from './passwords.js';
import type { SignInLimit } from './sign-in-limit.js';

const HOUR_MS = 60 * 60_000;
/** As at Cognito. */
const TEMPORARY_PASSWORD_MS = 7 * 24 * HOUR_MS;

/** What password changes work on. */
export interface PasswordChangeParts {
  accounts: MockAccountStore;
  directory: AccountDirectory;
  limit: SignInLimit;
  mailbox: Mailbox;
  canonicalEmail: (email: string) => string;
  /** Where an invited person begins. */
  signInUrl: string;
  /** The issuer's address; links lead below it. */
  issuer: string;
  now: () => number;
}

/** A password that was made, and what the account says of it. */
export interface TemporaryPassword {
  password: string;
  changes: AccountChanges;
}

/** What came of a choice. `gone`: what led here is used up, replaced or too old. */
export type ChoiceOutcome = { kind: 'changed'; signIn: SignIn } | { kind: 'problems'; problems: PasswordProblems } | { kind: 'gone' };

/** How passwords come to be: temporary ones, and those that people choose. */
export class PasswordChanges {
  constructor(private readonly parts: PasswordChangeParts) {}

  /** It takes the place of whatever password and link there was. */
  async makeTemporary(): Promise<TemporaryPassword> {
    const password = generateTemporaryPassword();
    return {
      password,
      changes: {
        passwordHash: await hashPassword(password),
        mustChangePassword: true,
        temporaryPasswordExpiresAt: this.#in(TEMPORARY_PASSWORD_MS),
        resetTokenHash: null,
        resetTokenExpiresAt: null,
      },
    };
  }

  async sendInvitation(account: MockAccount, temporaryPassword: string): Promise<void> {
    await this.parts.mailbox.deliver(invitationMail(account, temporaryPassword, this.parts.signInUrl));
  }

  /** @returns the mark of the newest link, and how to send it once the account carries the mark */
  startReset(account: MockAccount): { changes: AccountChanges; send: () => Promise<void> } {
    const { token, tokenHash } = createLinkToken();
    return {
      changes: { resetTokenHash: tokenHash, resetTokenExpiresAt: this.#in(HOUR_MS) },
      send: () => this.parts.mailbox.deliver(resetMail(account, `${this.parts.issuer}/reset?token=${token}`)),
    };
  }

  /** The account whose password may be chosen now, after a sign-in with the temporary one; null when that is over. */
  async findForced(change: ForcedChange): Promise<MockAccount | null> {
    const account = await this.parts.accounts.find(change.subject);
    const isOver = !account || account.blocked || !account.mustChangePassword
      || account.passwordHash !== change.passwordHash || hasExpired(account, this.parts.now());
    return isOver ? null : account;
  }

  async chooseForced(change: ForcedChange, chosen: NewPassword): Promise<ChoiceOutcome> {
    const account = await this.findForced(change);
    if (!account) return { kind: 'gone' };
    return this.#choose(account, chosen, { passwordHash: change.passwordHash });
  }

  /** The account that a mailed link belongs to; null for one that is unknown, used, replaced or too old. */
  async findByLink(token: string | null): Promise<MockAccount | null> {
    const tokenHash = hashLinkToken(token);
    const account = tokenHash === null ? null : await this.parts.accounts.findByLink('reset', tokenHash);
    const isAlive = account?.resetTokenExpiresAt && Date.parse(account.resetTokenExpiresAt) > this.parts.now();
    return isAlive ? account : null;
  }

  /** Ends sessions: whoever knew the old password is out. */
  async chooseByLink(token: string | null, chosen: NewPassword): Promise<ChoiceOutcome> {
    const account = await this.findByLink(token);
    if (!account) return { kind: 'gone' };
    return this.#choose(account, chosen, { resetTokenHash: account.resetTokenHash });
  }

  /** Two at once with one link or one temporary password: the condition lets one through. */
  async #choose(account: MockAccount, chosen: NewPassword, still: AccountChanges): Promise<ChoiceOutcome> {
    const problems = await findPasswordProblems(chosen, account, this.parts.canonicalEmail);
    if (problems) return { kind: 'problems', problems };
    const changes = {
      passwordHash: await hashPassword(chosen.password),
      mustChangePassword: false,
      temporaryPasswordExpiresAt: null,
      resetTokenHash: null,
      resetTokenExpiresAt: null,
      sessionsValidFrom: revocationTime(account.sessionsValidFrom),
    };
    if (!(await this.parts.accounts.update(account.subject, changes, still))) return { kind: 'gone' };
    await this.parts.limit.clear(account.emailCanonical);
    return { kind: 'changed', signIn: this.parts.directory.accept({ ...account, ...changes }) };
  }

  #in(ms: number): string {
    return new Date(this.parts.now() + ms).toISOString();
  }
}
