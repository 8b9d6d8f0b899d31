import { z } from 'zod';
import { pagingFields } from '../../platform/http/paging.js';
import { id, prose, text } from '../../platform/http/validation.js';
import { permissionName } from '../permissions/permissions.dto.js';

const MOST_PERMISSIONS = 500;

export const roleKey = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must start with a letter, then letters, digits, _ or -, 64 at most');

const permissionSet = z
  .array(permissionName)
  .max(MOST_PERMISSIONS)
  .transform((permissions) => [...new Set(permissions)].sort());

const description = prose(500);

export const CreateRoleDto = z.strictObject({
  key: roleKey,
  name: text(200),
  description: description.default(''),
  organisation_id: id.nullish().describe('Not set: a platform role that any organisation can use'),
  permissions: permissionSet.default([]),
});
export type CreateRoleDto = z.output<typeof CreateRoleDto>;

export const UpdateRoleDto = z
  .strictObject({ name: text(200).optional(), description: description.optional(), permissions: permissionSet.optional() })
  .refine((changes) => Object.keys(changes).length > 0, { message: 'must change something' });
export type UpdateRoleDto = z.output<typeof UpdateRoleDto>;

export const ListRolesQuery = z.strictObject({
  ...pagingFields,
  organisation_id: id.optional().describe('Roles that this organisation can use: its own and the platform roles'),
  search: text(200).optional().describe('Substring of key or name'),
});
export type ListRolesQuery = z.output<typeof ListRolesQuery>;

export const RoleView = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  organisation_id: z.string().nullable().describe('Null: a platform role that any organisation can use'),
  organisation_name: z.string().nullable(),
  is_system: z.boolean(),
  permissions: z.array(z.string()),
  member_count: z
    .number()
    .int()
    .describe('Users who hold it in a membership that is not over, in the organisations that you may see; in a list of one organisation’s roles, there'),
  created_at: z.string(),
  updated_at: z.string(),
});
export type RoleView = z.output<typeof RoleView>;
