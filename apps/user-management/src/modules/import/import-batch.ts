import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { reachOf } from '../access/reach.js';
import { ContextService } from '../context/context.service.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import type { Import, RowOutcome, RowResult, WaitingRow } from './import-state.js';
import { emailKeyOf } from './import-upload.js';
import { ImportsRepository } from './imports.repository.js';
import { RowApplier, type Mandate } from './row-applier.js';

/** Most that one dry batch does over again to know what earlier rows would have left. */
const MOST_REPEATED = 500;

export interface Lease {
  importId: string;
  leaseId: string;
  leaseMs: number;
}

/** `lost`: cancelled, or another replica has it. */
export type BatchResult = { state: 'more' | 'done' | 'lost' } | { state: 'refused'; reason: ErrorCode };

/** Leaves a transaction without its changes, with what would have come of them. */
class DryRunEnd extends Error {
  constructor(readonly outcomes: RowOutcome[]) {
    super('dry run');
  }
}

/** The next rows of an import: applied, marked and counted in one transaction, so that nobody ever does them twice. */
@Injectable()
export class ImportBatch {
  constructor(
    private readonly database: Database,
    private readonly imports: ImportsRepository,
    private readonly rows: ImportRowsRepository,
    private readonly contexts: ContextService,
    private readonly applier: RowApplier,
  ) {}

  /** @throws the database's error when all of it was undone; fewer rows may do */
  async run(lease: Lease, size: number): Promise<BatchResult> {
    const current = await this.imports.find(lease.importId);
    if (current?.isDryRun) return this.rehearse(lease, size);
    return this.database.transaction(() =>
      this.held(lease, size, async (found, rows, mandate) => {
        await this.settle(found, await this.applier.apply(rows, mandate));
      }),
    );
  }

  /** The last step, when no row waits any more. */
  async finish({ importId, leaseId }: Lease, state: 'done' | 'failed', error: ErrorCode | null): Promise<void> {
    await this.database.transaction(async () => {
      if ((await this.imports.lockLeased(importId, 'running', leaseId)) === null) return;
      await this.rows.dropValues(importId);
      await this.imports.finish(importId, state, error);
    });
  }

  /** A row that can't be applied for a reason of ours is told as failed; the others go on. */
  async giveUp(lease: Lease, reason: ErrorCode, message: string): Promise<void> {
    await this.database.transaction(() =>
      this.held(lease, 1, async (found, rows) => {
        await this.settle(found, rows.map(({ line }) => ({ line, state: 'failed', fault: { field: 'row', reason, message } })));
      }),
    );
  }

  /**
   * Does it all, learns what comes of it, and takes it back: a dry run can't say anything else than a real one. Rows of
   * the same people before this batch are done again first, since their changes were taken back too.
   */
  private async rehearse(lease: Lease, size: number): Promise<BatchResult> {
    try {
      return await this.database.transaction(() =>
        this.held(lease, size, async (found, rows, mandate) => {
          const earlier = await this.listEarlier(found.id, rows);
          const outcomes = await this.applier.apply([...earlier, ...rows], mandate);
          throw new DryRunEnd(outcomes.slice(earlier.length));
        }),
      );
    } catch (error) {
      if (!(error instanceof DryRunEnd)) throw error;
      return this.database.transaction(async () => {
        const found = await this.imports.lockLeased(lease.importId, 'running', lease.leaseId);
        if (found === null) return { state: 'lost' };
        await this.settle(found, error.outcomes);
        return { state: 'more' };
      });
    }
  }

  private async listEarlier(importId: string, rows: WaitingRow[]): Promise<WaitingRow[]> {
    const [first] = rows;
    if (!first) return [];
    const keys = [...new Set(rows.map(({ cells }) => emailKeyOf(cells)))];
    return this.rows.listEffective(importId, keys, first.line, MOST_REPEATED);
  }

  /** Inside the transaction: with the import locked, and in the name of somebody who may still do it. */
  private async held(
    { importId, leaseId, leaseMs }: Lease,
    size: number,
    work: (found: Import, rows: WaitingRow[], mandate: Mandate) => Promise<void>,
  ): Promise<BatchResult> {
    const found = await this.imports.lockLeased(importId, 'running', leaseId);
    if (found === null) return { state: 'lost' };
    const actor = await this.contexts.findContext({ id: found.createdBy });
    if (actor?.status !== 'active') return { state: 'refused', reason: 'user.not_active' };
    if (reachOf(actor, 'admin:users:write').length === 0) return { state: 'refused', reason: 'access.denied' };
    const rows = await this.rows.listWaiting(importId, size);
    if (rows.length === 0) return { state: 'done' };
    await this.imports.renewLease(importId, leaseId, leaseMs);
    await work(found, rows, { actor, delivery: found.delivery, importId: found.id });
    return { state: 'more' };
  }

  private async settle(found: Import, outcomes: RowOutcome[]): Promise<void> {
    await this.rows.settle(found.id, outcomes, found.isDryRun);
    const count = (state: RowResult) => outcomes.filter((outcome) => outcome.state === state).length;
    await this.imports.count(found.id, {
      created: count('created'),
      updated: count('updated'),
      unchanged: count('unchanged'),
      failed: count('failed'),
    });
  }
}
