import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AdminUserView, AuditAction } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { Tagged } from '../../platform/http/etag.js';
import { actorOf } from '../access/caller.js';
import { ContextVersion } from '../context/context-version.js';
import { PRIORITY } from '../identity/identity-job.js';
import { IdentityQueue, LONGEST_WAIT_MS, type IdentityWish } from '../identity/identity-queue.js';
import { IdentityService } from '../identity/identity.service.js';
import { UserAudit } from './user-audit.js';
import type { PasswordResetView, ResetPasswordDto } from './users.dto.js';
import { UsersService } from './users.service.js';

/** What an administrator asks of a user's account at the identity provider. */
@Injectable()
export class UserCredentialsService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly audit: UserAudit,
    private readonly versions: ContextVersion,
    private readonly identity: IdentityService,
    private readonly queue: IdentityQueue,
  ) {}

  /**
   * Has the provider mail the person, or answers a one-time password that is kept nowhere.
   *
   * @throws AppError `user.not_found`, `user.outranks_actor`, `identity.not_provisioned`, `identity.unavailable` …
   */
  async resetPassword(userId: string, { delivery }: ResetPasswordDto, caller: Caller): Promise<PasswordResetView> {
    const { externalId, externalUsername: username } = await this.users.getTouchable(userId, caller);
    if (externalId === null) throw new AppError('identity.not_provisioned');
    const account = { externalId, username };
    // Before it is done: what the provider did without an answer would be told of by nothing.
    await this.audit.done(userId, { action: 'USER_PASSWORD_RESET', actor: actorOf(caller), details: { delivery } });
    if (delivery === 'temporary_password') {
      const password = await this.identity.ask((provider) => provider.setTemporaryPassword(account)).finally(() => this.keepOut(userId));
      return { user_id: userId, delivery, temporary_password: password };
    }
    await this.identity.ask((provider) => provider.startPasswordReset(account));
    return { user_id: userId, delivery };
  }

  /** Invites again; whoever has no account yet gets one with it. @throws as `resetPassword` */
  async resendInvitation(userId: string, caller: Caller): Promise<Tagged<AdminUserView>> {
    const { externalId, externalUsername: username } = await this.users.getTouchable(userId, caller);
    const action = 'USER_INVITATION_RESENT';
    if (externalId === null) return this.request(userId, action, { delivery: 'invite' }, caller);
    await this.audit.done(userId, { action, actor: actorOf(caller) });
    await this.identity.ask((provider) => provider.resendInvitation({ externalId, username }));
    return this.users.getUser(userId, caller);
  }

  /** Ends sessions and refresh tokens at the provider: now, or as soon as it answers again. */
  async revokeSessions(userId: string, caller: Caller): Promise<Tagged<AdminUserView>> {
    return this.request(userId, 'USER_SESSIONS_REVOKED', { revokeSessions: true, priority: PRIORITY.revocation }, caller);
  }

  /** Tells the provider everything once more; what failed for good is tried again too. */
  async syncIdentity(userId: string, caller: Caller): Promise<Tagged<AdminUserView>> {
    return this.request(userId, 'USER_IDENTITY_SYNCED', {}, caller);
  }

  /** At Auth0 a new password lifts the block of somebody who was deactivated meanwhile, also when its answer was lost. */
  private async keepOut(userId: string): Promise<void> {
    await this.database.transaction(async () => {
      await this.versions.lock(userId);
      if (!(await this.users.mayComeIn(userId))) await this.queue.request(userId, { priority: PRIORITY.revocation });
    });
  }

  private async request(userId: string, action: AuditAction, wish: IdentityWish, caller: Caller): Promise<Tagged<AdminUserView>> {
    await this.database.transaction(async () => {
      await this.versions.lock(userId);
      await this.users.getTouchable(userId, caller);
      await this.queue.request(userId, wish);
      await this.audit.done(userId, { action, actor: actorOf(caller) });
    });
    await this.queue.settled(userId, LONGEST_WAIT_MS);
    return this.users.getUser(userId, caller);
  }
}
