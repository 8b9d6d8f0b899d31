import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { clamped } from '../../platform/http/paging.js';

const count = z.number().int();

const shares = {
  by_status: z.record(z.enum(USER_STATUSES), count),
  by_type: z.record(z.enum(USER_TYPES), count),
};

export const StatsView = z.object({
  users: z.object({ total: count, ...shares }),
  pending: count,
  organisations: z
    .array(z.object({ organisation_id: z.string(), name: z.string(), users: count }))
    .describe('The hundred with most current members'),
  identity: z
    .object({ none: count, synced: count, pending: count, failed: count })
    .describe('How far the identity provider has followed, by the state of each user’s account'),
});
export type StatsView = z.output<typeof StatsView>;

const DEFAULT_MONTHS = 12;
const MOST_MONTHS = 60;

export const GrowthQuery = z.strictObject({
  months: clamped(DEFAULT_MONTHS, 1, MOST_MONTHS).describe('So many calendar months (UTC) up to this one: 1 to 60, others are clamped'),
});
export type GrowthQuery = z.output<typeof GrowthQuery>;

export const GrowthView = z
  .object({ months: z.array(z.object({ month: z.string().describe('`2026-11`'), total: count, ...shares })) })
  .describe('Who had been added by the end of each month, by the status and type that each of them has now');
export type GrowthView = z.output<typeof GrowthView>;
