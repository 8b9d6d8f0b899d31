import {
  IdentityProviderError,
  type AccountRef,
  type CreatedIdentity,
  type CreateIdentityInput,
  type IdentityClaims,
  type IdentityPage,
  type IdentityProfile,
  type IdentityProvider,
  type IdentityUser,
} from '@sa-platform/identity-provider';
import { revocationTime, type AccountDirectory } from './account-directory.js';
import { isIdentifier, parseClaims, parseEmail, parsePhone, parseText, parseUserId } from './account-input.js';
import type { Mailbox } from './mailbox.js';
import type { AccountChanges, MockAccount, MockAccountStore } from './mock-account.js';
import type { PasswordChanges } from './password-changes.js';
import type { SignInLimit } from './sign-in-limit.js';

const MAX_PAGE_SIZE = 100;
/** Mails that were on their way to an address don't speak for the next one. */
const NO_LINKS = { resetTokenHash: null, resetTokenExpiresAt: null, verifyTokenHash: null, verifyTokenExpiresAt: null };

/** What the adapter works on. */
export interface AdapterParts {
  accounts: MockAccountStore;
  directory: AccountDirectory;
  passwords: PasswordChanges;
  mailbox: Mailbox;
  limit: SignInLimit;
  canonicalEmail: (email: string) => string;
}

/** The port over the mock's accounts. Access tokens already issued stay valid until they expire, as at any issuer. */
export class MockIdentityAdapter implements IdentityProvider {
  readonly name = 'mock';
  readonly capabilities = { lists: 'strong', passwordChange: 'native', roles: 'claims' } as const;

  constructor(private readonly parts: AdapterParts) {}

  /** A taken e-mail is a `conflict`, and so is a taken `userId`: the caller finds the account and compares the mark. */
  createUser(input: CreateIdentityInput): Promise<CreatedIdentity> {
    return guard('unknown', async () => {
      const { accounts, directory } = this.parts;
      const email = parseEmail(input.email, this.parts.canonicalEmail);
      const temporary = input.delivery === 'none' ? null : await this.parts.passwords.makeTemporary();
      const account = directory.newAccount(email, {
        userId: parseUserId(input.userId),
        displayName: parseText(input.displayName, 'the display name'),
        phone: parsePhone(input.phone),
        emailVerified: input.emailVerified,
        claims: parseClaims(input.claims),
        ...temporary?.changes,
      });
      const isKnown = await accounts.findByUserId(input.userId) ?? await accounts.findByEmail(email.emailCanonical);
      if (isKnown || !(await accounts.insert(account))) throw conflict();
      if (temporary && input.delivery === 'invite') await this.parts.passwords.sendInvitation(account, temporary.password);
      const isTold = input.delivery === 'temporary_password';
      return { externalId: account.subject, username: null, temporaryPassword: isTold && temporary ? temporary.password : null };
    });
  }

  findByExternalId(externalId: string): Promise<IdentityUser | null> {
    return guard('not_done', async () => {
      const account = await this.#find(externalId);
      return account && toIdentityUser(account);
    });
  }

  findByEmail(email: string): Promise<IdentityUser[]> {
    return guard('not_done', async () => {
      const { emailCanonical } = parseEmail(email, this.parts.canonicalEmail);
      const account = await this.parts.accounts.findByEmail(emailCanonical);
      return account ? [toIdentityUser(account)] : [];
    });
  }

  findMarked(userId: string): Promise<IdentityUser | null> {
    return guard('not_done', async () => {
      const account = isIdentifier(userId) ? await this.parts.accounts.findByUserId(userId) : null;
      return account && toIdentityUser(account);
    });
  }

