import { Injectable } from '@nestjs/common';
import { IdentityProviderError, type IdentityUser } from '@sa-platform/identity-provider';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { ContextVersion } from '../context/context-version.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { IdentityService } from '../identity/identity.service.js';
import { MailQueue } from '../mails/mail-queue.js';
import { foldCase } from './search-text.js';
import { UserAudit } from './user-audit.js';
import { UserWriter } from './user-writer.js';
import { UsersRepository } from './users.repository.js';

/** What becomes of a valid token whose subject nobody here has (DESIGN section 4, self-registration). */
@Injectable()
export class Registration {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly writer: UserWriter,
    private readonly audit: UserAudit,
    private readonly versions: ContextVersion,
    private readonly identity: IdentityService,
    private readonly queue: IdentityQueue,
    private readonly mails: MailQueue,
  ) {}

  /**
   * Links the subject to the user with the same verified e-mail who has none yet; else, where registration is open,
   * makes a pending user.
   *
   * @throws AppError `user.unknown`, or `context.unavailable` when the provider can't be asked
   */
  async register(subject: string): Promise<void> {
    if (await this.queue.isBeingRemoved(subject)) throw new AppError('user.unknown');
    const account = await this.findAccount(subject);
    if (account === null) throw new AppError('user.unknown');
    const user = await this.users.findByEmail(account.email);
    if (user?.externalId === subject) return;
    if (user !== null) return this.link(user.id, account);
    if (this.config.registration === 'closed') throw new AppError('user.unknown');
    await this.createPending(account);
  }

  private async findAccount(subject: string): Promise<IdentityUser | null> {
    try {
      return await this.identity.provider.findByExternalId(subject);
    } catch (error) {
      throw error instanceof IdentityProviderError ? new AppError('context.unavailable') : error;
    }
  }

  /** Never through an e-mail that the provider has not verified, and never to somebody who has a subject. */
  private async link(userId: string, account: IdentityUser): Promise<void> {
    if (!account.emailVerified) throw new AppError('user.unknown');
    await this.database.transaction(async () => {
      await this.versions.lock(userId);
      const user = await this.users.find(userId);
      if (user?.externalId === account.externalId) return;
      if (user === null || user.externalId !== null) throw new AppError('user.unknown');
      const changes = { externalId: account.externalId, externalUsername: account.username };
      await this.audit.change(userId, { action: 'USER_LINKED', actor: SYSTEM_ACTOR }, () =>
        this.writer.change(userId, changes, ['external_id'], SYSTEM_ACTOR),
      );
      await this.queue.request(userId, { isImmediate: false });
    });
  }

  /**
   * Two first requests at once: the second finds the e-mail or the subject taken (whichever index the engine checks
   * first) and, asked again, the user that the first made.
   */
  private async createPending(account: IdentityUser): Promise<void> {
    const displayName = account.displayName ?? foldCase(account.email.split('@')[0] ?? account.email);
    try {
      await this.database.transaction(async () => {
        const { email, externalId, username: externalUsername } = account;
        const user = { email, displayName, userType: 'user', status: 'pending', externalId, externalUsername } as const;
        const userId = await this.writer.create(user, SYSTEM_ACTOR);
        await this.queue.request(userId, { isImmediate: false });
        await this.mails.requestForRegistration(userId);
        await this.audit.created(userId, { action: 'USER_REGISTERED', actor: SYSTEM_ACTOR });
      });
    } catch (error) {
      const isTaken = error instanceof AppError ? error.code === 'user.email_taken' : violatedConstraint(error) !== null;
      if (!isTaken) throw error;
    }
  }
}
