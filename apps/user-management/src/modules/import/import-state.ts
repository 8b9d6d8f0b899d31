import type { Delivery } from '@sa-platform/contracts';

export const IMPORT_STATES = ['receiving', 'queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** What became of a row; `waiting` until its turn comes. */
export const ROW_STATES = ['waiting', 'created', 'updated', 'unchanged', 'failed'] as const;
export type RowState = (typeof ROW_STATES)[number];
export type RowResult = Exclude<RowState, 'waiting'>;

export interface Import {
  id: string;
  state: ImportState;
  isDryRun: boolean;
  delivery: Delivery;
  createdBy: string;
  requestHash: string | null;
  error: string | null;
  rowCount: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A row as it waits for its turn. */
export interface WaitingRow {
  line: number;
  /** In the order of `COLUMNS`. */
  cells: string[];
}

export interface Fault {
  field: string;
  reason: string;
  message: string;
}

export interface RowOutcome {
  line: number;
  state: RowResult;
  fault: Fault | null;
}
