import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { errorName } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { isFinal, retryDelay } from '../identity/retry-delay.js';
import { DriftItemsRepository } from './drift-items.repository.js';
import { DriftRepairs } from './drift-repairs.js';
import type { DriftRun, DriftStep } from './drift-run.js';
import { DriftRunsRepository } from './drift-runs.repository.js';
import { DriftScan } from './drift-scan.js';

/** Longer than any step: a few calls of the provider and a short transaction. Whoever was killed is taken over after it. */
const LEASE_MS = 20_000;
const EVERY_MS = 1_000;
/** A step that fails so often for reasons of our own never works. */
const MOST_ATTEMPTS = 10;
/** Older runs go with what they found. */
const KEPT_RUNS = 5;

/**
 * Carries scans and repairs out, step by step, on whichever replica holds the lease. Each step commits with its progress,
 * so a run goes on where it was; no transaction is open while the provider is asked.
 */
@Injectable()
export class DriftWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DriftWorker.name);
  private readonly recurring = new RecurringWork(() => this.work());

  constructor(
    private readonly database: Database,
    private readonly runs: DriftRunsRepository,
    private readonly items: DriftItemsRepository,
    private readonly scan: DriftScan,
    private readonly repairs: DriftRepairs,
  ) {}

  onApplicationBootstrap(): void {
    this.recurring.start(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    await this.recurring.stop();
  }

  /** Works on the run there is, unless it does already. */
  wake(): void {
    this.recurring.wake();
  }

  private async work(): Promise<void> {
    try {
      const leaseId = uuidv7();
      const waiting = await this.runs.findRunning();
      if (waiting === null || !(await this.runs.lease(waiting.id, leaseId, LEASE_MS))) return;
      const run = await this.runs.find(waiting.id);
      if (run !== null) await this.carryOn(run, leaseId);
    } catch (error) {
      this.logger.warn(`the comparison with the identity provider waits: ${errorName(error)}`);
    }
  }

  private async carryOn(start: DriftRun, leaseId: string): Promise<void> {
    let run: DriftRun | null = start;
    try {
      while (run !== null && !this.recurring.isStopped) run = await this.advance(run, leaseId);
      if (run !== null) await this.runs.release(run.id, leaseId, { delayMs: 0, attempts: 0, error: null });
    } catch (error) {
      await this.putOff(start.id, leaseId, error);
    }
  }

  /** @returns the run after its next step; null when it is over, or somebody else's by now */
  private async advance(run: DriftRun, leaseId: string): Promise<DriftRun | null> {
    const step = await (run.kind === 'scan' ? this.scan.step(run) : this.repairs.step(run));
    const isHeld = await this.database.transaction(() => this.commit(run, leaseId, step));
    if (!isHeld) return null;
    if (step.isLast !== true) return { ...run, ...step.progress };
    await this.prune();
    return null;
  }

  private async commit(run: DriftRun, leaseId: string, step: DriftStep): Promise<boolean> {
    if (!(await this.runs.hold(run.id, leaseId, LEASE_MS))) return false;
    await step.write();
    await this.runs.save(run.id, step.progress);
    if (step.isLast === true) await this.runs.finish(run.id, 'finished', null);
    return true;
  }

  private async prune(): Promise<void> {
    const old = await this.runs.listOld(KEPT_RUNS);
    await this.items.deleteOf(old);
    await this.runs.delete(old);
  }

  /** The same step is tried again later, by whoever comes first; what the provider refuses for good ends the run. */
  private async putOff(id: string, leaseId: string, error: unknown): Promise<void> {
    const known = error instanceof IdentityProviderError ? error : null;
    const failure = known?.failure ?? 'internal';
    this.logger.warn(`the comparison with the identity provider waits: ${known ? failure : errorName(error)}`);
    const attempts = ((await this.runs.find(id))?.attempts ?? 0) + 1;
    const isHopeless = isFinal(failure) || (failure === 'internal' && attempts >= MOST_ATTEMPTS);
    if (isHopeless) {
      await this.database.transaction(async () => {
        if (await this.runs.hold(id, leaseId, LEASE_MS)) await this.runs.finish(id, 'failed', failure);
      });
      return;
    }
    const delayMs = retryDelay(failure, attempts - 1, known?.retryAfterMs);
    await this.runs.release(id, leaseId, { delayMs, attempts, error: failure });
  }
}
