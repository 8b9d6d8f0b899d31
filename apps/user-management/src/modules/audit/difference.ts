import { isDeepStrictEqual } from 'node:util';
import type { AuditState } from '@sa-platform/contracts';

/** What was and what is, of the fields that differ; null where nothing was, is, or differs. */
export interface Difference {
  before: AuditState | null;
  after: AuditState | null;
}

/**
 * @param before null of something that has come into being, @param after of something that is gone
 */
export function differenceOf(before: AuditState | null, after: AuditState | null): Difference {
  if (before === null || after === null) return { before, after };
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
  return changed.length === 0 ? { before: null, after: null } : { before: pick(before, changed), after: pick(after, changed) };
}

function pick(state: AuditState, fields: string[]): AuditState {
  return Object.fromEntries(fields.map((field) => [field, state[field] ?? null]));
}
