import type { AccessRule, Caller } from '@sa-platform/auth-client';
import { AppError } from '../../platform/errors/app-error.js';

/**
 * Decides by the rule of a route about what a message asks: the guard shows no rule what stands in a message's payload.
 *
 * @param params what stands in the path of that route
 * @throws AppError as the guard would refuse the request
 */
export function requireAccess(rule: AccessRule, caller: Caller, params: Record<string, string>): void {
  const isInactive = caller.type === 'user' && caller.context.status !== 'active';
  if (isInactive && rule.admitsInactive !== true) throw new AppError('user.not_active');
  const refusal = rule.decide(caller, { params, organisationId: null });
  if (refusal !== null) throw new AppError(refusal);
}
