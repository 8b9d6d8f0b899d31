import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { AccessRequest, AccessRule } from '../access/access.js';
import type { AuthClient } from '../auth-client.js';
import { AuthError, ConfigurationError } from '../auth-error.js';
import type { Authorization } from '../access/authorizer.js';
import { toHttpRefusal } from '../access/http-refusal.js';
import { ORGANISATION_HEADER } from '../access/resolve-organisation.js';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the place where Express wants its Request extended
  namespace Express {
    interface Request {
      /** Set by `access()`. */
      auth?: Authorization;
    }
  }
}

/** The two handlers that guard an Express 5 application. */
export interface ExpressAuth {
  /**
   * Lets a request pass when all rules let its caller, and sets `request.auth`; hands an `AuthError` on otherwise. Below
   * another `access()` both count, and the organisation in the path of the upper one goes on being the request's.
   *
   * Express is open by default: what no `access()` stands before, anybody may call.
   *
   * @param rules at least one
   * @throws ConfigurationError when there is none
   */
  access(...rules: AccessRule[]): RequestHandler;
  /** Answers an `AuthError` as `application/problem+json`, and passes other errors on. Belongs behind all routes. */
  handleErrors: ErrorRequestHandler;
}

type Params = AccessRequest['params'];

/**
 * Guards an Express 5 application.
 *
 * @param client started by the caller (`await client.start()`), and closed when the server has closed
 *
 * @example
 * const auth = createExpressAuth(client);
 * app.get('/health', (request, response) => response.json({}));
 * app.use(auth.access(requireApproved())); // closes everything below
 * app.get('/claims', auth.access(requirePermissions('claims:read')), (request, response) => {
 *   response.json(listClaims(requireTenant(request.auth?.tenant)));
 * });
 * app.use(auth.handleErrors);
 */
export function createExpressAuth(client: Pick<AuthClient, 'authorize'>): ExpressAuth {
  const passed = new WeakMap<Request, { params: Params; authorization: Authorization }>();

  const authorize = async (request: Request, rules: readonly AccessRule[]): Promise<void> => {
    const above = passed.get(request);
    const params = paramsBelow(above?.params, request.params as Params);
    const { authorization: header, [ORGANISATION_HEADER]: organisationHeader } = request.headers;
    const answer = await client.authorize({ authorization: header, params, organisationHeader }, rules);
    const authorization = above ? keepProof(above.authorization, answer) : answer;
    passed.set(request, { params, authorization });
    request.auth = authorization;
  };

  return {
    access: (...rules) => {
      if (rules.length === 0) throw new ConfigurationError('access()', 'needs at least one rule');
      return async (request, _response, next) => {
        await authorize(request, rules);
        next();
      };
    },
    handleErrors: answerAuthError,
  };
}

const answerAuthError: ErrorRequestHandler = (error: unknown, request: Request & { id?: unknown }, response, next) => {
  if (!(error instanceof AuthError) || response.headersSent) {
    next(error);
    return;
  }
  const { status, headers, body } = toHttpRefusal(error, request.id);
  response.writeHead(status, headers).end(body);
};

/** Express shows a router only the parameters of its own routes: those of the path before it would be lost. */
function paramsBelow(above: Params | undefined, own: Params): Params {
  if (!above) return own;
  for (const name of ['organisationId', 'organisation_id']) {
    const isContradiction = above[name] !== undefined && own[name] !== undefined && above[name] !== own[name];
    if (isContradiction) throw new AuthError('access.denied', 'The request names two organisations');
  }
  return { ...above, ...own };
}

/** What the rules above were asked about an organisation, they were asked for good. */
function keepProof({ tenant: above }: Authorization, { caller, tenant }: Authorization): Authorization {
  const isProven = tenant.isProven || (above.isProven && above.organisationId === tenant.organisationId);
  return { caller, tenant: { ...tenant, isProven } };
}
