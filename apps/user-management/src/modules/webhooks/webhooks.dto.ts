import { EVENT_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { pagingFields } from '../../platform/http/paging.js';
import { isPrintable, prose } from '../../platform/http/validation.js';
import { DELIVERY_STATES, DISABLED_REASONS, REDELIVERY_STATES, WEBHOOK_STATES } from './webhook.js';

const LONGEST_URL = 2_000;

/** As it is understood, so that no reader takes it for another one later. */
const url = z
  .string()
  .max(LONGEST_URL, `must be at most ${LONGEST_URL} characters`)
  .refine((value) => isPrintable(value) && URL.canParse(value), { message: 'must be a URL' })
  .transform((value) => new URL(value).href)
  .refine((value) => value.length <= LONGEST_URL, { message: `must be at most ${LONGEST_URL} characters` })
  .describe('Where events are sent to: https, without credentials, at a public address');

const types = z
  .array(z.enum(EVENT_TYPES))
  .max(EVENT_TYPES.length)
  .transform((each) => [...new Set(each)].sort())
  .describe('Which events; none stands for all, also those of types that come later');

export const CreateWebhookDto = z.strictObject({
  url,
  types: types.prefault([]),
  description: prose(500).default(''),
});
export type CreateWebhookDto = z.output<typeof CreateWebhookDto>;

export const UpdateWebhookDto = z.strictObject({
  url: url.optional(),
  types: types.optional(),
  description: prose(500).optional(),
  enabled: z.boolean().optional().describe('`true` goes on where it stopped'),
  skip_missed: z.boolean().default(false).describe('`true`: goes on with the newest event, and what was not sent is never sent'),
});
export type UpdateWebhookDto = z.output<typeof UpdateWebhookDto>;

export const ListWebhooksQuery = z.strictObject({ ...pagingFields, state: z.enum(WEBHOOK_STATES).optional() });
export type ListWebhooksQuery = z.output<typeof ListWebhooksQuery>;

export const ListDeliveriesQuery = z.strictObject({
  limit: pagingFields.limit,
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'is not a next_cursor of this list')
    .optional()
    .describe('`next_cursor` of the page before'),
  state: z.enum(DELIVERY_STATES).optional(),
});
export type ListDeliveriesQuery = z.output<typeof ListDeliveriesQuery>;

const moment = z.string().nullable();
const status = z.number().int().nullable().describe('What the receiver answered');
const error = z.string().nullable().describe('Why it counts as failed: `status_500`, `timeout`, `refused`, `reset`, `unreachable`, `dns`, `tls`, `private_address` …');

export const WebhookView = z.object({
  id: z.string(),
  url: z.string(),
  types: z.array(z.enum(EVENT_TYPES)).describe('None stands for all'),
  description: z.string(),
  state: z.enum(WEBHOOK_STATES),
  disabled_reason: z
    .enum(DISABLED_REASONS)
    .nullable()
    .describe('`administrator`; `failing`: an event failed for three days; `gone`: the receiver answered 410'),
  disabled_at: moment,
  position: z.number().int().describe('`sequence` of the newest event that it is through with'),
  waiting: z.number().int().describe('How many events are newer, of whatever type'),
  failing_since: moment.describe('Since when the next event fails'),
  attempts: z.number().int().describe('How often the next event failed'),
  error,
  next_attempt_at: moment.describe('Of the event that fails'),
  secret_rotated_at: moment.describe('For 24 hours from then the secret before signs as well'),
  created_at: z.string(),
  updated_at: z.string(),
});
export type WebhookView = z.output<typeof WebhookView>;

export const WebhookWithSecretView = WebhookView.extend({
  secret: z.string().optional().describe('What the receiver verifies signatures with, `whsec_…`; in this one answer and nowhere else'),
});
export type WebhookWithSecretView = z.output<typeof WebhookWithSecretView>;

export const DeliveryView = z.object({
  event_id: z.string().nullable().describe('The header `webhook-id`; null where events were removed before they could be sent'),
  sequence: z.number().int(),
  type: z.string().nullable(),
  state: z
    .enum(DELIVERY_STATES)
    .describe('`failing`: is tried again; `failed`: was given up; `missed`: the events up to this number were removed before'),
  attempts: z.number().int(),
  status,
  error,
  duration_ms: z.number().int().nullable().describe('Of the last attempt'),
  missed_events: z.number().int().nullable(),
  first_attempt_at: z.string(),
  last_attempt_at: z.string(),
  redelivery: z
    .object({ state: z.enum(REDELIVERY_STATES), attempts: z.number().int(), status, error, last_attempt_at: moment })
    .nullable()
    .describe('Asked for by an administrator'),
});
export type DeliveryView = z.output<typeof DeliveryView>;

export const DeliveryPage = z.object({ items: z.array(DeliveryView), limit: z.number().int(), next_cursor: z.string().nullable() });
export type DeliveryPage = z.output<typeof DeliveryPage>;
