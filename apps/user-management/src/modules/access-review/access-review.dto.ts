import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { pageOf, pagingFields } from '../../platform/http/paging.js';
import { id } from '../../platform/http/validation.js';

/** What a permission can come from, in the order in which the sources of one permission stand. */
export const SOURCE_KINDS = ['platform_admin', 'type_role', 'membership'] as const;

const role = z.object({ id: z.string(), key: z.string(), name: z.string() });

export const AccessSource = z.object({
  kind: z.enum(SOURCE_KINDS),
  is_effective: z.boolean().describe('Counts now: the user is active, and the membership has not expired'),
  organisation_id: z.string().nullable().describe('Null: holds platform-wide'),
  organisation_name: z.string().nullable(),
  membership_id: z.string().nullable(),
  role: role.nullable().describe('Null: a platform admin needs none'),
  expires_at: z.string().nullable(),
});
export type AccessSource = z.output<typeof AccessSource>;

export const AccessView = z
  .object({
    user_id: z.string(),
    status: z.enum(USER_STATUSES),
    is_effective: z.boolean().describe('False: the user is not active and holds nothing of what is listed'),
    is_platform_admin: z.boolean(),
    permissions: z.array(z.object({ permission: z.string(), sources: z.array(AccessSource) })),
    products: z.array(
      z.object({
        product_id: z.string(),
        key: z.string(),
        membership_id: z.string(),
        organisation_id: z.string(),
        is_effective: z.boolean(),
      }),
    ),
  })
  .describe('Why a user may do what they may do: each permission with all that it comes from');
export type AccessView = z.output<typeof AccessView>;

export const ListHoldersQuery = z.strictObject({
  ...pagingFields,
  organisation_id: id.optional().describe('Who holds it in this organisation: by a membership there, or platform-wide'),
});
export type ListHoldersQuery = z.output<typeof ListHoldersQuery>;

export const HolderView = z.object({
  user_id: z.string(),
  display_name: z.string(),
  email: z.string(),
  user_type: z.enum(USER_TYPES),
  scope: z.enum(['platform', 'organisation']).describe('Where it holds'),
  organisation_id: z.string().nullable(),
  organisation_name: z.string().nullable(),
  source: z.enum(SOURCE_KINDS),
  membership_id: z.string().nullable(),
  role: role.nullable(),
  expires_at: z.string().nullable(),
});
export type HolderView = z.output<typeof HolderView>;

export const HoldersPage = pageOf(HolderView)
  .extend({ permission: z.string() })
  .describe('Platform-wide holders first, then by organisation; a user stands there once for each source');
export type HoldersPage = z.output<typeof HoldersPage>;
