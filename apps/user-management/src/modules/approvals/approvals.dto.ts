import { USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { MOST_PER_PAGE, pagingFields } from '../../platform/http/paging.js';
import { id, text } from '../../platform/http/validation.js';
import { roleKey } from '../roles/roles.dto.js';

const role = z.enum(USER_TYPES).describe('The user type that the person gets');

const membership = {
  organisation_id: id.optional().describe('With membership_role_key: they become a member there'),
  membership_role_key: roleKey.optional(),
};
const bothOrNeither = {
  check: (dto: { organisation_id?: string | undefined; membership_role_key?: string | undefined }) =>
    (dto.organisation_id === undefined) === (dto.membership_role_key === undefined),
  problem: { message: 'is required with organisation_id, and only then', path: ['membership_role_key'] },
};

export const ListPendingQuery = z.strictObject({
  ...pagingFields,
  search: text(200).optional().describe('One substring of e-mail and display name, in any case'),
  cursor: z.string().max(1000).optional().describe('`next_cursor` of the page before; then offset is ignored'),
});
export type ListPendingQuery = z.output<typeof ListPendingQuery>;

export const ApproveDto = z
  .strictObject({ user_id: id, role, ...membership })
  .refine(bothOrNeither.check, bothOrNeither.problem);
export type ApproveDto = z.output<typeof ApproveDto>;

export const BulkApproveDto = z
  .strictObject({
    user_ids: z
      .array(id)
      .min(1)
      .max(MOST_PER_PAGE)
      .transform((ids) => [...new Set(ids)])
      .optional(),
    all: z.literal(true).optional().describe(`The ${MOST_PER_PAGE} who have waited longest`),
    role,
    ...membership,
  })
  .refine((dto) => (dto.user_ids === undefined) !== (dto.all === undefined), {
    message: 'user_ids or all is required, not both',
    path: ['user_ids'],
  })
  .refine(bothOrNeither.check, bothOrNeither.problem);
export type BulkApproveDto = z.output<typeof BulkApproveDto>;

export const BulkApprovalView = z.object({
  items: z.array(z.object({ user_id: z.string(), approved: z.boolean(), error: z.string().nullable().describe('An error code') })),
  approved: z.number().int(),
  failed: z.number().int(),
  pending: z.number().int().describe('How many within reach still wait'),
});
export type BulkApprovalView = z.output<typeof BulkApprovalView>;

export const ChangeTypeDto = z.strictObject({ role });
export type ChangeTypeDto = z.output<typeof ChangeTypeDto>;
