import { generateTemporaryPassword, type AccountRef } from '@sa-platform/identity-provider';
import { rejected } from './account-input.js';
import type { AccountLookup, FoundAccount } from './account-lookup.js';
import type { Operation } from './operation.js';
import type { PoolSettingsReader } from './pool-settings.js';

/** Resets, temporary passwords and invitations, each by the state that the account is in. */
export class AccountPasswords {
  constructor(
    private readonly lookup: AccountLookup,
    private readonly settings: PoolSettingsReader,
  ) {}

  /** Cognito refuses a reset to whoever never signed in. */
  startReset(operation: Operation, ref: AccountRef): Promise<void> {
    return this.lookup.on(operation, ref, async (name) => {
      const account = await this.#ownAccount(operation, name);
      if (account.userStatus === 'FORCE_CHANGE_PASSWORD') return this.#inviteAgain(operation, account);
      const input = { UserPoolId: operation.userPoolId, Username: name };
      await operation.call('AdminResetUserPassword', (client, options) => client.adminResetUserPassword(input, options));
    });
  }

  /** Ends sessions too: whoever knew the old password is out. The password comes first, or they could sign in between. */
  setTemporary(operation: Operation, ref: AccountRef): Promise<string> {
    return this.lookup.on(operation, ref, async (name) => {
      await this.#ownAccount(operation, name);
      const password = generateTemporaryPassword();
      const account = { UserPoolId: operation.userPoolId, Username: name };
      const input = { ...account, Password: password, Permanent: false };
      await operation.call('AdminSetUserPassword', (client, options) => client.adminSetUserPassword(input, options));
      await operation.call('AdminUserGlobalSignOut', (client, options) => client.adminUserGlobalSignOut(account, options));
      return password;
    });
  }

  /** Only for whoever never signed in; Cognito makes a new temporary password with each invitation. */
  resendInvitation(operation: Operation, ref: AccountRef): Promise<void> {
    return this.lookup.on(operation, ref, async (name) => {
      const account = await this.#ownAccount(operation, name);
      if (account.userStatus !== 'FORCE_CHANGE_PASSWORD') throw rejected('the person has accepted an invitation already');
      await this.#inviteAgain(operation, account);
    });
  }

  /** A password given to a federated account would cut it off from the provider it signs in with. */
  async #ownAccount(operation: Operation, name: string): Promise<FoundAccount> {
    const account = await this.lookup.get(operation, name);
    if (account.userStatus === 'EXTERNAL_PROVIDER') throw rejected('the person signs in with another provider, which keeps the password');
    return account;
  }

  /** `AdminCreateUser` takes nothing but an e-mail for a name in pools where people sign in by it. */
  async #inviteAgain(operation: Operation, account: FoundAccount): Promise<void> {
    const { signInMode } = await this.settings.get(operation);
    const input = {
      UserPoolId: operation.userPoolId,
      Username: signInMode === 'email' ? account.email : account.name,
      MessageAction: 'RESEND' as const,
      DesiredDeliveryMediums: ['EMAIL' as const],
    };
    await operation.call('AdminCreateUser', (client, options) => client.adminCreateUser(input, options));
  }
}
