import type { ExecutionContext } from '@nestjs/common';
import type { Caller, Principal } from '../access.js';

/** What of a Fastify or Express request the guard reads and writes. */
export interface AuthenticatedRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  params?: Readonly<Record<string, string>>;
  /** Set by the guard on every route that isn't public. */
  caller?: Caller;
  /** Set by the guard: the organisation the request is about, and whether the caller may act as if in it. */
  tenant?: { organisationId: string | null; isProven: boolean };
  /** Set by the passport strategy. */
  principal?: Principal;
}

/** The HTTP request behind an execution context. */
export function requestOf(context: ExecutionContext): AuthenticatedRequest {
  return context.switchToHttp().getRequest<AuthenticatedRequest>();
}

const BEARER = /^Bearer +([^ ].*)$/i;

/**
 * The token of `Authorization: Bearer …` (RFC 6750 2.1; the scheme's case doesn't matter), null when there is none. Tokens
 * in the query or the body are not looked at.
 */
export function readBearerToken(request: Pick<AuthenticatedRequest, 'headers'>): string | null {
  const header = request.headers['authorization'];
  return (typeof header === 'string' && BEARER.exec(header)?.[1]) || null;
}
