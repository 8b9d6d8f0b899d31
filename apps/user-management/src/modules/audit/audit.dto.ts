import { AUDIT_ACTIONS, AUDIT_TARGETS } from '@sa-platform/contracts';
import { z } from 'zod';
import { pagingFields } from '../../platform/http/paging.js';
import { id, text } from '../../platform/http/validation.js';

const scopeFields = {
  organisation_id: id.optional().describe('Only the entries of this organisation'),
  scope: z.enum(['platform']).optional().describe('`platform`: only what belongs to no organisation'),
};

/** The databases count no year 0. */
const moment = z.iso.datetime({ offset: true }).regex(/^[1-9]/, 'must be a moment after the year 1000').transform((value) => new Date(value));

const filterFields = {
  ...scopeFields,
  action: z.enum(AUDIT_ACTIONS).optional(),
  actor_id: text(255).optional(),
  target_type: z.enum(AUDIT_TARGETS).optional(),
  target_id: text(255).optional(),
  from: moment.optional().describe('Not before this moment'),
  until: moment.optional().describe('Before this moment'),
};

type Scope = { organisation_id?: string | undefined; scope?: 'platform' | undefined };
const isOneScope = ({ organisation_id: organisation, scope }: Scope) => organisation === undefined || scope === undefined;
const ONE_SCOPE = { message: 'excludes organisation_id', path: ['scope'] };

export const ListAuditQuery = z
  .strictObject({
    ...filterFields,
    limit: pagingFields.limit,
    cursor: id.optional().describe('`next_cursor` of the page before'),
  })
  .refine(isOneScope, ONE_SCOPE);
export type ListAuditQuery = z.output<typeof ListAuditQuery>;

export const ExportAuditQuery = z
  .strictObject({ ...filterFields, format: z.enum(['jsonl', 'csv']).default('jsonl') })
  .refine(isOneScope, ONE_SCOPE);
export type ExportAuditQuery = z.output<typeof ExportAuditQuery>;

export const VerifyAuditQuery = z
  .strictObject({ ...scopeFields, cursor: text(1000).optional().describe('`next_cursor` of the answer before') })
  .refine(isOneScope, ONE_SCOPE);
export type VerifyAuditQuery = z.output<typeof VerifyAuditQuery>;

const state = z.record(z.string(), z.unknown()).nullable();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const AuditEntryView = z.object({
  id: z.string(),
  organisation_id: z.string().nullable().describe('Null: the platform’s own chain'),
  sequence: z.number().int().describe('Its place in the chain: 1, 2, 3 …'),
  occurred_at: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  actor: z.object({ type: z.enum(['user', 'service', 'system']), id: z.string() }),
  impersonator_id: z.string().nullable().describe('The platform admin who acted as the actor'),
  target: z.object({ type: z.enum(AUDIT_TARGETS), id: z.string().nullable() }),
  request_id: z.string().nullable(),
  before: state.describe('What was, of the fields that changed'),
  after: state.describe('What is, of the fields that changed'),
  personal: z.object({ before: state, after: state }).nullable().describe('What of it is about a person; null once they were erased'),
  personal_digest: hash.nullable(),
  previous_hash: hash,
  hash,
});
export type AuditEntryView = z.output<typeof AuditEntryView>;

export const AuditPage = z.object({ items: z.array(AuditEntryView), limit: z.number().int(), next_cursor: z.string().nullable() });
export type AuditPage = z.output<typeof AuditPage>;

const brokenLink = z.object({
  sequence: z.number().int(),
  entry_id: z.string().nullable().describe('Null where the entry itself is missing'),
  reason: z
    .enum(['changed', 'personal_changed', 'unlinked', 'missing', 'head_differs', 'removal_untold'])
    .describe('changed: it does not say what was hashed; unlinked: it does not follow the one before; missing: it is gone'),
});

export const VerificationView = z.object({
  valid: z.boolean().describe('False when one link of one chain does not hold'),
  entries: z.number().int().describe('How many were verified by this answer'),
  chains: z.array(
    z.object({
      organisation_id: z.string().nullable(),
      entries: z.number().int(),
      removed_through: z.number().int().describe('Entries up to here were removed when their time was over'),
      head: z.object({ sequence: z.number().int(), hash }).describe('Written down elsewhere it proves later that no entry was rewritten'),
      broken: brokenLink.nullable().describe('The first link that does not hold'),
    }),
  ),
  next_cursor: z.string().nullable().describe('There is more to verify than one answer does'),
});
export type VerificationView = z.output<typeof VerificationView>;
