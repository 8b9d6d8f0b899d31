import {
  generateTemporaryPassword,
  type AccountRef,
  type CreatedIdentity,
  type CreateIdentityInput,
  type IdentityClaims,
  type IdentityPage,
  type IdentityProfile,
  type IdentityProvider,
  type IdentityUser,
  type Lane,
} from '@sa-platform/identity-provider';
import { externalIdOf, isExternalId, METADATA, newMetadata, parseAccount, type Auth0Account } from './auth0-account.js';
import { Auth0Gateway } from './auth0-gateway.js';
import type { Auth0Options } from './auth0-options.js';
import { changeProfile } from './change-profile.js';
import { endSessions } from './end-sessions.js';
import { findAccount, findAccountsByEmail, findMarkedAccount, getAccount } from './find-accounts.js';
import { listAccounts, listRoleNames } from './list-accounts.js';
import { auth0Failure, isGone } from './map-auth0-error.js';
import { Operation } from './operation.js';
import { sendPasswordMail } from './password-mails.js';
import { replacePassword } from './replace-password.js';

/** The port over one database connection of an Auth0 tenant. */
export class Auth0IdentityAdapter implements IdentityProvider {
  readonly name = 'auth0';
  readonly capabilities = { lists: 'eventual', passwordChange: 'action', roles: 'catalogue' } as const;
  readonly #options: Auth0Options;
  readonly #gateway: Auth0Gateway;

  constructor(options: Auth0Options) {
    this.#options = options;
    this.#gateway = new Auth0Gateway(options);
  }

  /**
   * A taken e-mail is a `conflict`, and so is a repeated creation: the id is made of `userId`. A mail that did not
   * leave after the account was made is *unknown*: look the account up, then repeat the invitation.
   */
  createUser(input: CreateIdentityInput): Promise<CreatedIdentity> {
    return this.#run('ordinary', async (operation) => {
      const password = generateTemporaryPassword();
      const answer: unknown = await operation.write((client, settings) => client.users.create({
        connection: this.#options.connection,
        user_id: input.userId,
        email: input.email.toLowerCase(),
        name: input.displayName,
        // A database connection takes no account without a password; nobody ever learns this one unless it is temporary.
        password,
        email_verified: input.emailVerified,
        verify_email: false,
        ...(input.phone === null ? {} : { user_metadata: { phone: input.phone } }),
        app_metadata: newMetadata(input),
      }, settings));
      const account = parseAccount(answer);
      if (account.user.externalId !== externalIdOf(input.userId)) throw auth0Failure('unavailable');
      if (input.delivery === 'invite') await sendPasswordMail(operation, this.#options, account, 'invitation');
      const temporaryPassword = input.delivery === 'temporary_password' ? password : null;
      return { externalId: account.user.externalId, username: null, temporaryPassword };
    });
  }

  findByExternalId(externalId: string): Promise<IdentityUser | null> {
    return this.#run('ordinary', async (operation) => (await findAccount(operation, externalId))?.user ?? null);
  }

  findByEmail(email: string): Promise<IdentityUser[]> {
    return this.#run('ordinary', async (operation) => (await findAccountsByEmail(operation, email)).map(({ user }) => user));
  }

  findMarked(userId: string, email: string): Promise<IdentityUser | null> {
    return this.#run('ordinary', async (operation) => (await findMarkedAccount(operation, userId, email))?.user ?? null);
  }

  updateProfile(ref: AccountRef, profile: IdentityProfile): Promise<void> {
    return this.#change('ordinary', ref, (operation, id) => changeProfile(operation, id, this.#options.connection, profile));
  }

  setClaims(ref: AccountRef, claims: IdentityClaims): Promise<void> {
    return this.#change('ordinary', ref, (operation, id) => update(operation, id, { app_metadata: { [METADATA.claims]: { ...claims } } }));
  }

  mark(ref: AccountRef, userId: string): Promise<void> {
    return this.#change('ordinary', ref, (operation, id) => update(operation, id, { app_metadata: { [METADATA.mark]: { user_id: userId } } }));
  }

  /** Ends sessions too where the tenant's plan allows it; elsewhere they come back to life with `enable`. */
  disable(ref: AccountRef): Promise<void> {
    return this.#change('revocation', ref, async (operation, id) => {
      await update(operation, id, { blocked: true });
      await endSessions(operation, id, false);
    });
  }

  enable(ref: AccountRef): Promise<void> {
    return this.#change('ordinary', ref, (operation, id) => update(operation, id, { blocked: false }));
  }

  delete({ externalId }: AccountRef): Promise<void> {
    return this.#run('revocation', async (operation) => {
      if (!isExternalId(externalId)) return;
      try {
        await operation.write((client, settings) => client.users.delete(externalId, settings));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    });
  }

  /** The old password works until the person sets a new one. */
  startPasswordReset(ref: AccountRef): Promise<void> {
    return this.#mail(ref, (account) => (account.isNew ? 'invitation' : 'reset'));
  }

  setTemporaryPassword(ref: AccountRef): Promise<string> {
    return this.#change('ordinary', ref, (operation, id) => replacePassword(operation, id, this.#options.connection));
  }

  resendInvitation(ref: AccountRef): Promise<void> {
    return this.#mail(ref, () => 'invitation');
  }

  /** `misconfigured` where the tenant's plan has no endpoint for it: only `disable` keeps a person out there. */
  revokeSessions(ref: AccountRef): Promise<void> {
    return this.#change('revocation', ref, (operation, id) => endSessions(operation, id, true));
  }

  listUsers(page: { cursor: string | null; limit: number }): Promise<IdentityPage> {
    return this.#run('ordinary', (operation) => listAccounts(operation, this.#options.connection, page));
  }

  listRoles(): Promise<string[]> {
    return this.#run('ordinary', listRoleNames);
  }

  /** One small request, which shows that the token is given and taken. */
  checkHealth(): Promise<void> {
    return this.#run('ordinary', async (operation) => {
      await operation.read((client, settings) => client.roles.list({ page: 0, per_page: 1 }, settings));
    });
  }

  #run<Result>(lane: Lane, steps: (operation: Operation) => Promise<Result>): Promise<Result> {
    return Operation.run(this.#gateway, lane, steps);
  }

  #change<Result>(lane: Lane, ref: AccountRef, steps: (operation: Operation, id: string) => Promise<Result>): Promise<Result> {
    return this.#run(lane, (operation) => {
      if (!isExternalId(ref.externalId)) throw auth0Failure('not_found');
      return steps(operation, ref.externalId);
    });
  }

  #mail(ref: AccountRef, kindOf: (account: Auth0Account) => 'invitation' | 'reset'): Promise<void> {
    return this.#change('ordinary', ref, async (operation, id) => {
      const account = await getAccount(operation, id);
      await sendPasswordMail(operation, this.#options, account, kindOf(account));
    });
  }
}

type AccountChanges = { blocked: boolean } | { app_metadata: Record<string, unknown> };

async function update(operation: Operation, externalId: string, changes: AccountChanges): Promise<void> {
  await operation.write((client, settings) => client.users.update(externalId, changes, settings));
}
