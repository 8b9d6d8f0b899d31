import { PERMISSION_MAX_LENGTH, PERMISSION_PATTERN } from '@sa-platform/contracts';
import { z } from 'zod';
import { pagingFields } from '../../platform/http/paging.js';
import { id, text } from '../../platform/http/validation.js';

export const permissionName = z
  .string()
  .max(PERMISSION_MAX_LENGTH, `must be at most ${PERMISSION_MAX_LENGTH} characters`)
  .regex(PERMISSION_PATTERN, 'must be resource:action or area:resource:action in lower case, digits and _');

const definition = z.strictObject({
  permission: permissionName,
  service_id: id.describe('The service that owns the permission'),
  description: text(500),
});

const MOST_AT_ONCE = 500;

export const RegisterPermissionsDto = z
  .union([definition, z.array(definition).min(1).max(MOST_AT_ONCE)])
  .describe('One permission or an array of them');
export type RegisterPermissionsDto = z.output<typeof RegisterPermissionsDto>;

export const ListPermissionsQuery = z.strictObject({
  ...pagingFields,
  service_id: id.optional(),
  search: text(150).optional().describe('Substring of the permission or its description, in any case'),
  sort: z.enum(['permission', 'service_id']).default('permission').describe('`service_id`: by service, and each service’s by their string'),
});
export type ListPermissionsQuery = z.output<typeof ListPermissionsQuery>;

export const ListServicesQuery = z.strictObject({ ...pagingFields, search: text(64).optional().describe('Substring of the service, in any case') });
export type ListServicesQuery = z.output<typeof ListServicesQuery>;

export const PermissionView = z.object({
  permission: z.string(),
  service_id: z.string(),
  description: z.string(),
});
export type PermissionView = z.output<typeof PermissionView>;

export const OwningServiceView = z.object({
  service_id: z.string(),
  permission_count: z.number().int().describe('Permissions that it has registered'),
});
export type OwningServiceView = z.output<typeof OwningServiceView>;

export const RegisteredPermissions = z.object({ items: z.array(PermissionView), registered: z.number().int() });
