import type { Delivery } from '@sa-platform/contracts';

/** 0 takes access away and goes first; 2 is bulk and goes last. */
export const PRIORITY = { revocation: 0, change: 1, bulk: 2 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** What the provider still has to be told of one user. */
export interface IdentityJob {
  userId: string;
  /** Rises with every request; an attempt that saw an older one is not the last. */
  revision: number;
  kind: 'sync' | 'remove';
  state: 'due' | 'failed';
  priority: Priority;
  delivery: Delivery;
  emailVerified: boolean;
  onFailure: 'rollback' | 'queue';
  revokeSessions: boolean;
  /** What an account to be removed is found by. */
  email: string | null;
  externalId: string | null;
  externalUsername: string | null;
  settleUntil: Date | null;
  attempts: number;
  error: string | null;
  runAt: Date;
  createdAt: Date;
}

/** A job that nobody else works on while the lease lasts. */
export interface LeasedJob extends IdentityJob {
  leaseId: string;
}

/** How many jobs there are of each state and priority, and since when the oldest waits. */
export interface QueueCount {
  state: IdentityJob['state'];
  priority: Priority;
  count: number;
  oldest: Date;
}
