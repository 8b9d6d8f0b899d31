import type { UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { requireNotSelf } from '../users/user-rules.js';

/**
 * Who may act as whom (DESIGN section 4): a platform admin, as an active user who is none. The token names the user as the
 * identity provider does, so they must have an account there.
 *
 * @returns the subject of the user
 * @throws AppError `access.denied`, `user.self_change`, `impersonation.platform_admin`, `impersonation.user_not_active`,
 * `identity.not_provisioned`
 */
export function requireMayImpersonate(admin: UserContext, user: UserContext): string {
  if (!admin.is_platform_admin) throw new AppError('access.denied');
  requireNotSelf(admin, user.user_id);
  if (user.user_type === 'admin') throw new AppError('impersonation.platform_admin');
  if (user.status !== 'active') throw new AppError('impersonation.user_not_active');
  if (user.external_id === null) throw new AppError('identity.not_provisioned');
  return user.external_id;
}

/** Whether somebody may go on acting as this user: at each request, whatever was right when it began. */
export function mayBeImpersonated({ user_type: type, status }: UserContext): boolean {
  return status === 'active' && type !== 'admin';
}
