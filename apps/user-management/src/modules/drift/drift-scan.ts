import { Injectable } from '@nestjs/common';
import { IdentityProviderError, type IdentityPage, type IdentityUser } from '@sa-platform/identity-provider';
import { IdentityService } from '../identity/identity.service.js';
import { isFinal } from '../identity/retry-delay.js';
import { UserAccounts } from '../users/user-accounts.js';
import { ComparedUsersRepository } from './compared-users.repository.js';
import { DriftChecker } from './drift-checker.js';
import { DriftItemsRepository } from './drift-items.repository.js';
import type { DriftRun, DriftStep } from './drift-run.js';
import { DriftSeenRepository } from './drift-seen.repository.js';
import type { Suspect } from './drift.js';
import { findDifferences, isOnItsWay, isUnclaimed, needsAccount } from './plan-drift.js';

const ACCOUNTS_AT_ONCE = 100;
const USERS_AT_ONCE = 500;
const CLEARED_AT_ONCE = 5_000;
/** A cursor lives for an hour at least; one that is refused again and again is our fault. */
const MOST_RESTARTS = 5;

const nothing = () => Promise.resolve();

/**
 * The steps of a comparison, each one page: through the provider's accounts, through our users whose account did not
 * come up, then through everything suspected, which is looked up one by one. Nothing but a page is held in memory.
 */
@Injectable()
export class DriftScan {
  constructor(
    private readonly identity: IdentityService,
    private readonly accounts: UserAccounts,
    private readonly users: ComparedUsersRepository,
    private readonly seen: DriftSeenRepository,
    private readonly items: DriftItemsRepository,
    private readonly checker: DriftChecker,
  ) {}

  /** @throws IdentityProviderError */
  async step(run: DriftRun): Promise<DriftStep> {
    switch (run.phase) {
      case 'accounts':
        return this.readAccounts(run);
      case 'users':
        return this.readUsers(run);
      case 'looking_up':
        return this.lookUp(run);
      case 'clearing':
      case 'repairing':
        return this.clear();
    }
  }

  private async readAccounts(run: DriftRun): Promise<DriftStep> {
    const page = await this.readPage(run);
    if (page === null) return { progress: { position: null, accountsSeen: 0, restarts: run.restarts + 1 }, write: nothing };
    const suspects = await this.compare(page.users);
    const ids = page.users.map(({ externalId }) => externalId);
    return {
      progress: { position: page.nextCursor, accountsSeen: run.accountsSeen + ids.length, ...(page.nextCursor === null ? { phase: 'users' } : {}) },
      write: async () => {
        await this.seen.insert(run.id, ids);
        await this.items.insertSuspects(run.id, suspects);
      },
    };
  }

  /** Null when the cursor is worth nothing any more: the phase begins anew, and what was seen stays seen. */
  private async readPage({ position, restarts }: DriftRun): Promise<IdentityPage | null> {
    try {
      return await this.identity.provider.listUsers({ cursor: position, limit: ACCOUNTS_AT_ONCE });
    } catch (error) {
      const isExpired = error instanceof IdentityProviderError && error.failure === 'rejected' && position !== null;
      if (!isExpired || restarts >= MOST_RESTARTS) throw error;
      return null;
    }
  }

  private async compare(accounts: IdentityUser[]): Promise<Suspect[]> {
    const users = await this.users.listByExternalIds(accounts.map(({ externalId }) => externalId));
    const claims = await this.accounts.listClaims(users);
    const byAccount = new Map(users.map((user) => [user.externalId, user]));
    return accounts.flatMap((account): Suspect[] => {
      const user = byAccount.get(account.externalId);
      const { externalId } = account;
      if (!user) return isUnclaimed(account) ? [{ kind: 'missing_here', userId: null, externalId }] : [];
      const wanted = claims.get(user.id);
      if (isOnItsWay(user) || !wanted) return [];
      return findDifferences(user, wanted, account).map((kind) => ({ kind, userId: user.id, externalId }));
    });
  }

  private async readUsers(run: DriftRun): Promise<DriftStep> {
    const users = await this.users.listAfter(run.id, run.position, USERS_AT_ONCE);
    const missing = users.filter((user) => !user.isSeen && !isOnItsWay(user) && needsAccount(user));
    const isLast = users.length < USERS_AT_ONCE;
    const suspects = missing.map(({ id, externalId }): Suspect => ({ kind: 'missing_there', userId: id, externalId }));
    return {
      progress: {
        usersCompared: run.usersCompared + users.length,
        ...(isLast ? { phase: 'looking_up', position: null } : { position: users.at(-1)?.id ?? null }),
      },
      write: () => this.items.insertSuspects(run.id, suspects),
    };
  }

  private async lookUp(run: DriftRun): Promise<DriftStep> {
    const [suspect] = await this.items.listSuspected(run.id, 1);
    if (!suspect) return { progress: { phase: 'clearing' }, write: nothing };
    const finding = await this.checker.check(suspect).catch(nullIfFinal);
    if (finding === null) return { progress: {}, write: () => this.items.delete(suspect.id) };
    return { progress: { itemsFound: run.itemsFound + 1 }, write: () => this.items.confirm(suspect.id, finding) };
  }

  private async clear(): Promise<DriftStep> {
    const isLeft = await this.seen.deleteSome(CLEARED_AT_ONCE);
    return { progress: {}, write: nothing, isLast: !isLeft };
  }
}

/** What the provider would refuse again can't be told; it must not hold the rest up. */
function nullIfFinal(error: unknown): null {
  if (error instanceof IdentityProviderError && isFinal(error.failure)) return null;
  throw error;
}
