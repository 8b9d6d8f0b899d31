import { impersonationOf, type Caller } from '@sa-platform/auth-client';
import type { EventActor, UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';

/** How a caller stands in events. */
export function actorOf(caller: Caller): EventActor {
  if (caller.type === 'service') return { type: 'service', id: caller.principal.clientId };
  const impersonator = impersonatorOf(caller);
  return { type: 'user', id: caller.context.user_id, ...(impersonator === null ? {} : { impersonator_id: impersonator }) };
}

/**
 * Our id of the platform admin who acts as the calling user; null when nobody does. The session that the token names was
 * found in the database to be theirs before the caller was let in.
 */
export function impersonatorOf(caller: Caller): string | null {
  return impersonationOf(caller)?.actor.userId ?? null;
}

/** The person behind the request. @throws AppError `access.denied` for a service */
export function userOf(caller: Caller): UserContext {
  if (caller.type !== 'user') throw new AppError('access.denied');
  return caller.context;
}

/** This service itself: seeders and jobs. */
export const SYSTEM_ACTOR: EventActor = { type: 'system', id: 'user-management' };
