import type { AccessRule, Caller } from '@sa-platform/auth-client';
import { reachOf } from './reach.js';

const denied = (isAllowed: boolean) => (isAllowed ? null : 'access.denied');

/** Any active user; with `statuses` also those who are not. */
export function signedIn(...statuses: ('pending' | 'suspended' | 'deactivated')[]): AccessRule {
  return {
    name: `signed-in user${statuses.length > 0 ? `, also ${statuses.join(', ')}` : ''}`,
    admitsInactive: statuses.length > 0,
    decide: (caller) => {
      if (caller.type !== 'user') return 'access.denied';
      const { status } = caller.context;
      return status === 'active' || statuses.includes(status) ? null : 'user.not_active';
    },
  };
}

/** The active user whose id stands in the path. */
export function self(param = 'id'): AccessRule {
  return {
    name: 'the user',
    decide: (caller, { params }) =>
      denied(caller.type === 'user' && caller.context.status === 'active' && caller.context.user_id === params[param]),
  };
}

/** A sibling service whose token has the scope; without one, any service. */
export function service(scope?: string): AccessRule {
  return {
    name: scope ? `service with scope ${scope}` : 'any service',
    decide: (caller) => denied(caller.type === 'service' && (!scope || caller.principal.scopes.includes(scope))),
  };
}

/** Who holds the permission in at least one organisation; the handler's service limits what they see to those. */
export function administrator(permission: string): AccessRule {
  return {
    name: `permission ${permission}`,
    decide: (caller) => denied(isUser(caller) && reachOf(caller.context, permission).length > 0),
  };
}

/** Who holds any permission of the area `admin`, anywhere. */
export function anyAdministrator(): AccessRule {
  return {
    name: 'any admin permission',
    decide: (caller) => {
      if (!isUser(caller) || caller.context.status !== 'active') return 'access.denied';
      const held = [...caller.context.permissions, ...caller.context.memberships.flatMap(({ permissions }) => permissions)];
      return denied(held.some((permission) => permission.startsWith('admin:')));
    },
  };
}

export function platformAdmin(): AccessRule {
  return {
    name: 'platform admin',
    decide: (caller) => denied(isUser(caller) && caller.context.is_platform_admin),
  };
}

/** One of these is enough. */
export function anyOf(...rules: AccessRule[]): AccessRule {
  return {
    name: rules.map(({ name }) => name).join('; '),
    admitsInactive: rules.some(({ admitsInactive }) => admitsInactive === true),
    decide: (caller, request) => {
      const decisions = rules.map((rule) => rule.decide(caller, request));
      return decisions.includes(null) ? null : (decisions[0] ?? 'access.denied');
    },
  };
}

function isUser(caller: Caller): caller is Extract<Caller, { type: 'user' }> {
  return caller.type === 'user';
}
