import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';

const count = z.number().int();

export const StatsView = z.object({
  users: z.object({
    total: count,
    by_status: z.record(z.enum(USER_STATUSES), count),
    by_type: z.record(z.enum(USER_TYPES), count),
  }),
  pending: count,
  organisations: z
    .array(z.object({ organisation_id: z.string(), name: z.string(), users: count }))
    .describe('The hundred with most current members'),
  identity: z
    .object({ none: count, synced: count, pending: count, failed: count })
    .describe('How far the identity provider has followed, by the state of each user’s account'),
});
export type StatsView = z.output<typeof StatsView>;
