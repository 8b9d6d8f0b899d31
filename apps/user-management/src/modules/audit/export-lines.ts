import type { AuditEntryView } from '@sa-platform/contracts';
import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../../platform/csv/formula-guard.js';

const COLUMNS = [
  'id',
  'organisation_id',
  'sequence',
  'occurred_at',
  'action',
  'actor_type',
  'actor_id',
  'impersonator_id',
  'target_type',
  'target_id',
  'request_id',
  'before',
  'after',
  'personal_before',
  'personal_after',
  'previous_hash',
  'hash',
] as const;

export const CSV_HEADER = toCsv([...COLUMNS]);

/** One line of JSON Lines. */
export function toJsonLine(entry: AuditEntryView): string {
  return `${JSON.stringify(entry)}\n`;
}

/** One line of RFC 4180; states are JSON in their cell, and nothing is taken for a formula. */
export function toCsvLine(entry: AuditEntryView): string {
  const cells: Record<(typeof COLUMNS)[number], unknown> = {
    ...entry,
    actor_type: entry.actor.type,
    actor_id: entry.actor.id,
    target_type: entry.target.type,
    target_id: entry.target.id,
    personal_before: entry.personal?.before ?? null,
    personal_after: entry.personal?.after ?? null,
  };
  return toCsv(COLUMNS.map((column) => guardFormula(textOf(cells[column]))));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toCsv(cells: string[]): string {
  return stringify([cells], { record_delimiter: 'windows' });
}
