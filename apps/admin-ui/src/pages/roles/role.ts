import { USER_TYPES, type UserType } from '@sa-platform/contracts';
import type { paths } from '../../api/generated/service.js';
import type { May } from '../../session/me.js';

export const ROLES = '/v1/user-management/admin/roles';
const WRITE = 'admin:roles:write';

export type Role = paths[typeof ROLES]['get']['responses'][200]['content']['application/json']['items'][number];

/** Nobody shapes what is not theirs, nor with permissions that they don't hold there. */
export function mayShape(may: May, { organisation_id: organisationId, permissions }: Pick<Role, 'organisation_id' | 'permissions'>): boolean {
  if (may.platformAdmin) return true;
  return organisationId !== null && may.in(WRITE, organisationId) && permissions.every((permission) => may.in(permission, organisationId));
}

/** The type whose people all have this role, without any membership; null of other roles. */
export function typeOf({ key, organisation_id: organisationId }: Role): UserType | null {
  return organisationId === null ? (USER_TYPES.find((type) => type === key) ?? null) : null;
}
