import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { isUnavailable } from '../../platform/database/database-errors.js';
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
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private isStopped = false;

  constructor(
    private readonly imports: ImportsRepository,
    private readonly service: ImportsService,
    private readonly batch: ImportBatch,
  ) {}

  onApplicationBootstrap(): void {
    this.service.onQueued(() => this.wake());
    this.timer = setInterval(() => this.wake(), EVERY_MS);
    this.timer.unref();
  }

  /** Ends after the batch that runs; another replica goes on at once. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  wake(): void {
    if (this.isStopped) return;
    this.working ??= this.workOff().finally(() => {
      this.working = null;
    });
  }

  private async workOff(): Promise<void> {
    try {
      await this.service.removeAbandoned();
      for (let id = await this.imports.findRunnable(); id !== null && !this.isStopped; id = await this.imports.findRunnable()) {
        const lease = { importId: id, leaseId: uuidv7(), leaseMs: LEASE_MS };
        if (await this.imports.lease(id, lease.leaseId, LEASE_MS)) await this.work(lease);
      }
    } catch (error) {
      this.logger.warn(`imports wait: ${nameOf(error)}`);
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
    while (!this.isStopped) {
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
      this.logger.warn(`${size} rows of import ${lease.importId} were undone: ${nameOf(error)}`);
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

/** The kind of failure; a message could hold values of the file. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}
