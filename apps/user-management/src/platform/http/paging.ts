import { z } from 'zod';

export const DEFAULT_LIMIT = 25;
export const MOST_PER_PAGE = 100;

/** Reads a whole number from a query; a value outside the bounds is clamped, not refused (DESIGN 3.2). */
export const clamped = (fallback: number, least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .optional()
    .transform((value) => Math.min(Math.max(value === undefined ? fallback : Number(value), least), most));

/** `limit` (default 25, clamped 1..100) and `offset` (default 0, clamped >= 0) of every list. */
export const pagingFields = {
  limit: clamped(DEFAULT_LIMIT, 1, MOST_PER_PAGE).describe('Items per page: 1 to 100, others are clamped'),
  offset: clamped(0, 0, Number.MAX_SAFE_INTEGER).describe('Items to skip; below 0 counts as 0'),
};

export interface Paging {
  limit: number;
  offset: number;
}

/** The envelope of a list of these (DESIGN 3.2). */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), total: z.number().int(), limit: z.number().int(), offset: z.number().int() });
