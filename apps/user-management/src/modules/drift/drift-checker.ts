import { Injectable } from '@nestjs/common';
import type { IdentityUser } from '@sa-platform/identity-provider';
import { ContextService } from '../context/context.service.js';
import { IdentityService } from '../identity/identity.service.js';
import { UserAccounts } from '../users/user-accounts.js';
import { ComparedUsersRepository } from './compared-users.repository.js';
import type { ComparedUser, Sides, Suspect } from './drift.js';
import { findDifferences, isAdoptable, isOnItsWay, isUnclaimed, needsAccount, sidesOf, type DifferenceKind } from './plan-drift.js';

const MOST_ATTEMPTS = 3;

/** A discrepancy that is there now, with what it was found in. */
export interface Finding extends Sides {
  user: ComparedUser | null;
  /** Of the user's context when both sides were read; whatever changes the user raises it. */
  version: number | null;
  account: IdentityUser | null;
}

/**
 * Tells whether a suspected discrepancy is one. Lists may be behind and our users change meanwhile, so both sides are read
 * anew: ours before and after the provider's. Only if nothing changed in between do the two belong to one moment.
 */
@Injectable()
export class DriftChecker {
  constructor(
    private readonly users: ComparedUsersRepository,
    private readonly accounts: UserAccounts,
    private readonly contexts: ContextService,
    private readonly identity: IdentityService,
  ) {}

  /**
   * @returns null when there is no such discrepancy, or the user changes so often that it can't be told
   * @throws IdentityProviderError
   */
  async check({ kind, userId, externalId }: Suspect): Promise<Finding | null> {
    if (kind === 'missing_here') return externalId === null ? null : this.checkStray(externalId);
    if (userId === null) return null;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const before = await this.readSettled(userId);
      if (before === null) return null;
      const account = await this.findAccount(before.user);
      const after = await this.readSettled(userId);
      if (after === null) return null;
      if (after.version !== before.version) continue;
      return kind === 'missing_there' ? missingThere(after, account) : this.compare(kind, after, account);
    }
    return null;
  }

  /** Null when the user is gone, or the provider is still to be told of them. */
  private async readSettled(userId: string): Promise<{ user: ComparedUser; version: number } | null> {
    const version = (await this.contexts.listVersions([userId])).get(userId);
    const user = await this.users.find(userId);
    return user === null || version === undefined || isOnItsWay(user) ? null : { user, version };
  }

  /** Who has no account may have one that was never linked: it carries our mark. */
  private async findAccount({ id, externalId, email }: ComparedUser): Promise<IdentityUser | null> {
    const { provider } = this.identity;
    return externalId === null ? provider.findMarked(id, email) : provider.findByExternalId(externalId);
  }

  private async compare(kind: DifferenceKind, read: { user: ComparedUser; version: number }, account: IdentityUser | null): Promise<Finding | null> {
    const { user } = read;
    if (account === null || user.externalId === null) return null;
    const claims = (await this.accounts.listClaims([user])).get(user.id);
    if (claims === undefined || !findDifferences(user, claims, account).includes(kind)) return null;
    const { ours, theirs } = sidesOf(kind, user, claims, account);
    const isAdopting = kind === 'email_differs' && theirs !== null;
    return { ours, theirs: isAdopting ? { ...theirs, is_adoptable: await this.isFree(account.email) } : theirs, ...read, account };
  }

  /**
   * An account is nobody's when neither before nor after the look-up a user has it, is about to get it, or is about to
   * lose it: a creation commits the user before it makes the account, a removal leaves a job until the account is gone.
   */
  private async checkStray(externalId: string): Promise<Finding | null> {
    const { provider } = this.identity;
    const listed = await provider.findByExternalId(externalId);
    if (listed === null || (await this.isSomebodys(listed))) return null;
    const account = await provider.findByExternalId(externalId);
    if (account === null || !isUnclaimed(account) || (await this.isSomebodys(account))) return null;
    const { email, emailVerified, blocked, userId } = account;
    const isAdoptableHere = await this.isFree(email);
    const theirs = { blocked, is_marked: userId !== null, email, email_verified: emailVerified, is_adoptable: isAdoptableHere };
    return { ours: null, theirs, user: null, version: null, account };
  }

  private async isSomebodys({ externalId, userId }: IdentityUser): Promise<boolean> {
    if ((await this.users.listByExternalIds([externalId])).length > 0) return true;
    if (userId === null) return false;
    if (await this.users.hasDueJob(userId)) return true;
    // Made for a user who was not linked to it: their account, which `missing_there` tells of.
    const marked = await this.users.find(userId);
    return marked !== null && marked.externalId === null && needsAccount(marked);
  }

  private async isFree(email: string): Promise<boolean> {
    return isAdoptable(email) && !(await this.users.isEmailTaken(email));
  }
}

function missingThere({ user, version }: { user: ComparedUser; version: number }, account: IdentityUser | null): Finding | null {
  const isLinked = user.externalId !== null && account !== null;
  if (isLinked || !needsAccount(user)) return null;
  const ours = { status: user.status, email: user.email };
  const theirs = account && { blocked: account.blocked, is_marked: account.userId !== null, email: account.email };
  return { ours, theirs, user, version, account };
}
