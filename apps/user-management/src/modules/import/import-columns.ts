import type { FieldError } from '@sa-platform/contracts';
import { AppError, invalidField } from '../../platform/errors/app-error.js';
import { isPrintable } from '../../platform/http/validation.js';

/** The columns of an import; the header may name them in any order (DESIGN section 7). */
export const COLUMNS = ['email', 'display_name', 'user_type', 'organisation_id', 'role_key', 'product_ids', 'phone'] as const;
export type Column = (typeof COLUMNS)[number];

/** What an export adds. An import passes over them, so that an export can be imported again. */
export const EXPORT_ONLY_COLUMNS = ['id', 'status', 'created_at'] as const;

const MOST_ERRORS = 10;
const LONGEST_NAME = 100;

/** How wide the file is, and where in it each of `COLUMNS` stands, in that order. */
export interface Header {
  width: number;
  places: number[];
}

/**
 * Reads what the first row says.
 *
 * @throws AppError 400 that names what is unknown, missing or there twice
 */
export function readHeader(header: string[]): Header {
  const names = header.map((name) => name.trim());
  const known: readonly string[] = [...COLUMNS, ...EXPORT_ONLY_COLUMNS];
  const unknown = names.filter((name) => !known.includes(name));
  const twice = known.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  const missing = COLUMNS.filter((name) => !names.includes(name));
  const errors: FieldError[] = [
    ...unknown.map((name) => ({ field: showable(name), message: 'is not a known column' })),
    ...twice.map((field) => ({ field, message: 'stands in the header more than once' })),
    ...missing.map((field) => ({ field, message: 'is missing in the header' })),
  ];
  const [first] = errors;
  if (first) throw new AppError('request.invalid', `${first.field}: ${first.message}`, errors.slice(0, MOST_ERRORS));
  return { width: names.length, places: COLUMNS.map((name) => names.indexOf(name)) };
}

/** @throws AppError 400 for a file without a header */
export function requireHeader(header: Header | null): void {
  if (header === null) throw invalidField('body', 'must start with a header row');
}

function showable(name: string): string {
  return name !== '' && isPrintable(name) ? name.slice(0, LONGEST_NAME) : 'header';
}
