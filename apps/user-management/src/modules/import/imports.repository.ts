import { Injectable } from '@nestjs/common';
import type { Delivery } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma, type Import as Row } from '../../platform/database/generated/postgresql/client.js';
import type { Paging } from '../../platform/http/paging.js';
import type { Import, ImportState, RowResult } from './import-state.js';

export interface ReceivedFile {
  rowCount: number;
  failed: number;
  requestKey: string | null;
  requestHash: string;
}

type NewImport = Pick<Import, 'id' | 'isDryRun' | 'delivery' | 'createdBy'>;

/** Times are the database's: replicas may disagree about theirs. */
@Injectable()
export class ImportsRepository {
  constructor(private readonly database: Database) {}

  /** Starts to receive; whoever holds the lease is the upload. */
  async insert({ id, isDryRun, delivery, createdBy }: NewImport, leaseId: string, leaseMs: number): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO imports (id, state, is_dry_run, delivery, created_by, lease_id, leased_until, created_at)
      VALUES (${id}, 'receiving', ${isDryRun}, ${delivery}, ${createdBy}, ${leaseId}, ${this.database.later(leaseMs)}, ${this.database.now})`);
  }

  async find(id: string): Promise<Import | null> {
    const row = await this.database.client.import.findUnique({ where: { id } });
    return row && toImport(row);
  }

  async findByRequestKey(requestKey: string): Promise<Import | null> {
    const row = await this.database.client.import.findUnique({ where: { requestKey } });
    return row && toImport(row);
  }

  /** Newest first. @param createdBy null: everybody's */
  async list(createdBy: string | null, { limit, offset }: Paging): Promise<{ items: Import[]; total: number }> {
    const where = createdBy === null ? {} : { createdBy };
    const rows = await this.database.client.import.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit, skip: offset });
    return { items: rows.map(toImport), total: await this.database.client.import.count({ where }) };
  }

  /** The import, locked until the transaction ends. */
  async lock(id: string): Promise<Import | null> {
    await this.database.client.$queryRaw(Prisma.sql`SELECT id FROM imports WHERE id = ${id} FOR UPDATE`);
    return this.find(id);
  }

  /** The import, locked, if it is in this state and the lease is still this one's. */
  async lockLeased(id: string, state: ImportState, leaseId: string): Promise<Import | null> {
    const locked = await this.database.client.$queryRaw<unknown[]>(
      Prisma.sql`SELECT id FROM imports WHERE id = ${id} AND state = ${state} AND lease_id = ${leaseId} FOR UPDATE`,
    );
    return locked.length === 0 ? null : this.find(id);
  }

  /** Puts the end of the lease off. @returns false when somebody else has it */
  async renewLease(id: string, leaseId: string, leaseMs: number): Promise<boolean> {
    const renewed = await this.database.client.$executeRaw(
      Prisma.sql`UPDATE imports SET leased_until = ${this.database.later(leaseMs)} WHERE id = ${id} AND lease_id = ${leaseId}`,
    );
    return renewed > 0;
  }

  /**
   * Everything is here: from now on it runs, whatever happens to this replica.
   *
   * @returns false when the upload was given up meanwhile
   * @throws the database's error when the request's key is another import's
   */
  async enqueue(id: string, leaseId: string, received: ReceivedFile): Promise<boolean> {
    const data = { ...received, state: 'queued', leaseId: null, leasedUntil: null };
    const { count } = await this.database.client.import.updateMany({ where: { id, leaseId, state: 'receiving' }, data });
    return count > 0;
  }

  /** The oldest import that waits, or whose replica is gone. */
  async findRunnable(): Promise<string | null> {
    const [row] = await this.database.client.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM imports WHERE state IN ('queued', 'running') AND (leased_until IS NULL OR leased_until < ${this.database.now})
       ORDER BY created_at, id LIMIT 1`);
    return row?.id ?? null;
  }

  /** @returns false when another replica was faster */
  async lease(id: string, leaseId: string, leaseMs: number): Promise<boolean> {
    const { now } = this.database;
    const taken = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE imports SET state = 'running', lease_id = ${leaseId}, leased_until = ${this.database.later(leaseMs)},
             started_at = COALESCE(started_at, ${now})
       WHERE id = ${id} AND state IN ('queued', 'running') AND (leased_until IS NULL OR leased_until < ${now})`);
    return taken > 0;
  }

  /** Lets another replica go on at once, or this one later. */
  async release(id: string, leaseId: string, delayMs: number): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE imports SET lease_id = NULL, leased_until = ${this.database.later(delayMs)} WHERE id = ${id} AND lease_id = ${leaseId}`);
  }

  async count(id: string, counts: Record<RowResult, number>): Promise<void> {
    const { created, updated, unchanged, failed } = counts;
    const data = {
      created: { increment: created },
      updated: { increment: updated },
      unchanged: { increment: unchanged },
      failed: { increment: failed },
    };
    await this.database.client.import.update({ where: { id }, data, select: { id: true } });
  }

  async finish(id: string, state: 'done' | 'failed' | 'cancelled', error: string | null): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE imports SET state = ${state}, error = ${error}, lease_id = NULL, leased_until = NULL, finished_at = ${this.database.now}
       WHERE id = ${id}`);
  }

  /** Uploads that were cut off: nobody receives them any more. */
  async listAbandoned(limit: number): Promise<string[]> {
    const rows = await this.database.client.$queryRaw<{ id: string }[]>(
      Prisma.sql`SELECT id FROM imports WHERE state = 'receiving' AND leased_until < ${this.database.now} LIMIT ${limit}`,
    );
    return rows.map(({ id }) => id);
  }

  async delete(id: string): Promise<void> {
    await this.database.client.import.deleteMany({ where: { id } });
  }
}

function toImport(row: Row): Import {
  const { leaseId: _leaseId, leasedUntil: _leasedUntil, requestKey: _requestKey, ...rest } = row;
  return { ...rest, state: row.state as ImportState, delivery: row.delivery as Delivery };
}
