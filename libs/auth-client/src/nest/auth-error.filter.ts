import { randomUUID } from 'node:crypto';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError, toChallenge, toProblem } from '../auth-error.js';

/**
 * Answers an `AuthError` as `application/problem+json` (RFC 9457), with `WWW-Authenticate` on a 401. For Fastify and
 * Express.
 *
 * @example
 * providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }]
 */
@Catch(AuthError)
export class AuthErrorFilter implements ExceptionFilter<AuthError> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: AuthError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const { httpAdapter } = this.adapterHost;
    const http = host.switchToHttp();
    const response = http.getResponse<unknown>();
    const { id } = http.getRequest<{ id?: unknown }>();

    const challenge = toChallenge(error);
    if (challenge !== null) httpAdapter.setHeader(response, 'www-authenticate', challenge);
    httpAdapter.setHeader(response, 'content-type', 'application/problem+json');
    const problem = toProblem(error, typeof id === 'string' ? id : randomUUID());
    httpAdapter.reply(response, JSON.stringify(problem), error.status);
  }
}
