import { z } from 'zod';
import { id } from '../../platform/http/validation.js';
import { roleKey } from '../roles/roles.dto.js';

const MOST_PRODUCTS = 100;

const expiresAt = z.iso
  .datetime({ offset: true, message: 'must be an ISO 8601 time with zone' })
  .transform((value) => new Date(value))
  .nullable();

const future = expiresAt.refine((value) => value === null || value.getTime() > Date.now(), {
  message: 'must be in the future',
});

/** A role by its id or by its key, not both. */
const exactlyOneRole = {
  check: (dto: { role_id?: string | undefined; role_key?: string | undefined }) =>
    (dto.role_id === undefined) !== (dto.role_key === undefined),
  problem: { message: 'role_id or role_key is required, not both', path: ['role_id'] },
};

/** A membership of somebody who is there, or within the creation of a user. */
export const AddMembershipDto = z
  .strictObject({
    organisation_id: id,
    role_id: id.optional(),
    role_key: roleKey.optional().describe("The organisation's own role of this key, else the platform role"),
    product_ids: z
      .array(id)
      .max(MOST_PRODUCTS)
      .transform((ids) => [...new Set(ids)])
      .default([]),
    expires_at: future.optional(),
  })
  .refine(exactlyOneRole.check, exactlyOneRole.problem);
export type AddMembershipDto = z.output<typeof AddMembershipDto>;

export const UpdateMembershipDto = z
  .strictObject({ role_id: id.optional(), role_key: roleKey.optional(), expires_at: future.optional() })
  .refine((dto) => Object.keys(dto).length > 0, { message: 'must change something' })
  .refine((dto) => dto.role_id === undefined || dto.role_key === undefined, exactlyOneRole.problem);
export type UpdateMembershipDto = z.output<typeof UpdateMembershipDto>;

export const GrantProductDto = z.strictObject({ product_id: id });
export type GrantProductDto = z.output<typeof GrantProductDto>;

export const MembershipView = z.object({
  membership_id: z.string(),
  user_id: z.string(),
  organisation_id: z.string(),
  organisation_name: z.string(),
  role: z.object({ id: z.string(), key: z.string(), name: z.string() }),
  products: z.array(z.object({ product_id: z.string(), key: z.string() })),
  expires_at: z.string().nullable(),
  created_at: z.string(),
});
export type MembershipView = z.output<typeof MembershipView>;
