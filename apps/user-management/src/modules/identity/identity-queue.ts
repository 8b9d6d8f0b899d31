import { Injectable } from '@nestjs/common';
import type { Delivery } from '@sa-platform/contracts';
import type { IdentityFailure } from '@sa-platform/identity-provider';
import { Database } from '../../platform/database/database.js';
import { PRIORITY, type IdentityJob, type Priority, type QueueCount } from './identity-job.js';
import { IdentityJobsRepository } from './identity-jobs.repository.js';

/** How one attempt to tell the provider ended. `queued`: it goes on by itself; `failed`: only a person can help. */
export interface AttemptResult {
  state: 'synced' | 'queued' | 'failed';
  failure: IdentityFailure | 'internal' | null;
  /** Only of an account that this attempt created; kept nowhere. */
  temporaryPassword: string | null;
}

/** What the provider is to be told, beside what our database says. */
export interface IdentityWish {
  /** 1 when left out. */
  priority?: Priority;
  /** How the person learns of an account that has to be created. */
  delivery?: Delivery;
  emailVerified?: boolean;
  onFailure?: 'rollback' | 'queue';
  revokeSessions?: boolean;
  /** False leaves the first attempt to the worker. True when left out. */
  isImmediate?: boolean;
}

/** What an account is found by once its user is gone. */
export interface AccountToRemove {
  email: string;
  externalId: string | null;
  externalUsername: string | null;
  /** A creation of unknown outcome may still show up: an account that is not there yet is looked for again. */
  mayShowUp: boolean;
}

const DEFAULTS = {
  priority: PRIORITY.change,
  delivery: 'invite',
  emailVerified: false,
  onFailure: 'queue',
  revokeSessions: false,
  isImmediate: true,
} as const;

type Attempt = (userId: string) => Promise<AttemptResult>;

/** How long a request waits for the provider before it answers that the change is queued, in milliseconds. */
export const LONGEST_WAIT_MS = 3_400;

/** The worker leaves a job that long to whoever asked for it: only they can hand out a temporary password. */
const HEAD_START_MS = 2_000;
/** Whatever a provider received before its answer was given up is carried out by then. */
const SETTLE_MS = 10_000;

const QUEUED: AttemptResult = { state: 'queued', failure: null, temporaryPassword: null };

/**
 * The jobs that keep the identity provider in step. A job is written in the transaction that makes the change, so that
 * both are there or neither is; the first attempt starts with the commit, and a worker on any replica takes over what
 * fails or is cut off. A job says "make the account as our database has it", so several requests are one job.
 */
@Injectable()
export class IdentityQueue {
  private attempt: Attempt = () => Promise.resolve(QUEUED);
  private readonly running = new Map<string, Promise<AttemptResult>>();

  constructor(
    private readonly database: Database,
    private readonly jobs: IdentityJobsRepository,
  ) {}

  /** Names who carries jobs out. */
  attach(attempt: Attempt): void {
    this.attempt = attempt;
  }

  /** Asks for the account to be brought in line; to be called inside the transaction that holds the user. */
  async request(userId: string, wish: IdentityWish = {}): Promise<void> {
    const { isImmediate, ...wanted } = { ...DEFAULTS, ...wish };
    const delayMs = isImmediate ? HEAD_START_MS : 0;
    const waiting = await this.jobs.lock(userId);
    if (waiting?.kind === 'remove') return;
    if (waiting === null) await this.jobs.insert({ userId, kind: 'sync', ...wanted }, delayMs);
    else await this.jobs.renew(userId, mergeWish(waiting, wish), delayMs);
    if (isImmediate) this.startAfterCommit(userId);
  }

  /** Asks for the accounts of users whom this transaction makes; the worker comes to them after all that people wait for. */
  async requestNew(userIds: string[], delivery: Delivery): Promise<void> {
    const job = { kind: 'sync', priority: PRIORITY.bulk, delivery, emailVerified: false, onFailure: 'queue', revokeSessions: false } as const;
    await this.jobs.insertAll(userIds.map((userId) => ({ ...job, userId })));
  }

  /** Asks for an account to be gone, in the transaction in which its user goes. */
  async requestRemoval(userId: string, { mayShowUp, ...account }: AccountToRemove): Promise<void> {
    const job = { kind: 'remove', priority: PRIORITY.revocation, onFailure: 'queue', ...account } as const;
    if ((await this.jobs.lock(userId)) !== null) await this.jobs.renew(userId, job, 0);
    else await this.jobs.insert({ userId, delivery: 'none', emailVerified: false, revokeSessions: false, ...job }, 0);
    if (mayShowUp) await this.jobs.settleFor(userId, SETTLE_MS);
    this.startAfterCommit(userId);
  }

  /**
   * How the attempt went that the last commit started, as soon as it is known.
   *
   * @param withinMs the longest wait, in milliseconds; what takes longer is `queued`
   */
  async settled(userId: string, withinMs: number): Promise<AttemptResult> {
    const attempt = this.running.get(userId);
    if (!attempt) return QUEUED;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<AttemptResult>((resolve) => {
      timer = setTimeout(() => resolve(QUEUED), withinMs);
    });
    return Promise.race([attempt, late]).finally(() => clearTimeout(timer));
  }

  async find(userId: string): Promise<IdentityJob | null> {
    return this.jobs.find(userId);
  }

  async count(): Promise<QueueCount[]> {
    return this.jobs.countQueue();
  }

  /** Whether the account of an erased user is still there: its subject is nobody, and becomes nobody. */
  async isBeingRemoved(externalId: string): Promise<boolean> {
    return this.jobs.hasRemovalOf(externalId);
  }

  /** Whether whatever may still show up at the provider would have by now. */
  async isSettled(userId: string): Promise<boolean> {
    return this.jobs.isSettled(userId);
  }

  /** The user has an account and stays: what fails from now on is no reason to undo the creation. */
  async keep(userId: string): Promise<void> {
    await this.jobs.setOnFailure(userId, 'queue');
  }

  /** Takes a job back whose user goes, when the provider certainly has no account. */
  async withdraw(userId: string): Promise<void> {
    await this.jobs.delete(userId);
  }

  /** Waits for every attempt that was started here: a stopping replica finishes what it began. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  /** One attempt for each transaction, after the one that runs already. */
  private startAfterCommit(userId: string): void {
    this.database.afterCommit(() => {
      const before = this.running.get(userId) ?? Promise.resolve();
      const attempt = before.then(() => this.attempt(userId));
      this.running.set(userId, attempt);
      void attempt.finally(() => {
        if (this.running.get(userId) === attempt) this.running.delete(userId);
      });
    }, `identity of ${userId}`);
  }
}

/** A second request never takes back what the first one asked for. */
function mergeWish(waiting: IdentityJob, wish: IdentityWish): Partial<IdentityJob> {
  const { delivery, emailVerified = false, onFailure = 'queue' } = wish;
  return {
    priority: Math.min(wish.priority ?? PRIORITY.change, waiting.priority) as Priority,
    revokeSessions: wish.revokeSessions === true || waiting.revokeSessions,
    ...(delivery === undefined ? {} : { delivery, emailVerified, onFailure }),
  };
}
