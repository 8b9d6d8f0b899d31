import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { UserManager } from 'oidc-client-ts';
import { fieldMessage } from '../i18n/i18n.js';
import { actingAs, endActingBy } from '../session/acting.js';
import type { paths } from './generated/service.js';
import { isProblem, ProblemError, type Problem } from './problem.js';

/** Every request carries the newest token; every refusal is thrown as the problem that it is. */
function asSession(session: UserManager, inPerson: boolean): Middleware {
  return {
    async onRequest({ request }) {
      const token = (inPerson ? undefined : actingAs()?.token) ?? (await session.getUser())?.access_token;
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
      return request;
    },
    async onResponse({ request, response }) {
      if (response.ok || response.status === 304) return undefined;
      const body: unknown = await response.clone().json().catch(() => null);
      if (response.status === 401) endActingBy(tokenOf(request));
      if (isProblem(body)) throw new ProblemError(inReadersWords(body));
      throw new Error(`the service answered ${response.status}`);
    },
  };
}

function inReadersWords(problem: Problem): Problem {
  const errors = problem.errors?.map(({ field, message }) => ({ field, message: fieldMessage(message) }));
  return { ...problem, ...(errors && { errors }) };
}

function tokenOf(request: Request): string {
  return request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
}

/** Speaks for whoever the pages act as. */
export const http = createFetchClient<paths>({ baseUrl: '/' });
export const api = createQueryClient(http);
/** Speaks for the administrator themselves, also while they act as somebody else. */
export const inPerson = createFetchClient<paths>({ baseUrl: '/' });

/** Before the first request. */
export function authorizeWith(session: UserManager): void {
  http.use(asSession(session, false));
  inPerson.use(asSession(session, true));
}
