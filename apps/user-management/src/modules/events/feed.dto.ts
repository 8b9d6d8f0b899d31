import { EVENT_TYPES, eventSchema, LONGEST_FEED_WAIT_SECONDS, MOST_FEED_EVENTS, type EventEnvelope, type EventType } from '@sa-platform/contracts';
import { z } from 'zod';
import { clamped } from '../../platform/http/paging.js';

const DEFAULT_LIMIT = 100;

/** `types=a,b` as well as `types=a&types=b`. */
const types = z.union([z.string(), z.array(z.string())]).transform((value, context): EventType[] => {
  const asked = [value].flat().flatMap((each) => each.split(','));
  const known = EVENT_TYPES.filter((type) => asked.includes(type));
  if (asked.every((each) => EVENT_TYPES.some((type) => type === each))) return known;
  context.addIssue({ code: 'custom', message: `must be of ${EVENT_TYPES.join(', ')}` });
  return z.NEVER;
});

export const FeedQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a sequence')
    .transform(Number)
    .optional()
    .describe('Only later events than this sequence. Left out: everything that is kept'),
  limit: clamped(DEFAULT_LIMIT, 1, MOST_FEED_EVENTS).describe(`Most events: 1 to ${MOST_FEED_EVENTS}, others are clamped`),
  types: types.optional().describe('Only these types, separated by commas or as several parameters'),
  wait: clamped(0, 0, LONGEST_FEED_WAIT_SECONDS).describe(
    `Seconds to wait for an event where there is none: 0 to ${LONGEST_FEED_WAIT_SECONDS}, others are clamped`,
  ),
});
export type FeedQuery = z.output<typeof FeedQuery>;

const envelope = z.custom<EventEnvelope>().meta({ anyOf: EVENT_TYPES.map((type) => ({ ...eventSchema(type), title: type })) });

export const FeedPage = z.object({
  items: z.array(envelope).describe('In the order of their sequences'),
  next_after: z.number().int().describe('`after` of the next question: also past what the filter left out'),
  latest_sequence: z.number().int().describe('The newest there is, 0 when there is none. Less than `after`: the database was restored'),
});
export type FeedPage = z.output<typeof FeedPage>;
