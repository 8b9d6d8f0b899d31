import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { errorName } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import type { IdentityJob, LeasedJob } from './identity-job.js';
import { IdentityJobsRepository } from './identity-jobs.repository.js';
import { IdentityQueue, type AttemptResult } from './identity-queue.js';
import { isFinal, retryDelay } from './retry-delay.js';

/** Nobody else works on the job meanwhile; whoever was killed is taken over after that long. */
export const LEASE_MS = 15_000;
const EVERY_MS = 1_000;
const AT_ONCE = 4;
const LONGEST_PAUSE_MS = 8_000;
/** So many failures in a row are an outage: the pause has doubled twice. */
const OUTAGE_PAUSE_MS = 4_000;
/** How long after its creation's attempt an account that may show up is looked for again. */
const LOOK_AGAIN_MS = 2_000;

/** A job with the time it may still be worked on. */
export interface Assignment {
  job: LeasedJob;
  /** Whoever asked for the job is waiting; else it is the worker that found it. */
  isAwaited: boolean;
  /** When the lease was taken, by `performance.now()`. */
  leasedAt: number;
}

/** `later`: nothing failed, but it is too early to be sure. */
export type SyncOutcome = { state: 'done'; temporaryPassword: string | null } | { state: 'later' };

/** @throws IdentityProviderError when the provider did not do it, or may not have */
export type CarryOut = (assignment: Assignment) => Promise<SyncOutcome>;

type Failure = NonNullable<AttemptResult['failure']>;

const result = (state: AttemptResult['state'], failure: AttemptResult['failure'] = null): AttemptResult => ({
  state,
  failure,
  temporaryPassword: null,
});

/**
 * Carries identity jobs out: at once when a request asks, and from the queue on any replica. A lease in the database lets
 * one work on a user at a time; whoever lost it commits nothing. While the provider is down one job at a time probes it.
 */
