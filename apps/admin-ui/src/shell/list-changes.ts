/** What an entry of the audit trail says of a change, as the service answers it. */
export interface AuditedChange {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** What of it is about a person; null once they were erased, or where nothing is. */
  personal: { before: Record<string, unknown> | null; after: Record<string, unknown> | null } | null;
  /** Set where there was something personal. */
  personal_digest: string | null;
}

/** One field before and after; of a list, what was taken from it and what was put into it. */
export interface Change {
  /** Names of what it stands in before its own, with points between. */
  field: string;
  before: Sighting;
  after: Sighting;
}

/** One value, or several of a list. */
export type Sighting = { value: unknown } | { taken: unknown[] } | { added: unknown[] };

/** Fields in the order of the entry, what is about the person first; what is nothing on both sides is left out. */
export function listChanges({ before, after, personal }: AuditedChange): Change[] {
  return [...between('', personal?.before ?? {}, personal?.after ?? {}), ...between('', before ?? {}, after ?? {})];
}

function between(within: string, before: Record<string, unknown>, after: Record<string, unknown>): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => compare(within + name, before[name], after[name]));
}

function compare(field: string, was: unknown, is: unknown): Change[] {
  if (isNothing(was) && isNothing(is)) return [];
  if (isGroup(was) || isGroup(is)) return between(`${field}.`, isGroup(was) ? was : {}, isGroup(is) ? is : {});
  if (Array.isArray(was) || Array.isArray(is)) return [{ field, ...compareLists(listOf(was), listOf(is)) }];
  return [{ field, before: { value: was }, after: { value: is } }];
}

function compareLists(was: unknown[], is: unknown[]): Pick<Change, 'before' | 'after'> {
  return { before: { taken: without(was, is) }, after: { added: without(is, was) } };
}

function without(some: unknown[], others: unknown[]): unknown[] {
  const known = new Set(others.map((item) => JSON.stringify(item)));
  return some.filter((item) => !known.has(JSON.stringify(item)));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
