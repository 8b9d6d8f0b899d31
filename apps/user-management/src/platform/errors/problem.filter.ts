import { randomUUID } from 'node:crypto';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError, type Observable } from 'rxjs';
import { currentRequest } from '../http/current-request.js';
import { problemOf } from './problem.js';

/** The one place where an error becomes an answer (RFC 9457); to a message the problem is the error its sender gets. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() === 'rpc') return this.refuseMessage(error);
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
    return undefined;
  }

  private refuseMessage(error: unknown): Observable<never> {
    const problem = problemOf(error, currentRequest()?.id ?? randomUUID());
    if (problem.status >= 500) this.logger.error(error);
    return throwError(() => problem);
  }
}

/** Also for errors that Fastify meets before Nest: bodies that can't be read, unknown routes. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
  if (problem.status === 401) void reply.header('www-authenticate', challengeOf(problem.code));
  if (problem.status === 503) void reply.header('retry-after', '1');
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** RFC 6750 section 3: no error attribute when the request carried no token. */
function challengeOf(code: string): string {
  return code === 'token.missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}