  /** A new e-mail counts as unverified until its owner proves it. */
  updateProfile(ref: AccountRef, profile: IdentityProfile): Promise<void> {
    return this.#change(ref, (account) => ({
      ...(profile.displayName === undefined ? {} : { displayName: parseText(profile.displayName, 'the display name') }),
      ...(profile.phone === undefined ? {} : { phone: parsePhone(profile.phone) }),
      ...(profile.email === undefined ? {} : this.#emailChange(account, profile.email)),
      ...(profile.emailVerified === undefined ? {} : { emailVerified: profile.emailVerified }),
    }));
  }

  setClaims(ref: AccountRef, claims: IdentityClaims): Promise<void> {
    return this.#change(ref, () => ({ claims: parseClaims(claims) }));
  }

  mark(ref: AccountRef, userId: string): Promise<void> {
    return this.#change(ref, () => ({ userId: parseUserId(userId) }));
  }

  /** Ends sessions as well, so that `enable` does not bring old ones back. */
  disable(ref: AccountRef): Promise<void> {
    return this.#change(ref, (account) => (account.blocked ? {} : { blocked: true, ...endedSessions(account) }));
  }

  enable(ref: AccountRef): Promise<void> {
    return this.#change(ref, () => ({ blocked: false }));
  }

  /** Its mails go too. */
  delete({ externalId }: AccountRef): Promise<void> {
    return guard('unknown', async () => {
      const account = await this.#find(externalId);
      if (!account) return;
      await this.parts.mailbox.forget(account.email);
      await this.parts.accounts.delete(account.subject);
    });
  }

  /**
   * Mails a link to choose a password, also to whoever still has a temporary one: the choice ends it. The old password
   * works until then.
   */
  startPasswordReset(ref: AccountRef): Promise<void> {
    return guard('unknown', async () => this.#sendReset(await this.#get(ref)));
  }

  /** Ends sessions and a lock too: whoever knew the old password is out, and the person can get in. */
  setTemporaryPassword(ref: AccountRef): Promise<string> {
    return guard('unknown', async () => {
      const account = await this.#get(ref);
      const { password, changes } = await this.parts.passwords.makeTemporary();
      await this.#update(account, { ...changes, ...endedSessions(account) });
      await this.parts.limit.clear(account.emailCanonical);
      return password;
    });
  }

  /**
   * A new temporary password; the one before is dead. Somebody who has chosen a password already doesn't lose it: they are
   * mailed a link to choose another.
   */
  resendInvitation(ref: AccountRef): Promise<void> {
    return guard('unknown', async () => {
      const account = await this.#get(ref);
      if (account.passwordHash !== null && !account.mustChangePassword) return this.#sendReset(account);
      const { password, changes } = await this.parts.passwords.makeTemporary();
      await this.#update(account, changes);
      await this.parts.limit.clear(account.emailCanonical);
      return this.parts.passwords.sendInvitation(account, password);
    });
  }

  revokeSessions(ref: AccountRef): Promise<void> {
    return this.#change(ref, endedSessions);
  }

  /** The cursor is the last subject of the page before. */
  listUsers(page: { cursor: string | null; limit: number }): Promise<IdentityPage> {
    return guard('not_done', async () => {
      if (page.cursor !== null && !isIdentifier(page.cursor)) throw rejected('the cursor is not valid');
      if (!Number.isInteger(page.limit)) throw rejected('the limit is not a whole number');
      const limit = Math.min(Math.max(page.limit, 1), MAX_PAGE_SIZE);
      const found = await this.parts.accounts.list(page.cursor, limit + 1);
      const users = found.slice(0, limit).map(toIdentityUser);
      const last = users.at(-1);
      return { users, nextCursor: found.length > limit && last ? last.externalId : null };
    });
  }

  /** The mock has no role catalogue of its own: these are the roles its accounts carry in their claims. */
  listRoles(): Promise<string[]> {
    return guard('not_done', async () => {
      const roles = new Set<string>();
      let page = await this.parts.accounts.list(null, MAX_PAGE_SIZE);
      while (page.length > 0) {
        page.flatMap((account) => account.claims?.roles ?? []).forEach((role) => roles.add(role));
        page = await this.parts.accounts.list(page.at(-1)?.subject ?? null, MAX_PAGE_SIZE);
      }
      return [...roles].sort();
    });
  }

  checkHealth(): Promise<void> {
    return guard('not_done', async () => {
      await this.parts.accounts.list(null, 1);
    });
  }

  async #find(externalId: string): Promise<MockAccount | null> {
    return isIdentifier(externalId) ? this.parts.accounts.find(externalId) : null;
  }

  async #get({ externalId }: AccountRef): Promise<MockAccount> {
    const account = await this.#find(externalId);
    if (!account) throw notFound();
    return account;
  }

  #change(ref: AccountRef, decide: (account: MockAccount) => AccountChanges): Promise<void> {
    return guard('unknown', async () => {
      const account = await this.#get(ref);
      const changes = decide(account);
      if (Object.keys(changes).length > 0) await this.#update(account, changes);
    });
  }

  async #update({ subject }: MockAccount, changes: AccountChanges): Promise<void> {
    if (await this.parts.accounts.update(subject, changes)) return;
    throw await this.#find(subject) ? conflict() : notFound();
  }

  async #sendReset(account: MockAccount): Promise<void> {
    const { changes, send } = this.parts.passwords.startReset(account);
    await this.#update(account, changes);
    await send();
  }

  #emailChange(account: MockAccount, input: string): AccountChanges {
    const email = parseEmail(input, this.parts.canonicalEmail);
    return email.emailCanonical === account.emailCanonical ? email : { ...email, emailVerified: false, ...NO_LINKS };
  }
}

/** A failing store may quote its parameters, password hashes included: only the error's name is passed on. */
async function guard<Result>(outcome: 'not_done' | 'unknown', operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof IdentityProviderError) throw error;
    const name = error instanceof Error ? error.name : typeof error;
    throw new IdentityProviderError('unavailable', outcome, `the account store failed (${name})`);
  }
}

function endedSessions(account: MockAccount): AccountChanges {
  return { sessionsValidFrom: revocationTime(account.sessionsValidFrom) };
}

function toIdentityUser(account: MockAccount): IdentityUser {
  const { email, emailVerified, displayName, blocked, userId, claims } = account;
  return { externalId: account.subject, username: null, email, emailVerified, displayName, blocked, userId, claims };
}

function conflict(): IdentityProviderError {
  return new IdentityProviderError('conflict', 'not_done', 'an account with this e-mail or user id exists already');
}

function notFound(): IdentityProviderError {
  return new IdentityProviderError('not_found', 'not_done', 'no account has this external id');
}

function rejected(message: string): IdentityProviderError {
  return new IdentityProviderError('rejected', 'not_done', message);
}
