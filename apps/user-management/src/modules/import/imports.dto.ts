import { z } from 'zod';
import { pageOf, pagingFields } from '../../platform/http/paging.js';
import { ListUsersQuery } from '../users/users.dto.js';
import { IMPORT_STATES, ROW_STATES } from './import-state.js';

const LAST_LINE = 2_147_483_647;

export const ImportQuery = z.strictObject({
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .describe('`true`: answers what would happen and changes nothing'),
  delivery: z.enum(['invite', 'none']).default('invite').describe('How new people learn of their account'),
});
export type ImportQuery = z.output<typeof ImportQuery>;

export const ListImportsQuery = z.strictObject(pagingFields);
export type ListImportsQuery = z.output<typeof ListImportsQuery>;

export const ListRowsQuery = z.strictObject({
  ...pagingFields,
  state: z.enum(ROW_STATES).optional(),
  after: z
    .string()
    .regex(/^\d{1,10}$/, 'must be a line number')
    .default('0')
    .transform((value) => Math.min(Number(value), LAST_LINE))
    .describe('Rows behind this line'),
});
export type ListRowsQuery = z.output<typeof ListRowsQuery>;

const { limit: _limit, offset: _offset, cursor: _cursor, with_total: _withTotal, ...filters } = ListUsersQuery.shape;
export const ExportQuery = z.strictObject(filters);
export type ExportQuery = z.output<typeof ExportQuery>;

export const ImportView = z.object({
  import_id: z.string(),
  state: z.enum(IMPORT_STATES),
  dry_run: z.boolean(),
  delivery: z.string(),
  rows: z.number().int(),
  processed: z.number().int(),
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  failed: z.number().int(),
  percent: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why all of it was given up'),
  created_by: z.string(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
});
export type ImportView = z.output<typeof ImportView>;

export const ImportPage = pageOf(ImportView);
export type ImportPage = z.output<typeof ImportPage>;

export const ImportRowView = z.object({
  line: z.number().int().describe('Where the row starts in the file; the header stands on line 1'),
  state: z.enum(ROW_STATES),
  field: z.string().nullable(),
  reason: z.string().nullable().describe('A stable code'),
  message: z.string().nullable(),
});
export const ImportRowPage = pageOf(ImportRowView);
export type ImportRowPage = z.output<typeof ImportRowPage>;
