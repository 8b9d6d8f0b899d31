import { Injectable } from '@nestjs/common';
import type { EventActor, MembershipView } from '@sa-platform/contracts';
import type { AccountRef, IdentityClaims } from '@sa-platform/identity-provider';
import { Database } from '../../platform/database/database.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { ContextVersion } from '../context/context-version.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { UserAudit } from './user-audit.js';
import { UserWriter } from './user-writer.js';
import { UsersRepository, type User } from './users.repository.js';

type ClaimedUser = Pick<User, 'id' | 'userType' | 'status'>;

/** Users as the identity provider's accounts see them. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly writer: UserWriter,
    private readonly audit: UserAudit,
    private readonly memberships: MembershipsService,
    private readonly versions: ContextVersion,
    private readonly queue: IdentityQueue,
  ) {}

  async find(userId: string): Promise<User | null> {
    return this.users.find(userId);
  }

  /** What tokens and the provider's console are to show of the user. Memberships that are over don't count. */
  async claimsOf(user: ClaimedUser): Promise<IdentityClaims> {
    return toClaims(user, await this.memberships.reader.listOf([user.id], 'platform'));
  }

  /** The same of many users, by their id. */
  async listClaims(users: ClaimedUser[]): Promise<Map<string, IdentityClaims>> {
    const memberships = await this.memberships.reader.listOf(users.map(({ id }) => id), 'platform');
    const byUser = new Map<string, MembershipView[]>(users.map(({ id }) => [id, []]));
    for (const membership of memberships) byUser.get(membership.user_id)?.push(membership);
    return new Map(users.map((user) => [user.id, toClaims(user, byUser.get(user.id) ?? [])]));
  }

  /** Has the account brought in line of whoever has it, if anybody. */
  async requestForAccount(externalId: string): Promise<void> {
    await this.database.transaction(async () => {
      const user = await this.users.findByExternalId(externalId);
      if (user !== null && (await this.versions.lockIfThere(user.id))) await this.queue.request(user.id, { isImmediate: false });
    });
  }

  /** Links the account unless the user is gone or has one. @returns whether it is theirs now */
  async link(userId: string, account: AccountRef): Promise<boolean> {
    return this.database.transaction(async () => {
      if (!(await this.versions.lockIfThere(userId))) return false;
      const user = await this.users.find(userId);
      if (user === null || user.externalId !== null) return user?.externalId === account.externalId;
      const changes = { externalId: account.externalId, externalUsername: account.username };
      await this.writer.change(userId, changes, ['external_id'], SYSTEM_ACTOR);
      await this.queue.keep(userId);
      return true;
    });
  }

  /**
   * Undoes a creation that the provider did not follow: the user goes, and with them whatever account there may be.
   *
   * @param mayExist false when the provider certainly has no account
   * @returns false when the user has an account by now and stays
   */
  async undoCreation(userId: string, actor: EventActor, mayExist: boolean): Promise<boolean> {
    return this.database.transaction(async () => {
      if (!(await this.versions.lockIfThere(userId))) return true;
      const user = await this.users.find(userId);
      if (user === null) return true;
      if (user.externalId !== null) return false;
      await this.audit.change(userId, { action: 'USER_CREATION_UNDONE', actor }, () => this.writer.undoCreation(userId, actor));
      if (mayExist) {
        await this.queue.requestRemoval(userId, { email: user.email, externalId: null, externalUsername: null, mayShowUp: true });
      } else {
        await this.queue.withdraw(userId);
      }
      return true;
    });
  }
}

function toClaims({ userType, status }: ClaimedUser, memberships: MembershipView[]): IdentityClaims {
  const now = Date.now();
  const current = memberships.filter(({ expires_at: end }) => end === null || Date.parse(end) > now);
  return {
    user_type: userType,
    status,
    roles: [...new Set(current.map(({ role }) => role.key))].sort(),
    organisations: [...new Set(current.map((membership) => membership.organisation_id))].sort(),
  };
}
