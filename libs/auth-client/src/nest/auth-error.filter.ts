import { randomUUID } from 'node:crypto';
import { Catch, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { of, throwError, type Observable } from 'rxjs';
import { AuthError, toProblem } from '../auth-error.js';
import { toHttpRefusal } from '../access/http-refusal.js';
import { findEventPatterns } from './message-handlers.js';
import { isGrpcCall, isKafkaMessage } from './message-metadata.js';

/** Status codes of gRPC: UNAUTHENTICATED, PERMISSION_DENIED, UNAVAILABLE. */
const GRPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 503: 14 };
const GRPC_UNKNOWN = 2;

/** A client of socket.io or of a native WebSocket. */
interface SocketClient {
  readyState?: unknown;
  emit(event: string, value: object): void;
  send(text: string): void;
}

/**
 * Answers an `AuthError`:
 *
 * * over HTTP, on Fastify and Express, as `application/problem+json` (RFC 9457), with `WWW-Authenticate` on a 401;
 * * to a message with the problem itself as the error; over gRPC with the status that belongs to it and `code: detail`;
 * * to an event with nothing: its refusal is logged, and Kafka doesn't deliver it again unless it couldn't be decided (503).
 *   RabbitMQ with `noAck: false` waits for an acknowledgement that only a filter of the service's own can give;
 * * to a WebSocket as the event `exception`.
 *
 * @example
 * providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }]
 */
@Catch(AuthError)
export class AuthErrorFilter implements ExceptionFilter<AuthError> {
  readonly #logger = new Logger(AuthErrorFilter.name);

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  /** @returns for a message, what Nest answers it with */
  catch(error: AuthError, host: ArgumentsHost): Observable<unknown> | undefined {
    switch (host.getType()) {
      case 'http':
        this.#answerRequest(error, host);
        return undefined;
      case 'rpc':
        return this.#answerMessage(error, host.switchToRpc().getContext<object | undefined>());
      case 'ws':
        answerSocket(error, host.switchToWs().getClient<SocketClient>());
        return undefined;
      default:
        // GraphQL answers with whatever is thrown.
        throw error;
    }
  }

  #answerRequest(error: AuthError, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const http = host.switchToHttp();
    const response = http.getResponse<unknown>();
    const { id } = http.getRequest<{ id?: unknown }>();
    const { status, headers, body } = toHttpRefusal(error, id);
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, body, status);
  }

  #answerMessage(error: AuthError, message: object | undefined): Observable<unknown> {
    const patterns = message ? findEventPatterns(message) : null;
    if (patterns !== null) this.#logger.warn(`An event ${patterns} was refused: ${error.code}`);
    const isSettled = patterns !== null && isKafkaMessage(message) && error.status < 500;
    if (isSettled) return of(undefined);
    return throwError(() => (isGrpcCall(message) ? toGrpcStatus(error) : toProblem(error, randomUUID())));
  }
}

function toGrpcStatus(error: AuthError): { code: number; details: string } {
  return { code: GRPC_CODES[error.status] ?? GRPC_UNKNOWN, details: `${error.code}: ${error.message}` };
}

/** As Nest's own filter does: a native WebSocket has an `emit` too, but only for its own listeners. */
function answerSocket(error: AuthError, client: SocketClient): void {
  const problem = toProblem(error, randomUUID());
  if (typeof client.readyState === 'number') client.send(JSON.stringify({ event: 'exception', data: problem }));
  else client.emit('exception', problem);
}
