import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Fault, RowOutcome, RowState, WaitingRow } from './import-state.js';

/** A row as it came: it waits, or it was no row of this file. */
export interface ReceivedRow {
  line: number;
  cells: string[] | null;
  /** Only a dry run asks for it. */
  emailKey: string | null;
  fault: Fault | null;
}

export interface ShownRow {
  line: number;
  state: RowState;
  field: string | null;
  reason: string | null;
  message: string | null;
}

const WITHOUT_VALUES = { cells: null, emailKey: null } as const;

@Injectable()
export class ImportRowsRepository {
  constructor(private readonly database: Database) {}

  async insertAll(importId: string, rows: ReceivedRow[]): Promise<void> {
    const data = rows.map(({ line, cells, emailKey, fault }) => ({
      importId,
      line,
      state: fault === null ? 'waiting' : 'failed',
      cells: cells && JSON.stringify(cells),
      emailKey,
      ...fault,
    }));
    await this.database.client.importRow.createMany({ data });
  }

  async listWaiting(importId: string, limit: number): Promise<WaitingRow[]> {
    const rows = await this.rows.findMany({ where: { importId, state: 'waiting' }, orderBy: { line: 'asc' }, take: limit });
    return rows.map(toWaiting);
  }

  /** Rows before `line` about the same people that would have changed something, in their order. */
  async listEffective(importId: string, emailKeys: string[], line: number, limit: number): Promise<WaitingRow[]> {
    const where = { importId, emailKey: { in: emailKeys }, line: { lt: line }, state: { in: ['created', 'updated'] } };
    const rows = await this.rows.findMany({ where, orderBy: { line: 'desc' }, take: limit });
    return rows.reverse().map(toWaiting);
  }

  /** @param keepsValues a dry run needs them until its end */
  async settle(importId: string, outcomes: RowOutcome[], keepsValues: boolean): Promise<void> {
    const groups = new Map<string, { outcome: RowOutcome; lines: number[] }>();
    for (const outcome of outcomes) {
      const key = JSON.stringify([outcome.state, outcome.fault]);
      const group = groups.get(key) ?? { outcome, lines: [] };
      group.lines.push(outcome.line);
      groups.set(key, group);
    }
    for (const { outcome, lines } of groups.values()) {
      const data = { state: outcome.state, ...outcome.fault, ...(keepsValues ? {} : WITHOUT_VALUES) };
      await this.rows.updateMany({ where: { importId, line: { in: lines } }, data });
    }
  }

  /** Takes out what stood in the file; line, state and reason stay. */
  async dropValues(importId: string): Promise<void> {
    await this.rows.updateMany({ where: { importId, cells: { not: null } }, data: WITHOUT_VALUES });
  }

  async list(importId: string, state: RowState | undefined, page: { limit: number; offset: number; after: number }): Promise<{ items: ShownRow[]; total: number }> {
    const where = { importId, ...(state === undefined ? {} : { state }) };
    const items = await this.rows.findMany({
      where: { ...where, line: { gt: page.after } },
      orderBy: { line: 'asc' },
      take: page.limit,
      skip: page.offset,
      select: { line: true, state: true, field: true, reason: true, message: true },
    });
    return { items: items.map((row) => ({ ...row, state: row.state as RowState })), total: await this.rows.count({ where }) };
  }

  async deleteAll(importId: string): Promise<void> {
    await this.rows.deleteMany({ where: { importId } });
  }

  private get rows() {
    return this.database.client.importRow;
  }
}

function toWaiting({ line, cells }: { line: number; cells: string | null }): WaitingRow {
  return { line, cells: JSON.parse(cells ?? '[]') as string[] };
}
