import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { isUnavailable } from '../../platform/database/database-errors.js';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { ImportBatch, type BatchResult, type Lease } from './import-batch.js';
import { ImportsService } from './imports.service.js';
import { ImportsRepository } from './imports.repository.js';

const EVERY_MS = 1_000;
/** Longer than any transaction lasts; whoever was killed is taken over after that long. */
const LEASE_MS = 20_000;
const FIRST_BATCH = 100;
const LARGEST_BATCH = 500;
/** A batch locks the people it names, and an embedded database serves nobody else meanwhile. */
const LONGEST_BATCH_MS = 1_000;
/** One row that another change got in the way of meets it no more than so often. */
const MOST_ATTEMPTS = 3;
const PAUSE_MS = 2_000;

/**
 * Works imports off, one at a time on each replica, the oldest first. A batch that fails as a whole is tried again in
 * smaller pieces, down to the one row that is at fault.
 */
@Injectable()
export class ImportRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ImportRunner.name);
  private readonly recurring = new RecurringWork(() => this.workOff());

  constructor(
    private readonly imports: ImportsRepository,
    private readonly service: ImportsService,
    private readonly batch: ImportBatch,
  ) {}

  onApplicationBootstrap(): void {
    this.service.onQueued(() => this.recurring.wake());
    this.recurring.start(EVERY_MS);
  }

  /** Ends after the batch that runs; another replica goes on at once. */
  async onModuleDestroy(): Promise<void> {
    await this.recurring.stop();
  }

  private async workOff(): Promise<void> {
    try {
      await this.service.removeAbandoned();
      for (let id = await this.imports.findRunnable(); id !== null && !this.recurring.isStopped; id = await this.imports.findRunnable()) {
        const lease = { importId: id, leaseId: uuidv7(), leaseMs: LEASE_MS };
        if (await this.imports.lease(id, lease.leaseId, LEASE_MS)) await this.work(lease);
      }
    } catch (error) {
      this.logger.warn(`imports wait: ${errorNameAndCode(error)}`);
    }
  }

  private async work(lease: Lease): Promise<void> {
    let delayMs = 0;
    try {
      if (await this.runBatches(lease)) return;
    } catch (error) {
      delayMs = PAUSE_MS;
      throw error;
    } finally {
      await this.imports.release(lease.importId, lease.leaseId, delayMs);
    }
  }

  /** @returns whether the import is over, or somebody else's; not when this replica stops */
  private async runBatches(lease: Lease): Promise<boolean> {
    let size = FIRST_BATCH;
    let attempts = 0;
    while (!this.recurring.isStopped) {
      const startedAt = performance.now();
      const result = await this.tryBatch(lease, size);
      if (result instanceof Error) {
        attempts = size === 1 ? attempts + 1 : 0;
        if (attempts === MOST_ATTEMPTS) await this.batch.giveUp(lease, 'database.conflict', 'could not be applied; import it again');
        if (attempts === MOST_ATTEMPTS) attempts = 0;
        size = Math.ceil(size / 5);
      } else if (result.state === 'more') {
        attempts = 0;
        size = sizeAfter(size, performance.now() - startedAt);
      } else {
        await this.end(lease, result);
        return true;
      }
    }
    return false;
  }

  /** @throws when the database is away: that is no fault of a row */
  private async tryBatch(lease: Lease, size: number): Promise<BatchResult | Error> {
    try {
      return await this.batch.run(lease, size);
    } catch (error) {
      this.logger.warn(`${size} rows of import ${lease.importId} were undone: ${errorNameAndCode(error)}`);
      if (size === 1 && isUnavailable(error)) throw error;
      return error instanceof Error ? error : new Error('unknown');
    }
  }

  private async end(lease: Lease, result: BatchResult): Promise<void> {
    if (result.state === 'done') await this.batch.finish(lease, 'done', null);
    if (result.state === 'refused') await this.batch.finish(lease, 'failed', result.reason);
  }
}

function sizeAfter(size: number, tookMs: number): number {
  return tookMs > LONGEST_BATCH_MS ? Math.ceil(size / 2) : Math.min(size * 2, LARGEST_BATCH);
}
