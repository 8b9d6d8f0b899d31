import type { UserContext, UserType } from '@sa-platform/contracts';
import { impersonationOf, type AccessDecision, type AccessRequest, type AccessRule } from './access.js';
import { ConfigurationError } from '../auth-error.js';
import { hasAllPermissions, hasAnyPermission, hasProduct, hasRole } from './context-checks.js';

/** A rule that lets a user pass only for what they hold in the request's organisation, or platform-wide. */
export interface OrganisationRule extends AccessRule {
  readonly checksOrganisation: true;
}

/**
 * The user holds all of the permissions in the request's organisation. Services are refused.
 *
 * @param permissions at least one
 */
export function requirePermissions(...permissions: string[]): OrganisationRule {
  return organisationRule('permission', ' and ', permissions, hasAllPermissions);
}

/** The user holds at least one of the permissions in the request's organisation. Services are refused. */
export function requireAnyPermission(...permissions: string[]): OrganisationRule {
  return organisationRule('permission', ' or ', permissions, hasAnyPermission);
}

/** The user has the role (for example `BILLER`) in the request's organisation. Services are refused. */
export function requireRole(key: string): OrganisationRule {
  return requireAnyRole(key);
}

/** The user has one of the roles in the request's organisation. Services are refused. */
export function requireAnyRole(...keys: string[]): OrganisationRule {
  return organisationRule('role', ' or ', keys, (context, names, organisationId) =>
    names.some((key) => hasRole(context, key, organisationId)),
  );
}

/** The user was granted the product, named by key or id, in the request's organisation. Services are refused. */
export function requireProduct(product: string): OrganisationRule {
  return organisationRule('product', ' or ', [product], (context, names, organisationId) =>
    names.some((name) => hasProduct(context, name, organisationId)),
  );
}

/** The user is active and of one of the types, wherever they belong to. Services are refused. */
export function requireUserType(...types: UserType[]): AccessRule {
  return userRule(nameRule('user type', ' or ', types), (context) =>
    types.includes(context.user_type) ? null : 'access.denied',
  );
}

/** Any active user: neither `pending` nor suspended nor deactivated. Services are refused. */
export function requireApproved(): AccessRule {
  return userRule('approved user', () => null);
}

/**
 * Any active user in person: refused with `impersonation.forbidden` while a platform admin acts as them. For what nobody
 * else should do in their name, such as signing a prescription. Services are refused.
 */
export function requireInPerson(): AccessRule {
  const approved = requireApproved();
  return {
    name: 'user in person',
    decide: (caller, request) =>
      approved.decide(caller, request) ?? (impersonationOf(caller) === null ? null : 'impersonation.forbidden'),
  };
}

/**
 * A service whose token has the scope. Users are refused, also when their own token happens to carry it: what a person
 * may do is in their context, a scope there only says what their application asked for.
 *
 * @param scope for example `context:read`
 */
export function requireScope(scope: string): AccessRule {
  return {
    name: nameRule('scope', '', [scope]),
    decide: (caller) =>
      caller.type === 'service' && caller.principal.scopes.includes(scope) ? null : 'access.denied',
  };
}

function userRule(
  name: string,
  decide: (context: UserContext, request: AccessRequest) => AccessDecision,
): AccessRule {
  return {
    name,
    decide: (caller, request) => {
      if (caller.type !== 'user') return 'access.denied';
      return caller.context.status === 'active' ? decide(caller.context, request) : 'user.not_active';
    },
  };
}

type Holds = (context: UserContext, names: readonly string[], organisationId: string | null) => boolean;

function organisationRule(noun: string, joint: string, names: readonly string[], holds: Holds): OrganisationRule {
  const rule = userRule(nameRule(noun, joint, names), (context, { organisationId }) => {
    if (holds(context, names, organisationId)) return null;
    // Somebody of several organisations who named none should learn what to do; others learn nothing.
    return organisationId === null && context.memberships.length > 0 ? 'access.organisation_required' : 'access.denied';
  });
  return { ...rule, checksOrganisation: true };
}

/** A rule about nothing would either refuse or admit everybody, which its author didn't mean. */
function nameRule(noun: string, joint: string, names: readonly string[]): string {
  if (names.length === 0 || names.includes('')) throw new ConfigurationError(noun, 'must be named in the access rule');
  return `${noun} ${names.join(joint)}`;
}
