import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { Prisma, type DriftRun as Row } from '../../platform/database/generated/postgresql/client.js';
import type { DriftRun, RunProgress } from './drift-run.js';

/** The one run at a time holds it. */
const SLOT = 'run';

type NewRun = Pick<DriftRun, 'kind' | 'phase' | 'actorId'> & Partial<Pick<DriftRun, 'scanId' | 'direction' | 'itemKind'>>;

/** Leases count by the database's clock: replicas may disagree about theirs. */
@Injectable()
export class DriftRunsRepository {
  constructor(private readonly database: Database) {}

  /** @returns the id of the new run, or null while another one runs */
  async insert(run: NewRun): Promise<string | null> {
    const id = uuidv7();
    const startedAt = new Date();
    // Due since ever; a taken slot is no error, which would end the transaction on PostgreSQL.
    const row = { ...run, id, state: 'running', slot: SLOT, runAt: new Date(0), startedAt };
    const { count } = await this.database.client.driftRun.createMany({ data: [row], skipDuplicates: true });
    return count === 0 ? null : id;
  }

  async find(id: string): Promise<DriftRun | null> {
    const row = await this.database.client.driftRun.findUnique({ where: { id } });
    return row && toRun(row);
  }

  async findRunning(): Promise<DriftRun | null> {
    const row = await this.database.client.driftRun.findUnique({ where: { slot: SLOT } });
    return row && toRun(row);
  }

  /** The newest scan; with `state` the newest of those. */
  async findLastScan(state?: DriftRun['state']): Promise<DriftRun | null> {
    const where = { kind: 'scan', ...(state === undefined ? {} : { state }) };
    const row = await this.database.client.driftRun.findFirst({ where, orderBy: [{ startedAt: 'desc' }, { id: 'desc' }] });
    return row && toRun(row);
  }

  /** Takes the run unless somebody else works on it or it has to wait. */
  async lease(id: string, leaseId: string, leaseMs: number): Promise<boolean> {
    const { now } = this.database;
    const taken = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE drift_runs SET lease_id = ${leaseId}, leased_until = ${this.database.later(leaseMs)}
       WHERE id = ${id} AND state = 'running' AND run_at <= ${now} AND (leased_until IS NULL OR leased_until < ${now})`);
    return taken > 0;
  }

  /** Locks the run and renews its lease. @returns false when it is somebody else's by now */
  async hold(id: string, leaseId: string, leaseMs: number): Promise<boolean> {
    const held = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE drift_runs SET leased_until = ${this.database.later(leaseMs)}
       WHERE id = ${id} AND lease_id = ${leaseId} AND state = 'running'`);
    return held > 0;
  }

  /** Writes how far the run is; the step worked, so earlier failures are forgotten. */
  async save(id: string, progress: RunProgress): Promise<void> {
    await this.database.client.driftRun.update({ where: { id }, data: { ...progress, attempts: 0, error: null }, select: { id: true } });
  }

  /** Gives the lease back; anybody may go on after the delay. */
  async release(id: string, leaseId: string, again: { delayMs: number; attempts: number; error: string | null }): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE drift_runs SET lease_id = NULL, leased_until = NULL, run_at = ${this.database.later(again.delayMs)},
             attempts = ${again.attempts}, error = ${again.error}
       WHERE id = ${id} AND lease_id = ${leaseId} AND state = 'running'`);
  }

  async finish(id: string, state: 'finished' | 'failed', error: string | null): Promise<void> {
    const over = { state, error, slot: null, leaseId: null, leasedUntil: null, position: null, finishedAt: new Date() };
    await this.database.client.driftRun.update({ where: { id }, data: over, select: { id: true } });
  }

  /** Runs but for the newest ones of each kind. */
  async listOld(kept: number): Promise<string[]> {
    const old = await Promise.all(
      ['scan', 'repair'].map((kind) =>
        this.database.client.driftRun.findMany({
          where: { kind, state: { not: 'running' } },
          orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
          skip: kept,
          select: { id: true },
        }),
      ),
    );
    return old.flat().map(({ id }) => id);
  }

  async delete(ids: string[]): Promise<void> {
    await this.database.client.driftRun.deleteMany({ where: { id: { in: ids } } });
  }
}

function toRun(row: Row): DriftRun {
  const { slot: _slot, runAt: _runAt, leaseId: _leaseId, leasedUntil: _leasedUntil, ...run } = row;
  return {
    ...run,
    kind: row.kind as DriftRun['kind'],
    state: row.state as DriftRun['state'],
    phase: row.phase as DriftRun['phase'],
    direction: row.direction as DriftRun['direction'],
    itemKind: row.itemKind as DriftRun['itemKind'],
  };
}
