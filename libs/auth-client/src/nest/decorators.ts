import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { UserContext, UserType } from '@sa-platform/contracts';
import type { AccessRule, Caller } from '../access/access.js';
import {
  requireAnyPermission,
  requireAnyRole,
  requireApproved,
  requireInPerson,
  requirePermissions,
  requireProduct,
  requireRole,
  requireScope,
  requireUserType,
} from '../access/access-rules.js';
import { AuthError } from '../auth-error.js';
import { requireTenant, requireUser } from '../access/authorizer.js';
import { findAuthorization } from './authorizations.js';
import { addRules, markPublic } from './declared-access.js';

type RouteDecorator = MethodDecorator & ClassDecorator;

/** Anybody may call this, without a token. Can't stand beside an access rule. */
export const Public = (): RouteDecorator => markPublic();

/**
 * Who may call this: all rules must let the caller pass, those of the controller too. The decorators below are short forms.
 *
 * @example
 * @Access(ownContextOrScope('context:read'))
 */
export const Access = (...rules: AccessRule[]): RouteDecorator => addRules(...rules);

/**
 * The user holds all of the permissions, platform-wide or in the request's organisation.
 *
 * @example
 * @Get('claims') @RequirePermissions('claims:read')
 * list(@TenantId() organisationId: string) { … }
 */
export const RequirePermissions = (...permissions: string[]): RouteDecorator =>
  addRules(requirePermissions(...permissions));

/** The user holds at least one of the permissions, platform-wide or in the request's organisation. */
export const RequireAnyPermission = (...permissions: string[]): RouteDecorator =>
  addRules(requireAnyPermission(...permissions));

/** The user has the role (its key) in the request's organisation. */
export const RequireRole = (key: string): RouteDecorator => addRules(requireRole(key));

/** The user has one of the roles in the request's organisation. */
export const RequireAnyRole = (...keys: string[]): RouteDecorator => addRules(requireAnyRole(...keys));

/** The user is of one of the types. */
export const RequireUserType = (...types: UserType[]): RouteDecorator => addRules(requireUserType(...types));

/** The user was granted the product (key or id) in the request's organisation. */
export const RequireProduct = (product: string): RouteDecorator => addRules(requireProduct(product));

/** Any active user. */
export const RequireApproved = (): RouteDecorator => addRules(requireApproved());

/** Any active user in person: nobody who impersonates them. */
export const RequireInPerson = (): RouteDecorator => addRules(requireInPerson());

/** A service whose token has the scope; users are refused. */
export const RequireScope = (scope: string): RouteDecorator => addRules(requireScope(scope));

/** The caller (`Caller`), user or service. On a public route there is none: 401 `token.missing`. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = findAuthorization(context);
  if (!caller) throw new AuthError('token.missing');
  return caller;
});

/** The calling user's `UserContext`; a service is refused with 403 `access.denied`. */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): UserContext => requireUser(findAuthorization(context).caller),
);

/**
 * The id of the organisation that the request or message is about, which a handler may trust: from the route, the
 * `X-Organisation-Id` header, or the caller's only membership. Refused as by `requireTenant`.
 */
export const TenantId = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string => requireTenant(findAuthorization(context).tenant),
);
