import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type { Caller, Principal } from '../access/access.js';
import type { Tenant } from '../access/authorizer.js';

/** What of a Fastify or Express request the guard reads and writes. */
export interface AuthenticatedRequest {
  headers: IncomingHttpHeaders;
  params?: Readonly<Record<string, string>>;
  /** Set by the guard on every route that isn't public. */
  caller?: Caller;
  /** Set by the guard: the organisation the request is about, and whether the caller may act as if in it. */
  tenant?: Tenant;
  /** Set by the passport strategy. */
  principal?: Principal;
}

/** The HTTP request behind an execution context. */
export function requestOf(context: ExecutionContext): AuthenticatedRequest {
  return context.switchToHttp().getRequest<AuthenticatedRequest>();
}
