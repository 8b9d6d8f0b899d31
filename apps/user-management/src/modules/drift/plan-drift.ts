import type { IdentityClaims, IdentityUser } from '@sa-platform/identity-provider';
import { isOut, isSameClaims } from '../provisioning/account-sync.js';
import { canonicalEmail, isEmailAddress } from '../users/canonical-email.js';
import type { ComparedUser, DriftKind, Sides } from './drift.js';

/** The kinds in which an account can differ from its user. */
export type DifferenceKind = Extract<DriftKind, 'blocked_differs' | 'email_differs' | 'claims_differ'>;

/** In what the account says something else than our database. Roles in another order and e-mails in capitals are the same. */
export function findDifferences(user: ComparedUser, claims: IdentityClaims, account: IdentityUser): DifferenceKind[] {
  const differences: DifferenceKind[] = [];
  if (isOut(user) !== account.blocked) differences.push('blocked_differs');
  if (canonicalEmail(user.email) !== canonicalEmail(account.email)) differences.push('email_differs');
  if (!isSameClaims(claims, account.claims)) differences.push('claims_differ');
  return differences;
}

/** Whoever waits to be told is not behind: the queue is on its way. What it gave up is. */
export function isOnItsWay({ jobState }: Pick<ComparedUser, 'jobState'>): boolean {
  return jobState === 'due';
}

/** A deactivated person needs no account: one that is gone keeps them out as well as a blocked one. */
export function needsAccount({ status }: Pick<ComparedUser, 'status'>): boolean {
  return status !== 'deactivated';
}

/** A stranger's account that is blocked already does no harm, and it is not ours to delete. */
export function isUnclaimed({ userId, blocked }: Pick<IdentityUser, 'userId' | 'blocked'>): boolean {
  return userId !== null || !blocked;
}

/** Whether our database would take the address. */
export function isAdoptable(email: string): boolean {
  return email === email.trim() && isEmailAddress(canonicalEmail(email));
}

/** Both sides of one kind of difference, without what is not part of it. */
export function sidesOf(kind: DifferenceKind, user: ComparedUser, claims: IdentityClaims, account: IdentityUser): Sides {
  const ours = { status: user.status };
  const theirs = { blocked: account.blocked, is_marked: account.userId !== null };
  switch (kind) {
    case 'blocked_differs':
      return { ours, theirs };
    case 'email_differs': {
      const { email, emailVerified } = account;
      return { ours: { ...ours, email: user.email }, theirs: { ...theirs, email, email_verified: emailVerified } };
    }
    case 'claims_differ':
      return { ours: { ...ours, claims }, theirs: { ...theirs, claims: account.claims } };
  }
}
