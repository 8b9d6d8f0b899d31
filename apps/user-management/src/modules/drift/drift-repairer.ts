import { Injectable } from '@nestjs/common';
import type { AuditState, EventActor } from '@sa-platform/contracts';
import type { IdentityUser } from '@sa-platform/identity-provider';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { accountTarget, AuditTrail } from '../audit/audit-trail.js';
import { ContextService } from '../context/context.service.js';
import { ContextVersion } from '../context/context-version.js';
import { PRIORITY } from '../identity/identity-job.js';
import { IdentityQueue, LONGEST_WAIT_MS, type IdentityWish } from '../identity/identity-queue.js';
import { IdentityService } from '../identity/identity.service.js';
import { isOut } from '../provisioning/account-sync.js';
import { Registration } from '../users/registration.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserAudit } from '../users/user-audit.js';
import { UserWriter } from '../users/user-writer.js';
import type { User } from '../users/users.repository.js';
import { allowedRepairs } from './allowed-repairs.js';
import { DriftChecker, type Finding } from './drift-checker.js';
import { DriftItemsRepository, type DriftItem } from './drift-items.repository.js';
import type { RepairDirection } from './drift.js';

const MOST_ATTEMPTS = 3;

/** Who repairs, and how. */
export interface RepairOrder {
  direction: RepairDirection;
  actor: EventActor;
  /** One of many: nobody waits for it, so it goes behind what people wait for. */
  isBulk: boolean;
}

/** What became of the discrepancy. */
export type RepairResult = 'repaired' | 'gone';

/**
 * Repairs one discrepancy. It is looked up again first, and what is done holds for exactly what was looked up: the user is
 * locked, and if anything about them has changed since, it is looked up once more.
 */
@Injectable()
export class DriftRepairer {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly checker: DriftChecker,
    private readonly items: DriftItemsRepository,
    private readonly accounts: UserAccounts,
    private readonly writer: UserWriter,
    private readonly audit: UserAudit,
    private readonly trail: AuditTrail,
    private readonly registration: Registration,
    private readonly contexts: ContextService,
    private readonly versions: ContextVersion,
    private readonly identity: IdentityService,
    private readonly queue: IdentityQueue,
  ) {}

  /**
   * @throws AppError `drift.direction_forbidden`, or why our database would not have it (`user.self_change` …)
   * @throws IdentityProviderError
   */
  async repair(item: DriftItem, order: RepairOrder): Promise<RepairResult> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const finding = await this.checker.check(item);
      if (finding === null) return this.setGone(item);
      if (!allowedRepairs(item.kind, finding, this.config.registration).includes(order.direction)) {
        throw new AppError('drift.direction_forbidden');
      }
      const isDone = finding.user === null ? await this.repairStray(item, finding, order) : await this.repairUser(item, finding, order);
      if (isDone) return 'repaired';
    }
    throw new AppError('database.conflict');
  }

  private async setGone(item: DriftItem): Promise<RepairResult> {
    await this.items.settle(item.id, 'gone');
    return 'gone';
  }

  /** @returns false when the user has changed since the look-up */
  private async repairUser(item: DriftItem, { user: seen, version, account }: Finding, order: RepairOrder): Promise<boolean> {
    const userId = seen?.id ?? '';
    const isDone = await this.database.transaction(async () => {
      if (!(await this.versions.lockIfThere(userId))) return false;
      const user = await this.accounts.find(userId);
      const isSame = (await this.contexts.getVersion(userId)) === version && (await this.queue.find(userId))?.state !== 'due';
      if (user === null || !isSame) return false;
      const deed = { action: 'DRIFT_REPAIRED', actor: order.actor, details: detailsOf(item, order) } as const;
      await this.audit.change(userId, deed, () =>
        order.direction === 'push' ? this.push(item, user, order) : this.pull(item, user, account, order),
      );
      await this.items.settle(item.id, 'repaired');
      return true;
    });
    if (isDone && !(order.isBulk && order.direction === 'push')) await this.follow(item, userId);
    return isDone;
  }

  /** Our database decides: the queue makes the account say what it says, however often the provider fails. */
  private async push(item: DriftItem, user: User, { actor, isBulk }: RepairOrder): Promise<void> {
    const takesAway = item.kind === 'blocked_differs' && isOut(user);
    const ordinary = isBulk ? PRIORITY.bulk : PRIORITY.change;
    const wish: IdentityWish = { priority: takesAway ? PRIORITY.revocation : ordinary, isImmediate: !isBulk };
    if (item.kind !== 'missing_there') return this.queue.request(user.id, wish);
    if (user.externalId !== null) {
      await this.writer.change(user.id, { externalId: null, externalUsername: null }, ['external_id'], actor);
    }
    // Whoever is kept out is not invited in.
    return this.queue.request(user.id, { ...wish, delivery: isOut(user) ? 'none' : 'invite' });
  }

  private async pull(item: DriftItem, user: User, account: IdentityUser | null, { actor, isBulk }: RepairOrder): Promise<void> {
    if (item.kind === 'blocked_differs') {
      if (actor.id === user.id) throw new AppError('user.self_change');
      return this.writer.changeStatus(user, 'suspended', actor);
    }
    if (account === null) throw new AppError('drift.direction_forbidden');
    await this.writer.change(user.id, { email: account.email }, ['email'], actor);
    return this.queue.request(user.id, { isImmediate: !isBulk });
  }

  /** What the provider certainly won't do is told; what it has not done yet is the queue's. */
  private async follow(item: DriftItem, userId: string): Promise<void> {
    const attempt = await this.queue.settled(userId, LONGEST_WAIT_MS);
    if (attempt.state === 'failed') await this.items.settle(item.id, 'open', `identity.${attempt.failure ?? 'rejected'}`);
  }

  /** The discrepancy itself is what lasts until the provider has done it. */
  private async repairStray(item: DriftItem, { account }: Finding, { actor, direction }: RepairOrder): Promise<boolean> {
    if (account === null) return false;
    await this.trail.record({
      action: 'DRIFT_REPAIRED',
      actor,
      target: accountTarget(account.externalId),
      organisationId: null,
      after: detailsOf(item, { direction }),
    });
    if (direction === 'pull') {
      await this.registration.register(account.externalId);
      // Somebody took the e-mail between the look-up and here.
      if ((await this.checker.check(item)) !== null) throw new AppError('user.email_taken');
    } else {
      const { provider } = this.identity;
      await (account.userId === null ? provider.disable(account) : provider.delete(account));
      await this.accounts.requestForAccount(account.externalId);
    }
    await this.items.settle(item.id, 'repaired');
    return true;
  }
}

function detailsOf({ kind }: DriftItem, { direction }: Pick<RepairOrder, 'direction'>): AuditState {
  return { discrepancy: kind, direction };
}
