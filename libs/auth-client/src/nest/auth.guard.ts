import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard as PassportGuard } from '@nestjs/passport';
import type { AccessRequest, AccessRule, Caller, ContextSource, Principal } from '../access.js';
import type { OrganisationRule } from '../access-rules.js';
import { AuthError } from '../auth-error.js';
import { isMemberOf } from '../context-checks.js';
import { ORGANISATION_HEADER, resolveOrganisation } from '../resolve-organisation.js';
import { TokenVerifier } from '../token-verifier.js';
import { toAuthError } from '../verification-steps.js';
import { readBearerToken, requestOf, type AuthenticatedRequest } from './authenticated-request.js';
import { readDeclaredAccess } from './declared-access.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Injection token of the `ContextSource` that the guard asks. */
export const CONTEXT_SOURCE = Symbol('CONTEXT_SOURCE');

/**
 * The guard of every route, closed by default: a public route is open; any other needs a token (401), a rule that it
 * declares (403 `access.undeclared`), a known user (403) who is active (403 `user.not_active`, unless a rule admits
 * others), and the consent of all its rules. Sets `request.caller`.
 */
@Injectable()
export class AuthGuard extends PassportGuard() {
  constructor(
    private readonly verifier: TokenVerifier,
    @Inject(CONTEXT_SOURCE) private readonly contexts: ContextSource,
    strategy: JwtStrategy,
  ) {
    super({ defaultStrategy: strategy.registeredName, property: 'principal', session: false });
  }

  /** @throws AuthError why the caller may not call this route */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { isPublic, rules } = readDeclaredAccess(context.getHandler(), context.getClass());
    if (isPublic) return true;
    // A message has no bearer token: what a broker may call must be declared public.
    if (context.getType() !== 'http') throw new AuthError('access.undeclared');

    const request = requestOf(context);
    const token = readBearerToken(request);
    if (token === null) throw new AuthError('token.missing');
    const principal = this.verifier.steps.recall(token) ?? (await this.#authenticate(context));
    if (rules.length === 0) throw new AuthError('access.undeclared');

    const caller = await this.#identify(principal, token);
    const accessRequest = describeRequest(request, caller);
    decide(rules, caller, accessRequest);
    request.caller = caller;
    request.tenant = {
      organisationId: accessRequest.organisationId,
      isProven: isProvenTenant(rules, caller, accessRequest.organisationId),
    };
    return true;
  }

  /** passport's answer: the principal, or the reason as an AuthError. */
  override handleRequest<User>(error: unknown, user: User, info: unknown): User {
    if (error || !user) throw toAuthError(error ?? info);
    return user;
  }

  async #authenticate(context: ExecutionContext): Promise<Principal> {
    await super.canActivate(context);
    const { principal } = requestOf(context);
    if (!principal) throw new AuthError('token.invalid');
    return principal;
  }

  async #identify(principal: Principal, token: string): Promise<Caller> {
    if (principal.type === 'service') return { type: 'service', principal, context: null };
    return { type: 'user', principal, context: await this.contexts.contextOf(principal, token) };
  }
}

function describeRequest(request: AuthenticatedRequest, caller: Caller): AccessRequest {
  const params = request.params ?? {};
  const header = request.headers[ORGANISATION_HEADER];
  return { params, organisationId: resolveOrganisation(caller.context, { params, header }) };
}

function decide(rules: readonly AccessRule[], caller: Caller, request: AccessRequest): void {
  const isInactive = caller.type === 'user' && caller.context.status !== 'active';
  if (isInactive && !rules.some((rule) => rule.admitsInactive)) throw new AuthError('user.not_active');
  for (const rule of rules) {
    const refusal = rule.decide(caller, request);
    if (refusal !== null) throw new AuthError(refusal);
  }
}

function isProvenTenant(rules: readonly AccessRule[], caller: Caller, organisationId: string | null): boolean {
  if (organisationId === null) return false;
  if (caller.type === 'service') return true;
  const isPlatformAdmin = caller.context.is_platform_admin && caller.context.status === 'active';
  return (
    isPlatformAdmin ||
    rules.some((rule) => (rule as Partial<OrganisationRule>).checksOrganisation === true) ||
    isMemberOf(caller.context, organisationId)
  );
}
