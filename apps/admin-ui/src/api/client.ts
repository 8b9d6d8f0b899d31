import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { UserManager } from 'oidc-client-ts';
import type { paths } from './generated/service.js';
import { isProblem, ProblemError } from './problem.js';

/** Every request carries the newest token; every refusal is thrown as the problem that it is. */
function asSession(session: UserManager): Middleware {
  return {
    async onRequest({ request }) {
      const user = await session.getUser();
      if (user) request.headers.set('authorization', `Bearer ${user.access_token}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.ok || response.status === 304) return undefined;
      const body: unknown = await response.clone().json().catch(() => null);
      if (isProblem(body)) throw new ProblemError(body);
      throw new Error(`the service answered ${response.status}`);
    },
  };
}

export const http = createFetchClient<paths>({ baseUrl: '/' });
export const api = createQueryClient(http);

/** Before the first request. */
export function authorizeWith(session: UserManager): void {
  http.use(asSession(session));
}
