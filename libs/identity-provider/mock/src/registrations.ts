import { parseEmail, parseText } from './account-input.js';
import type { AccountDirectory } from './account-directory.js';
import { existingAccountMail, verificationMail } from './account-mails.js';
import type { Mailbox } from './mailbox.js';
import { createLinkToken, hashLinkToken } from './mailed-link.js';
import type { MockAccount, MockAccountStore } from './mock-account.js';
import { findPasswordProblems } from './password-policy.js';
import { hashPassword } from './passwords.js';

const DAY_MS = 24 * 60 * 60_000;
/** Our database keeps names that long. */
const MAX_NAME_LENGTH = 200;

/** What somebody typed who wants an account. */
export interface RegistrationForm {
  email: string;
  name: string;
  password: string;
  repeat: string;
}

/** Why it is not taken, by field. */
export type RegistrationProblems = { [field in keyof RegistrationForm]?: string };

/** What registrations work on. */
export interface RegistrationParts {
  accounts: MockAccountStore;
  directory: AccountDirectory;
  mailbox: Mailbox;
  canonicalEmail: (email: string) => string;
  signInUrl: string;
  issuer: string;
  now: () => number;
}

/** Accounts that people make for themselves. Their e-mail proves nothing until they open the link that it was mailed. */
export class Registrations {
  constructor(private readonly parts: RegistrationParts) {}

  /**
   * The answer is the same for an e-mail that is taken: only its mailbox learns of it, and its account stays as it is.
   *
   * @returns null when it was taken
   */
  async register(form: RegistrationForm): Promise<RegistrationProblems | null> {
    const problems = await this.#findProblems(form);
    if (problems) return problems;
    const { token, tokenHash } = createLinkToken();
    const account = this.parts.directory.newAccount(parseEmail(form.email, this.parts.canonicalEmail), {
      displayName: form.name.trim(),
      passwordHash: await hashPassword(form.password),
      verifyTokenHash: tokenHash,
      verifyTokenExpiresAt: new Date(this.parts.now() + DAY_MS).toISOString(),
    });
    const isNew = await this.parts.accounts.insert(account);
    await this.parts.mailbox.deliver(isNew
      ? verificationMail(account, `${this.parts.issuer}/verify?token=${token}`)
      : existingAccountMail({ ...account, displayName: null }, this.parts.signInUrl));
    return null;
  }

  /** The account whose e-mail a link would prove; null for one that is unknown, used or too old. */
  async findByLink(token: string | null): Promise<MockAccount | null> {
    const tokenHash = hashLinkToken(token);
    const account = tokenHash === null ? null : await this.parts.accounts.findByLink('verify', tokenHash);
    const isAlive = account?.verifyTokenExpiresAt && Date.parse(account.verifyTokenExpiresAt) > this.parts.now();
    return isAlive ? account : null;
  }

  /** Only while the account still has the e-mail that the link was mailed to: changing it kills the link. */
  async verify(token: string | null): Promise<boolean> {
    const account = await this.findByLink(token);
    if (!account) return false;
    const changes = { emailVerified: true, verifyTokenHash: null, verifyTokenExpiresAt: null };
    return this.parts.accounts.update(account.subject, changes, { verifyTokenHash: account.verifyTokenHash });
  }

  async #findProblems({ email, name, password, repeat }: RegistrationForm): Promise<RegistrationProblems | null> {
    const emailCanonical = accept(() => parseEmail(email, this.parts.canonicalEmail).emailCanonical);
    if (emailCanonical === null) return { email: 'Enter an e-mail address.' };
    const isName = accept(() => parseText(name.trim(), 'the name')) !== null && name.trim().length <= MAX_NAME_LENGTH;
    if (!isName) return { name: `Enter your name, at most ${MAX_NAME_LENGTH} characters.` };
    return findPasswordProblems({ password, repeat }, { emailCanonical, passwordHash: null }, this.parts.canonicalEmail);
  }
}

function accept<Value>(parse: () => Value): Value | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
