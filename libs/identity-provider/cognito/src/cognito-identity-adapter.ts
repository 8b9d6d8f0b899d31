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
  type Lane,
} from '@sa-platform/identity-provider';
import { AccountLookup, toPort } from './account-lookup.js';
import { AccountPasswords } from './account-passwords.js';
import { AccountWriting } from './account-writing.js';
import { Operation, type CallParts } from './operation.js';
import { PoolSettingsReader } from './pool-settings.js';
import { RoleGroups } from './role-groups.js';
import { listUsers } from './user-pages.js';

/** The port over a Cognito user pool. Access tokens already issued stay valid until they expire, as at any issuer. */
export class CognitoIdentityAdapter implements IdentityProvider {
  readonly name = 'cognito';
  readonly capabilities = { lists: 'eventual', passwordChange: 'native', roles: 'catalogue' } as const;

  readonly #parts: CallParts;
  readonly #settings = new PoolSettingsReader();
  readonly #groups = new RoleGroups();
  readonly #lookup = new AccountLookup(this.#settings);
  readonly #writing = new AccountWriting(this.#lookup, this.#settings, this.#groups);
  readonly #passwords = new AccountPasswords(this.#lookup, this.#settings);

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  /**
   * A taken e-mail is a `conflict`, and in pools with aliases a taken `userId`: the caller finds the account and compares the
   * mark. Stopped between the account and its groups it is `unknown`: the account that is found by its mark lacks the roles
   * in its claims, and `setClaims` finishes it.
   */
  createUser(input: CreateIdentityInput): Promise<CreatedIdentity> {
    return this.#run('ordinary', (operation) => this.#writing.create(operation, input));
  }

  findByExternalId(externalId: string): Promise<IdentityUser | null> {
    return this.#run('ordinary', async (operation) => {
      const found = await this.#lookup.bySub(operation, externalId);
      return found && toPort(found);
    });
  }

  findByEmail(email: string): Promise<IdentityUser[]> {
    return this.#run('ordinary', async (operation) => (await this.#lookup.byEmail(operation, email)).map(toPort));
  }

  findMarked(userId: string, email: string): Promise<IdentityUser | null> {
    return this.#run('ordinary', async (operation) => {
      const found = await this.#lookup.byMark(operation, userId, email);
      return found && toPort(found);
    });
  }

  updateProfile(account: AccountRef, profile: IdentityProfile): Promise<void> {
    return this.#on('ordinary', account, (operation, name) => this.#writing.updateProfile(operation, name, profile));
  }

  setClaims(account: AccountRef, claims: IdentityClaims): Promise<void> {
    return this.#on('ordinary', account, (operation, name) => this.#writing.setClaims(operation, name, claims));
  }

  mark(account: AccountRef, userId: string): Promise<void> {
    return this.#on('ordinary', account, (operation, name) => this.#writing.mark(operation, name, userId));
  }

  /** Ends sessions as well, so that `enable` does not bring old ones back. */
  disable(account: AccountRef): Promise<void> {
    return this.#on('revocation', account, async (operation, Username) => {
      const input = { UserPoolId: operation.userPoolId, Username };
      await operation.call('AdminDisableUser', (client, options) => client.adminDisableUser(input, options));
      await operation.call('AdminUserGlobalSignOut', (client, options) => client.adminUserGlobalSignOut(input, options));
    });
  }

  enable(account: AccountRef): Promise<void> {
    return this.#on('ordinary', account, async (operation, Username) => {
      const input = { UserPoolId: operation.userPoolId, Username };
      await operation.call('AdminEnableUser', (client, options) => client.adminEnableUser(input, options));
    });
  }

  delete(account: AccountRef): Promise<void> {
    const deleted = this.#on('revocation', account, async (operation, Username) => {
      const input = { UserPoolId: operation.userPoolId, Username };
      await operation.call('AdminDeleteUser', (client, options) => client.adminDeleteUser(input, options));
    });
    return deleted.catch((error: unknown) => {
      if (!(error instanceof IdentityProviderError && error.failure === 'not_found')) throw error;
    });
  }

  startPasswordReset(account: AccountRef): Promise<void> {
    return this.#run('ordinary', (operation) => this.#passwords.startReset(operation, account));
  }

  setTemporaryPassword(account: AccountRef): Promise<string> {
    return this.#run('ordinary', (operation) => this.#passwords.setTemporary(operation, account));
  }

  resendInvitation(account: AccountRef): Promise<void> {
    return this.#run('ordinary', (operation) => this.#passwords.resendInvitation(operation, account));
  }

  /** The cookie of Cognito's hosted page stays: only the browser can end that, at the pool's logout address. */
  revokeSessions(account: AccountRef): Promise<void> {
    return this.#on('revocation', account, async (operation, Username) => {
      const input = { UserPoolId: operation.userPoolId, Username };
      await operation.call('AdminUserGlobalSignOut', (client, options) => client.adminUserGlobalSignOut(input, options));
    });
  }

  listUsers(page: { cursor: string | null; limit: number }): Promise<IdentityPage> {
    return this.#run('ordinary', (operation) => listUsers(operation, page));
  }

  listRoles(): Promise<string[]> {
    return this.#run('ordinary', (operation) => this.#groups.list(operation));
  }

  /** Reads the pool's settings anew; that costs nothing and shows what a person has to mend. */
  checkHealth(): Promise<void> {
    return this.#run('ordinary', async (operation) => {
      await this.#settings.read(operation);
    });
  }

  #run<Result>(lane: Lane, work: (operation: Operation) => Promise<Result>): Promise<Result> {
    return Operation.run(this.#parts, lane, work);
  }

  #on(lane: Lane, account: AccountRef, work: (operation: Operation, name: string) => Promise<void>): Promise<void> {
    return this.#run(lane, (operation) => this.#lookup.on(operation, account, (name) => work(operation, name)));
  }
}
