import type { UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { holdsAll } from '../access/authority.js';
import { covers, reachOf } from '../access/reach.js';

/** Memberships are given only in the organisations that one administers. @throws AppError `access.denied` */
export function requireAdministers(actor: UserContext, organisationId: string): void {
  if (!covers(reachOf(actor, 'admin:users:write'), organisationId)) throw new AppError('access.denied');
}

/** Nobody gives a role that holds more than they do there. @throws AppError `role.exceeds_actor` */
export function requireMayGive(actor: UserContext, role: { permissions: readonly string[] }, organisationId: string): void {
  if (!holdsAll(actor, role.permissions, organisationId)) throw new AppError('role.exceeds_actor');
}
