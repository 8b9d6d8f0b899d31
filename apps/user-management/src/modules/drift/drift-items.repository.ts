import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import type { DriftItem as Row, Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { Paging } from '../../platform/http/paging.js';
import type { DriftKind, DriftState, OurSide, Sides, Suspect, TheirSide } from './drift.js';

/** A confirmed discrepancy. */
export interface DriftItem extends Suspect, Sides {
  id: string;
  scanId: string;
  state: DriftState | 'suspected';
  error: string | null;
  detectedAt: Date;
}

export interface ItemFilter {
  scanId: string;
  kind?: DriftKind | undefined;
  state?: DriftState | undefined;
}

@Injectable()
export class DriftItemsRepository {
  constructor(private readonly database: Database) {}

  /** What is suspected already stays as it is: a page may be read again. */
  async insertSuspects(scanId: string, suspects: Suspect[]): Promise<void> {
    if (suspects.length === 0) return;
    const detectedAt = new Date();
    const toRow = (suspect: Suspect) => ({ ...suspect, id: uuidv7(), scanId, subject: subjectOf(suspect), state: 'suspected', detectedAt });
    await this.database.client.driftItem.createMany({ data: suspects.map(toRow), skipDuplicates: true });
  }

  async listSuspected(scanId: string, limit: number): Promise<DriftItem[]> {
    const rows = await this.database.client.driftItem.findMany({ where: { scanId, state: 'suspected' }, orderBy: { id: 'asc' }, take: limit });
    return rows.map(toItem);
  }

  async confirm(id: string, { ours, theirs }: Sides): Promise<void> {
    const data = { state: 'open', ours: toText(ours), theirs: toText(theirs), detectedAt: new Date() };
    await this.database.client.driftItem.update({ where: { id }, data, select: { id: true } });
  }

  async delete(id: string): Promise<void> {
    await this.database.client.driftItem.deleteMany({ where: { id } });
  }

  async find(id: string): Promise<DriftItem | null> {
    const row = await this.database.client.driftItem.findUnique({ where: { id } });
    return row && row.state !== 'suspected' ? toItem(row) : null;
  }

  async settle(id: string, state: DriftState, error: string | null = null): Promise<void> {
    const repairedAt = state === 'repaired' ? new Date() : null;
    await this.database.client.driftItem.updateMany({ where: { id }, data: { state, error, repairedAt } });
  }

  async count(filter: ItemFilter): Promise<number> {
    return this.database.client.driftItem.count({ where: whereOf(filter) });
  }

  async list(filter: ItemFilter, { limit, offset }: Paging): Promise<DriftItem[]> {
    const rows = await this.database.client.driftItem.findMany({ where: whereOf(filter), orderBy: { id: 'asc' }, take: limit, skip: offset });
    return rows.map(toItem);
  }

  /** The next discrepancies after this one that nobody has repaired. */
  async listOpen(filter: ItemFilter, after: string | null, limit: number): Promise<DriftItem[]> {
    const where = { ...whereOf({ ...filter, state: 'open' }), id: { gt: after ?? '' } };
    return (await this.database.client.driftItem.findMany({ where, orderBy: { id: 'asc' }, take: limit })).map(toItem);
  }

  async deleteOf(scanIds: string[]): Promise<void> {
    await this.database.client.driftItem.deleteMany({ where: { scanId: { in: scanIds } } });
  }
}

function whereOf({ scanId, kind, state }: ItemFilter): Prisma.DriftItemWhereInput {
  return { scanId, ...(kind === undefined ? {} : { kind }), state: state ?? { not: 'suspected' } };
}

function subjectOf({ kind, userId, externalId }: Suspect): string {
  return (kind === 'missing_here' ? externalId : userId) ?? '';
}

const toText = (side: OurSide | TheirSide | null) => (side === null ? null : JSON.stringify(side));

function toItem(row: Row): DriftItem {
  return {
    id: row.id,
    scanId: row.scanId,
    kind: row.kind as DriftKind,
    userId: row.userId,
    externalId: row.externalId,
    ours: row.ours === null ? null : (JSON.parse(row.ours) as OurSide),
    theirs: row.theirs === null ? null : (JSON.parse(row.theirs) as TheirSide),
    state: row.state as DriftItem['state'],
    error: row.error,
    detectedAt: row.detectedAt,
  };
}
