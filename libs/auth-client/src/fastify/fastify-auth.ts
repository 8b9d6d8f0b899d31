import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessRule } from '../access/access.js';
import type { AuthClient } from '../auth-client.js';
import { AuthError, ConfigurationError } from '../auth-error.js';
import type { Authorization, IncomingRequest } from '../access/authorizer.js';
import { toHttpRefusal } from '../access/http-refusal.js';
import { ORGANISATION_HEADER } from '../access/resolve-organisation.js';

/** Who may call a route: whom all of at least one rule let pass, or anybody. */
export type RouteAccess = readonly AccessRule[] | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route; nobody when left out. */
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** Set on every route that isn't public. */
    auth: Authorization | null;
  }
}

/** Options of `fastifyAuth`. */
export interface FastifyAuthOptions {
  /** Started when the application is ready, closed with it. */
  client: Pick<AuthClient, 'authorize' | 'start' | 'close'>;
}

const guardRoutes: FastifyPluginCallback<FastifyAuthOptions> = (app, { client }, done) => {
  app.decorateRequest('auth', null);
  app.addHook('onRoute', ({ method, url, config }) => {
    checkDeclaration(`${String(method)} ${url}`, config?.access);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === 'public') return;
    try {
      request.auth = await client.authorize(describeRequest(request), isRuleList(access) ? access : []);
    } catch (error) {
      handleAuthErrors(error, request, reply);
      return reply;
    }
  });
  app.addHook('onReady', () => client.start());
  app.addHook('onClose', () => client.close());
  done();
};

/**
 * Guards a Fastify 5 application: every route of the instance that it is registered on, and of the plugins in it, whether
 * registered before or after. A route says in `config.access` who may call it; one that says nothing is closed
 * (403 `access.undeclared`). Where no route is, the answer stays 404.
 *
 * @throws ConfigurationError when a route is added whose declaration is malformed
 *
 * @example
 * await app.register(fastifyAuth, { client });
 * app.setErrorHandler(handleAuthErrors);
 * app.get('/health', { config: { access: 'public' } }, () => ({}));
 * app.get('/claims', { config: { access: [requirePermissions('claims:read')] } }, (request) =>
 *   listClaims(requireTenant(request.auth?.tenant)),
 * );
 */
export const fastifyAuth: FastifyPluginCallback<FastifyAuthOptions> = Object.assign(guardRoutes, {
  // Without this a plugin's hooks hold for its own routes only.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@sa-platform/auth-client',
});

/**
 * Answers an `AuthError` as `application/problem+json`. `fastifyAuth` answers its own refusals so; this is for those that
 * a handler throws, as `requireTenant` does.
 *
 * @throws any other error again, for Fastify's own handler or that of the instance above
 *
 * @example
 * app.setErrorHandler(handleAuthErrors);
 */
export function handleAuthErrors(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (!(error instanceof AuthError)) throw error;
  const { status, headers, body } = toHttpRefusal(error, request.id);
  void reply.code(status).headers(headers).send(body);
}

function describeRequest({ headers, params }: FastifyRequest): IncomingRequest {
  const { authorization, [ORGANISATION_HEADER]: organisationHeader } = headers;
  return { authorization, params: params as NonNullable<IncomingRequest['params']>, organisationHeader };
}

function checkDeclaration(route: string, access: unknown): void {
  if (access === undefined || access === 'public' || (isRuleList(access) && access.length > 0)) return;
  throw new ConfigurationError('config.access', `of ${route} must be 'public' or a list of at least one rule`);
}

function isRuleList(access: unknown): access is readonly AccessRule[] {
  return Array.isArray(access) && access.every(isRule);
}

function isRule(rule: unknown): boolean {
  const { name, decide } = (rule ?? {}) as Partial<AccessRule>;
  return typeof name === 'string' && typeof decide === 'function';
}
