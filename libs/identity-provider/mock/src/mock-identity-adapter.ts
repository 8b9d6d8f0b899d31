import {
  IdentityProviderError,
  type CreatedIdentity,
  type CreateIdentityInput,
  type IdentityClaims,
  type IdentityPage,
  type IdentityProvider,
  type IdentityUser,
} from '@sa-platform/identity-provider';
import { revocationTime, type AccountDirectory } from './account-directory.js';
import { isIdentifier, parseClaims, parseEmail, parsePhone, parseText, parseUserId } from './account-input.js';
import type { MockAccount, MockAccountStore } from './mock-account.js';
import { generateTemporaryPassword, hashPassword } from './passwords.js';

const MAX_PAGE_SIZE = 100;

type AccountChanges = Partial<Omit<MockAccount, 'subject'>>;

/** What the adapter works on. */
export interface AdapterParts {
  accounts: MockAccountStore;
  directory: AccountDirectory;
  canonicalEmail: (email: string) => string;
}

/** The port over the mock's accounts. Access tokens already issued stay valid until they expire, as at any issuer. */
export class MockIdentityAdapter implements IdentityProvider {
  readonly name = 'mock';

  constructor(private readonly parts: AdapterParts) {}

  /** A taken e-mail is a `conflict`, and so is a taken `userId`: the caller finds the account and compares the mark. */
  createUser(input: CreateIdentityInput): Promise<CreatedIdentity> {
    return guard('unknown', async () => {
      const { accounts, directory } = this.parts;
      const email = parseEmail(input.email, this.parts.canonicalEmail);
      const temporaryPassword = input.delivery === 'temporary_password' ? generateTemporaryPassword() : null;
      const account = directory.newAccount(email, {
        userId: parseUserId(input.userId),
        displayName: parseText(input.displayName, 'the display name'),
        phone: parsePhone(input.phone),
        emailVerified: input.emailVerified,
        claims: parseClaims(input.claims),
        mustChangePassword: temporaryPassword !== null,
        passwordHash: temporaryPassword === null ? null : await hashPassword(temporaryPassword),
      });
      const isKnown = await accounts.findByUserId(input.userId) ?? await accounts.findByEmail(email.emailCanonical);
      if (isKnown || !(await accounts.insert(account))) throw conflict();
      return { externalId: account.subject, temporaryPassword };
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

  /** A new e-mail counts as unverified until its owner proves it. */
  updateProfile(
    externalId: string,
    profile: { displayName?: string; phone?: string | null; email?: string },
  ): Promise<void> {
    return this.#change(externalId, (account) => ({
      ...(profile.displayName === undefined ? {} : { displayName: parseText(profile.displayName, 'the display name') }),
      ...(profile.phone === undefined ? {} : { phone: parsePhone(profile.phone) }),
      ...(profile.email === undefined ? {} : this.#emailChange(account, profile.email)),
    }));
  }

  setClaims(externalId: string, claims: IdentityClaims): Promise<void> {
    return this.#change(externalId, () => ({ claims: parseClaims(claims) }));
  }

  /** Ends sessions as well, so that `enable` does not bring old ones back. */
  disable(externalId: string): Promise<void> {
    return this.#change(externalId, (account) => (account.blocked ? {} : { blocked: true, ...endedSessions(account) }));
  }

  enable(externalId: string): Promise<void> {
    return this.#change(externalId, () => ({ blocked: false }));
  }

  delete(externalId: string): Promise<void> {
    return guard('unknown', async () => {
      if (isIdentifier(externalId)) await this.parts.accounts.delete(externalId);
    });
  }

  /**
   * Marks that the password must be changed. The mock has no mailbox yet, so no mail leaves and the old password works
   * until the person changes it, as at Auth0. `setTemporaryPassword` is the way to reset one today.
   */
  startPasswordReset(externalId: string): Promise<void> {
    return this.#change(externalId, () => ({ mustChangePassword: true }));
  }

  /** Ends sessions too: whoever knew the old password is out. */
  setTemporaryPassword(externalId: string): Promise<string> {
    const password = generateTemporaryPassword();
    return this.#change(externalId, async (account) => ({
      passwordHash: await hashPassword(password),
      mustChangePassword: true,
      ...endedSessions(account),
    })).then(() => password);
  }

  /** Only checks that the account exists: the mock has no mailbox yet, so there is nothing it could send. */
  resendInvitation(externalId: string): Promise<void> {
    return this.#change(externalId, () => ({}));
  }

  revokeSessions(externalId: string): Promise<void> {
    return this.#change(externalId, endedSessions);
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

  #change(
    externalId: string,
    decide: (account: MockAccount) => AccountChanges | Promise<AccountChanges>,
  ): Promise<void> {
    return guard('unknown', async () => {
      const account = await this.#find(externalId);
      if (!account) throw notFound();
      const changes = await decide(account);
      if (Object.keys(changes).length === 0 || await this.parts.accounts.update(account.subject, changes)) return;
      throw await this.#find(externalId) ? conflict() : notFound();
    });
  }

  #emailChange(account: MockAccount, input: string): AccountChanges {
    const email = parseEmail(input, this.parts.canonicalEmail);
    return email.emailCanonical === account.emailCanonical ? email : { ...email, emailVerified: false };
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
  return { externalId: account.subject, email, emailVerified, displayName, blocked, userId, claims };
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
