import type { UserContext } from '@sa-platform/contracts';
import type { AccessRequest, AccessRule, Caller, ContextSource, Principal } from './access.js';
import type { OrganisationRule } from './access-rules.js';
import { AuthError } from '../auth-error.js';
import { readBearerToken } from './bearer-token.js';
import { isMemberOf } from './context-checks.js';
import { resolveOrganisation, type OrganisationSources } from './resolve-organisation.js';
import type { TokenVerifier } from '../verification/token-verifier.js';

/** What of a request decides who calls and which organisation it is about. Neither query nor body is part of it. */
export interface IncomingRequest {
  /** The value of `Authorization`, as it came. */
  authorization: string | undefined;
  /** Parameters of the route; `organisationId` and `organisation_id` name the organisation. */
  params?: Readonly<Record<string, string>>;
  /** The value of `X-Organisation-Id`, as it came. */
  organisationHeader?: string | readonly string[] | undefined;
}

/** The organisation a request is about. */
export interface Tenant {
  /** From the route, the header, or the caller's only membership; null when none names one. */
  organisationId: string | null;
  /** True when the caller may act as if in it; see `requireTenant`. */
  isProven: boolean;
}

/** The answer to a request that may be served. */
export interface Authorization {
  caller: Caller;
  tenant: Tenant;
}

const NO_PARAMS: AccessRequest['params'] = Object.freeze({});

/**
 * Decides about one request: who calls, for which organisation, and whether all rules let them. Every adapter (Nest,
 * Express, Fastify, messages) asks this one.
 *
 * @example
 * const authorizer = new Authorizer(verifier, contexts);
 * const { caller } = await authorizer.authorize({ authorization: request.headers.authorization }, [requireApproved()]);
 */
export class Authorizer {
  /**
   * @param verifier says whom a token speaks for
   * @param contexts says what a user may do
   */
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly contexts: ContextSource,
  ) {}

  /**
   * @param rules who may do this; none: nobody
   * @throws AuthError 401 `token.…` without a good token; 403 `access.undeclared` without a rule, `user.…` for an unknown or
   * inactive user, `access.…` when a rule refuses; 503 `context.unavailable` when it can't be known
   */
  async authorize(request: IncomingRequest, rules: readonly AccessRule[]): Promise<Authorization> {
    const token = readBearerToken(request.authorization);
    if (token === null) throw new AuthError('token.missing');
    return this.authorizePrincipal(await this.verifier.verify(token), token, request, rules);
  }

  /**
   * The same for a principal who was verified elsewhere, as the Nest guard has it done by passport.
   *
   * @param token the principal's access token, with which their context is asked for
   * @throws AuthError as `authorize`, but for the token
   */
  async authorizePrincipal(
    principal: Principal,
    token: string,
    request: IncomingRequest,
    rules: readonly AccessRule[],
  ): Promise<Authorization> {
    if (rules.length === 0) throw new AuthError('access.undeclared');
    const caller: Caller =
      principal.type === 'user'
        ? { type: 'user', principal, context: await this.contexts.contextOf(principal, token) }
        : { type: 'service', principal, context: null };
    const params = request.params ?? NO_PARAMS;
    const organisationId = organisationOf(caller, { params, header: request.organisationHeader });
    decide(rules, caller, { params, organisationId });
    return { caller, tenant: { organisationId, isProven: isProven(organisationId, caller, rules) } };
  }
}

/**
 * The id of the organisation that the request is about, which a handler may trust: a user gets one they don't belong to
 * only as a platform admin, or under a rule about permissions, roles or products, which was asked for that organisation.
 *
 * @param tenant of the request's `Authorization`; undefined when nobody was authorised
 * @throws AuthError `access.organisation_required` when nothing names one; `access.denied` when the caller doesn't belong
 * there; `token.missing` when nobody was authorised
 *
 * @example
 * app.get('/claims', auth.access(requirePermissions('claims:read')), (request, response) => {
 *   response.json(listClaims(requireTenant(request.auth?.tenant)));
 * });
 */
export function requireTenant(tenant: Tenant | undefined): string {
  if (!tenant) throw new AuthError('token.missing');
  if (tenant.organisationId === null) throw new AuthError('access.organisation_required');
  if (!tenant.isProven) throw new AuthError('access.denied', 'You do not belong to this organisation');
  return tenant.organisationId;
}

/**
 * The calling user's context.
 *
 * @param caller of the request's `Authorization`; undefined when nobody was authorised
 * @throws AuthError `access.denied` for a service; `token.missing` when nobody was authorised
 */
export function requireUser(caller: Caller | undefined): UserContext {
  if (!caller) throw new AuthError('token.missing');
  if (caller.type !== 'user') throw new AuthError('access.denied', 'Only a user may do this');
  return caller.context;
}

function organisationOf({ context }: Caller, sources: OrganisationSources): string | null {
  const organisationId: unknown = resolveOrganisation(context, sources);
  // Express 5 gives the parameter of a wildcard (`/*organisationId`) as an array, whatever its type says.
  if (organisationId !== null && typeof organisationId !== 'string') {
    throw new AuthError('access.denied', 'The route does not name one organisation');
  }
  return organisationId;
}

function decide(rules: readonly AccessRule[], caller: Caller, request: AccessRequest): void {
  const isInactive = caller.type === 'user' && caller.context.status !== 'active';
  if (isInactive && !rules.some((rule) => rule.admitsInactive)) throw new AuthError('user.not_active');
  for (const rule of rules) {
    const refusal = rule.decide(caller, request);
    if (refusal !== null) throw new AuthError(refusal);
  }
}

function isProven(organisationId: string | null, caller: Caller, rules: readonly AccessRule[]): boolean {
  if (organisationId === null) return false;
  if (caller.type === 'service') return true;
  const isPlatformAdmin = caller.context.is_platform_admin && caller.context.status === 'active';
  return isPlatformAdmin || rules.some(checksOrganisation) || isMemberOf(caller.context, organisationId);
}

function checksOrganisation(rule: AccessRule & Partial<OrganisationRule>): boolean {
  return rule.checksOrganisation === true;
}
