import type { UserProfile } from '@sa-platform/contracts';
import { z } from 'zod';
import { invalidField } from '../../platform/errors/app-error.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { canonicalEmail } from './canonical-email.js';
import type { USER_SORTS } from './users.dto.js';

export interface UserSort {
  by: 'created_at' | 'email' | 'display_name';
  descending: boolean;
}

/** The last row of a page: where the next one goes on. */
export interface UserCursor {
  value: string;
  id: string;
}

const cursorSchema = z.strictObject({
  sort: z.string(),
  // PostgreSQL refuses NUL, and nobody can store a broken surrogate.
  value: z.string().max(400).refine((value) => value.isWellFormed() && !value.includes('\0')),
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
});

export function parseSort(sort: (typeof USER_SORTS)[number]): UserSort {
  const descending = sort.startsWith('-');
  return { by: sort.replace('-', '') as UserSort['by'], descending };
}

/**
 * @param cursor as `next_cursor` gave it; anybody may forge one, so it is only ever a value to compare with
 * @throws AppError 400 that names `cursor` when it is none or belongs to another sort
 */
export function parseCursor(cursor: string, sort: (typeof USER_SORTS)[number]): UserCursor {
  const parsed = cursorSchema.safeParse(decodeCursor(cursor));
  if (!parsed.success || parsed.data.sort !== sort || !isValueOf(sort, parsed.data.value)) {
    throw invalidField('cursor', 'is not a next_cursor of this list');
  }
  return { value: parsed.data.value, id: parsed.data.id };
}

export function nextCursor(last: UserProfile, sort: (typeof USER_SORTS)[number]): string {
  const { by } = parseSort(sort);
  const value = by === 'email' ? canonicalEmail(last.email) : last[by];
  return encodeCursor({ sort, value, id: last.id });
}

/** A time must be one as we write it: the databases end at the year 9999, dates of JavaScript do not. */
function isValueOf(sort: string, value: string): boolean {
  return !sort.includes('created_at') || (/^[1-9]\d{3}-/.test(value) && z.iso.datetime().safeParse(value).success);
}
