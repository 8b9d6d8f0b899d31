import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  IdentityProviderError,
  OPERATION_DEADLINE_MS,
  type AccountRef,
  type IdentityClaims,
  type IdentityProvider,
  type IdentityUser,
} from '@sa-platform/identity-provider';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { IdentityService } from '../identity/identity.service.js';
import type { LeasedJob } from '../identity/identity-job.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { IdentityRunner, LEASE_MS, type Assignment, type SyncOutcome } from '../identity/identity-runner.js';
import { canonicalEmail } from '../users/canonical-email.js';
import { UserAccounts } from '../users/user-accounts.js';
import type { User } from '../users/users.repository.js';

/** For the commit that follows the last call. */
const MARGIN_MS = 1_000;

const DONE: SyncOutcome = { state: 'done', temporaryPassword: null };
const LATER: SyncOutcome = { state: 'later' };

/**
 * One attempt to make an account say what our database says. Every step is safe to repeat: it may have been carried out
 * by an attempt that was killed before it could tell, so what is unknown is looked up by our mark before it is repeated.
 */
@Injectable()
export class AccountSync implements OnModuleInit {
  constructor(
    private readonly identity: IdentityService,
    private readonly queue: IdentityQueue,
    private readonly runner: IdentityRunner,
    private readonly accounts: UserAccounts,
  ) {}

  onModuleInit(): void {
    this.runner.attach((assignment) => this.carryOut(assignment));
  }

  /** @throws IdentityProviderError when the provider did not do it, or may not have */
  async carryOut(assignment: Assignment): Promise<SyncOutcome> {
    const { job } = assignment;
    const call = this.within(assignment);
    if (job.kind === 'remove') return this.remove(job, call);
    const user = await this.accounts.find(job.userId);
    if (user === null) return DONE;
    if (user.externalId !== null) {
      await this.push(user, { externalId: user.externalId, username: user.externalUsername }, job, call);
      return DONE;
    }
    // Whoever asked for both or neither never had an answer: they are gone, and so is what they began.
    if (job.onFailure === 'rollback' && !assignment.isAwaited) {
      await this.accounts.undoCreation(user.id, SYSTEM_ACTOR, true);
      return LATER;
    }
    // Nobody who may not come in is invited; a reactivation asks again.
    return isOut(user) ? DONE : this.create(user, job, call);
  }

  /** The provider, as long as the lease leaves time for one more call. */
  private within({ leasedAt }: Assignment): () => IdentityProvider {
    return () => {
      const isOver = performance.now() - leasedAt > LEASE_MS - OPERATION_DEADLINE_MS - MARGIN_MS;
      if (isOver) throw new IdentityProviderError('unavailable', 'not_done', 'the lease leaves no time for another call');
      return this.identity.provider;
    };
  }

  private async create(user: User, job: LeasedJob, call: () => IdentityProvider): Promise<SyncOutcome> {
    const earlier = job.attempts === 0 ? null : await call().findMarked(user.id, user.email);
    const created = earlier ?? (await this.createOrFind(user, job, call));
    const isNew = 'temporaryPassword' in created;
    if (!isNew) await this.finishCreation(user, created, job, call);
    if (!(await this.accounts.link(user.id, created))) return LATER;
    if (!isNew) await this.push(user, created, job, call);
    return { state: 'done', temporaryPassword: isNew ? created.temporaryPassword : null };
  }

  private async createOrFind(user: User, job: LeasedJob, call: () => IdentityProvider) {
    const { id: userId, email, displayName, phone } = user;
    const claims = await this.accounts.claimsOf(user);
    // A password that nobody waits for any more would be lost: whoever needs one asks for a new one.
    const delivery = job.delivery === 'temporary_password' && job.attempts > 0 ? 'none' : job.delivery;
    try {
      return await call().createUser({ userId, email, displayName, phone, emailVerified: job.emailVerified, delivery, claims });
    } catch (error) {
      const mayExist = error instanceof IdentityProviderError && (error.failure === 'conflict' || error.outcome === 'unknown');
      if (!mayExist) throw error;
      // When this fails as well, its error goes on: a refusal would say that no account of ours is there.
      const own = await call().findMarked(userId, email);
      if (own !== null) return own;
      const isCertain = error.outcome === 'not_done';
      throw isCertain ? error : new IdentityProviderError('unavailable', 'unknown', error.message, error.retryAfterMs);
    }
  }

