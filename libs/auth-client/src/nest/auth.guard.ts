import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard as PassportGuard } from '@nestjs/passport';
import type { AccessRule, ContextSource, Principal } from '../access/access.js';
import { AuthError } from '../auth-error.js';
import { Authorizer, type Authorization } from '../access/authorizer.js';
import { readBearerToken } from '../access/bearer-token.js';
import { ORGANISATION_HEADER } from '../access/resolve-organisation.js';
import { TokenVerifier } from '../verification/token-verifier.js';
import { requestOf } from './authenticated-request.js';
import { keepAuthorization } from './authorizations.js';
import { readDeclaredAccess } from './declared-access.js';
import { markGuarded } from './message-handlers.js';
import { readIncomingMessage } from './message-metadata.js';
import { toAuthError } from './passport-error.js';

/** Injection token of the `ContextSource` that the guard asks. */
export const CONTEXT_SOURCE = Symbol('CONTEXT_SOURCE');

/** Injection token of the passport strategy that verifies tokens not seen before. */
export const JWT_STRATEGY = Symbol('JWT_STRATEGY');

/** A strategy by the name under which passport knows it. */
export interface RegisteredStrategy {
  readonly registeredName: string;
}

/**
 * The guard of every route and every message handler, closed by default: a public one is open; any other needs a token
 * (401), a rule that it declares (403 `access.undeclared`), a known user (403) who is active (403 `user.not_active`, unless
 * a rule admits others), and the consent of all its rules. WebSockets and GraphQL bring no token that it reads: what isn't
 * public there is refused.
 *
 * passport-jwt verifies tokens of requests, `TokenVerifier` those of messages, which passport doesn't know: the checks are
 * the same.
 */
@Injectable()
export class AuthGuard extends PassportGuard() {
  readonly #authorizer: Authorizer;

  constructor(
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(CONTEXT_SOURCE) contexts: ContextSource,
    @Inject(JWT_STRATEGY) strategy: RegisteredStrategy,
  ) {
    super({ defaultStrategy: strategy.registeredName, property: 'principal' });
    this.#authorizer = new Authorizer(verifier, contexts);
  }

  /** @throws AuthError why the caller may not call this */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    markGuarded(context);
    const { isPublic, rules } = readDeclaredAccess(context.getHandler(), context.getClass());
    if (!isPublic) keepAuthorization(context, await this.#authorize(context, rules));
    return true;
  }

  /** passport's answer: the principal, or the reason as an AuthError. */
  override handleRequest<User>(error: unknown, user: User, info: unknown): User {
    if (!user) throw toAuthError(error ?? info);
    return user;
  }

  async #authorize(context: ExecutionContext, rules: readonly AccessRule[]): Promise<Authorization> {
    if (context.getType() === 'http') return this.#authorizeRequest(context, rules);
    if (context.getType() !== 'rpc') throw new AuthError('access.undeclared');
    const message = context.switchToRpc();
    return this.#authorizer.authorize(readIncomingMessage(message.getData(), message.getContext()), rules);
  }

  async #authorizeRequest(context: ExecutionContext, rules: readonly AccessRule[]): Promise<Authorization> {
    const { headers, params } = requestOf(context);
    const { authorization, [ORGANISATION_HEADER]: organisationHeader } = headers;
    const token = readBearerToken(authorization);
    if (token === null) throw new AuthError('token.missing');
    const principal = this.verifier.steps.recall(token) ?? (await this.#authenticate(context));
    return this.#authorizer.authorizePrincipal(principal, token, { authorization, params, organisationHeader }, rules);
  }

  async #authenticate(context: ExecutionContext): Promise<Principal> {
    await super.canActivate(context);
    // `handleRequest` throws where there is none.
    return requestOf(context).principal as Principal;
  }
}
