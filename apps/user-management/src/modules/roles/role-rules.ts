import { TENANT_ADMIN, TENANT_ADMIN_CORE, USER_TYPES, type UserContext } from '@sa-platform/contracts';
import { AppError, invalidField } from '../../platform/errors/app-error.js';
import { holdsAll, permissionsIn } from '../access/authority.js';
import { covers, type Reach } from '../access/reach.js';
import type { UpdateRoleDto } from './roles.dto.js';
import type { Role } from './roles.repository.js';

/** Platform roles are everybody's to see; custom roles only their organisation's. */
export function canSee(reach: Reach, role: Pick<Role, 'organisationId'>): boolean {
  return role.organisationId === null || covers(reach, role.organisationId);
}

/**
 * Who may create or edit a role: platform admins any, an organisation's administrators its own, and only with
 * permissions that they hold there themselves.
 *
 * @throws AppError `access.denied` or `role.exceeds_actor`
 */
export function requireMayShape(
  actor: UserContext,
  reach: Reach,
  role: { organisationId: string | null; permissions: readonly string[] },
): void {
  const isTheirs = role.organisationId === null ? actor.is_platform_admin : covers(reach, role.organisationId);
  if (!isTheirs) throw new AppError('access.denied');
  if (!holdsAll(actor, role.permissions, role.organisationId)) throw new AppError('role.exceeds_actor');
}

/**
 * Nobody demotes themselves: nor by taking from a role of theirs what they hold through nothing else.
 *
 * @throws AppError `user.self_change`
 */
export function requireKeepsOwn(actor: UserContext, roleId: string, permissions: readonly string[]): void {
  const memberships = actor.memberships.map((held) => (held.role.id === roleId ? { ...held, permissions: [...permissions] } : held));
  const keeps = ({ organisation_id: id }: { organisation_id: string }) => holdsAll({ ...actor, memberships }, permissionsIn(actor, id), id);
  if (!memberships.every(keeps)) throw new AppError('user.self_change');
}

/** Keys of user types belong to the type roles. @throws AppError that names `key` */
export function requireFreeKey(key: string): void {
  if ((USER_TYPES as readonly string[]).includes(key)) throw invalidField('key', 'belongs to a user type');
}

/**
 * System roles keep their name, and TENANT_ADMIN keeps what an organisation needs to be administered at all.
 *
 * @throws AppError `role.system` or `role.required_permissions`
 */
export function requireMayChange(role: Role, changes: UpdateRoleDto): void {
  if (role.isSystem && changes.name !== undefined && changes.name !== role.name) throw new AppError('role.system');
  if (role.key !== TENANT_ADMIN || role.organisationId !== null || !changes.permissions) return;
  const kept = new Set(changes.permissions);
  const missing = TENANT_ADMIN_CORE.filter((permission) => !kept.has(permission));
  if (missing.length === 0) return;
  throw new AppError('role.required_permissions', `${TENANT_ADMIN} keeps ${missing.join(', ')}`);
}
