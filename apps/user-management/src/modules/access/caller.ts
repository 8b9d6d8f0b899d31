import type { Caller } from '@sa-platform/auth-client';
import type { EventActor, UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';

/** How a caller stands in events. */
export function actorOf(caller: Caller): EventActor {
  return caller.type === 'user'
    ? { type: 'user', id: caller.context.user_id }
    : { type: 'service', id: caller.principal.clientId };
}

/** The person behind the request. @throws AppError `access.denied` for a service */
export function userOf(caller: Caller): UserContext {
  if (caller.type !== 'user') throw new AppError('access.denied');
  return caller.context;
}

/** This service itself: seeders and jobs. */
export const SYSTEM_ACTOR: EventActor = { type: 'system', id: 'user-management' };