  /**
   * What a creation that was cut off may not have come to: the account says that it has its roles before it gets them,
   * and Auth0 mails the person afterwards. Before the link, since nothing shows later that it was not done.
   */
  private async finishCreation(user: User, found: IdentityUser, job: LeasedJob, call: () => IdentityProvider): Promise<void> {
    await call().setClaims(found, await this.accounts.claimsOf(user));
    if (job.delivery !== 'invite' || isOut(user)) return;
    try {
      await call().resendInvitation(found);
    } catch (error) {
      const hasAccepted = error instanceof IdentityProviderError && error.failure === 'rejected' && error.outcome === 'not_done';
      if (!hasAccepted) throw error;
    }
  }

  /** What takes access away goes first; the rest only where it differs. */
  private async push(user: User, ref: AccountRef, job: LeasedJob, call: () => IdentityProvider): Promise<void> {
    if (isOut(user)) await call().disable(ref);
    // A plan that can't end sessions must not hold up the rest.
    const revocation = job.revokeSessions && !isOut(user) ? call().revokeSessions(ref) : Promise.resolve();
    const [revoked] = await Promise.allSettled([revocation]);
    const account = await this.getAccount(user, ref, call);
    await this.pushProfile(user, account, call);
    if (account.userId === null) await call().mark(ref, user.id);
    const claims = await this.accounts.claimsOf(user);
    if (!isSameClaims(claims, account.claims)) await call().setClaims(ref, claims);
    if (!isOut(user) && account.blocked) await call().enable(ref);
    if (revoked.status === 'rejected') throw revoked.reason;
  }

  /** By our mark too: a pool with aliases does not find every account by its subject at once. */
  private async getAccount({ id, email }: User, { externalId }: AccountRef, call: () => IdentityProvider): Promise<IdentityUser> {
    const account = (await call().findByExternalId(externalId)) ?? (await call().findMarked(id, email));
    if (account?.externalId === externalId) return account;
    throw new IdentityProviderError('not_found', 'not_done', 'the account is gone');
  }

  /** An e-mail that is carried over counts as unproved. */
  private async pushProfile({ email, displayName, phone }: User, account: IdentityUser, call: () => IdentityProvider): Promise<void> {
    await call().updateProfile(account, { displayName, phone });
    const isMoved = canonicalEmail(email) !== canonicalOrNull(account.email);
    if (isMoved) await call().updateProfile(account, { email, emailVerified: false });
  }

  private async remove(job: LeasedJob, call: () => IdentityProvider): Promise<SyncOutcome> {
    const { userId, externalId, externalUsername, email } = job;
    if (externalId !== null) await call().delete({ externalId, username: externalUsername });
    // Asked before the look: what shows up right after it would stay.
    const isSettled = await this.queue.isSettled(userId);
    const marked = email === null ? null : await call().findMarked(userId, email);
    if (marked !== null) {
      await call().delete(marked);
      return DONE;
    }
    return isSettled ? DONE : LATER;
  }
}

export function isOut({ status }: Pick<User, 'status'>): boolean {
  return status === 'suspended' || status === 'deactivated';
}

/** Whether the account's claims say the same; the order of names means nothing. */
export function isSameClaims(ours: IdentityClaims, theirs: IdentityClaims | null): boolean {
  return theirs !== null && textOf(ours) === textOf(theirs);
}

function textOf({ user_type: type, status, roles, organisations }: IdentityClaims): string {
  return JSON.stringify([type, status, [...new Set(roles)].sort(), [...new Set(organisations)].sort()]);
}

/** The provider may hold an address that we would refuse. */
function canonicalOrNull(email: string): string | null {
  try {
    return canonicalEmail(email);
  } catch {
    return null;
  }
}