@Injectable()
export class IdentityRunner implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(IdentityRunner.name);
  private readonly recurring = new RecurringWork(() => this.workOff());
  private pauseMs = 0;
  private pausedUntil = 0;
  private carryOut: CarryOut = () => Promise.resolve({ state: 'later' });

  constructor(
    private readonly database: Database,
    private readonly jobs: IdentityJobsRepository,
    private readonly queue: IdentityQueue,
  ) {}

  onModuleInit(): void {
    this.queue.attach((userId) => this.run(userId, true));
  }

  /** Names who knows what an account has to say. */
  attach(carryOut: CarryOut): void {
    this.carryOut = carryOut;
  }

  onApplicationBootstrap(): void {
    this.recurring.start(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    const stopped = this.recurring.stop();
    await this.queue.drain();
    await stopped;
  }

  /** Works on what is due, unless the provider asked for a rest. */
  private async workOff(): Promise<void> {
    if (performance.now() < this.pausedUntil) return;
    try {
      for (;;) {
        const due = await this.jobs.listDue(this.pauseMs > 0 ? 1 : AT_ONCE);
        const results = await Promise.all(due.map((userId) => this.run(userId, false)));
        // `queued` without a failure is somebody else's, or too early: it is not due again at once.
        if (this.recurring.isStopped || due.length === 0 || performance.now() < this.pausedUntil) return;
        if (results.every(({ state, failure }) => state === 'queued' && failure === null)) return;
      }
    } catch (error) {
      this.logger.warn(`identity jobs wait: ${errorName(error)}`);
    }
  }

  /** One attempt at one user's job; never throws. */
  private async run(userId: string, isAwaited: boolean): Promise<AttemptResult> {
    try {
      const leasedAt = performance.now();
      const job = await this.jobs.lease(userId, uuidv7(), { leaseMs: LEASE_MS, isEarly: isAwaited });
      if (job === null) return await this.stateOf(userId);
      return await this.attempt(job, isAwaited, leasedAt);
    } catch (error) {
      this.logger.warn(`identity job of user ${userId} waits: ${errorName(error)}`);
      return result('queued', 'internal');
    }
  }

  private async attempt(job: LeasedJob, isAwaited: boolean, leasedAt: number): Promise<AttemptResult> {
    try {
      const outcome = await this.carryOut({ job, isAwaited, leasedAt });
      await this.goOn();
      if (outcome.state === 'later') return await this.putOff(job);
      return { ...(await this.finish(job)), temporaryPassword: outcome.temporaryPassword };
    } catch (error) {
      return this.fail(job, error);
    }
  }

  /** The job is done, unless it was asked for again since this attempt began. */
  private async finish(job: LeasedJob): Promise<AttemptResult> {
    return this.database.transaction(async () => {
      const now = await this.jobs.lockLeased(job.userId, job.leaseId);
      if (now?.revision === job.revision) {
        await this.jobs.delete(job.userId);
        return result('synced');
      }
      if (now !== null) await this.jobs.release(job.userId, { delayMs: 0, attempts: 0, error: null, state: 'due' });
      return result('queued');
    });
  }

  private async putOff(job: LeasedJob): Promise<AttemptResult> {
    return this.database.transaction(async () => {
      const now = await this.jobs.lockLeased(job.userId, job.leaseId);
      const again = { attempts: job.attempts, error: null, state: 'due' } as const;
      if (now !== null) await this.jobs.release(job.userId, { ...again, delayMs: LOOK_AGAIN_MS });
      return result('queued');
    });
  }

  private async fail(job: LeasedJob, error: unknown): Promise<AttemptResult> {
    const known = error instanceof IdentityProviderError ? error : null;
    const failure: Failure = known?.failure ?? 'internal';
    const delayMs = retryDelay(failure, job.attempts, known?.retryAfterMs);
    const reason = known ? failure : errorName(error);
    this.logger.warn(`identity of user ${job.userId} is behind: ${reason}`);
    if (!isFinal(failure)) this.rest(failure, delayMs);
    return this.database.transaction(async () => {
      const now = await this.jobs.lockLeased(job.userId, job.leaseId);
      const isNewer = now !== null && now.revision !== job.revision;
      const attempts = isNewer ? 0 : job.attempts + 1;
      // A creation that is to be undone stays due: whoever asked for it may be killed before they undo it.
      const isOver = isFinal(failure) && !isNewer && (now ?? job).onFailure !== 'rollback';
      const state: IdentityJob['state'] = isOver ? 'failed' : 'due';
      if (now !== null) await this.jobs.release(job.userId, { delayMs: isNewer ? 0 : delayMs, state, attempts, error: failure });
      return result(isOver ? 'failed' : 'queued', failure);
    });
  }

  /** The worker leaves the provider alone for a while: as long as it asked, or twice as long each time it is down. */
  private rest(failure: Failure, delayMs: number): void {
    if (failure === 'internal') return;
    this.pauseMs = failure === 'throttled' ? delayMs : Math.min(Math.max(1_000, this.pauseMs * 2), LONGEST_PAUSE_MS);
    this.pausedUntil = performance.now() + this.pauseMs;
  }

  /**
   * The provider serves. After an outage everything is due, or those whose access was taken away would wait for their
   * own delay behind those who come in. A single account that always fails makes no outage: others are served between.
   */
  private async goOn(): Promise<void> {
    const wasDown = this.pauseMs >= OUTAGE_PAUSE_MS;
    this.pauseMs = 0;
    // Whatever happens here, this job was carried out, and the others come by themselves later.
    if (wasDown) await this.jobs.makeDue().catch(() => undefined);
  }

  /** Without a lease: done by somebody else, in somebody's hands, or given up. */
  private async stateOf(userId: string): Promise<AttemptResult> {
    const job: IdentityJob | null = await this.jobs.find(userId);
    if (job === null) return result('synced');
    return job.state === 'failed' ? result('failed') : result('queued');
  }
}
