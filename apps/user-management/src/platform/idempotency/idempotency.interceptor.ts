import { Readable } from 'node:stream';
import { Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { AuthenticatedRequest } from '@sa-platform/auth-client/nest';
import type { ErrorCode, FieldError } from '@sa-platform/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Database } from '../database/database.js';
import { AppError, invalidField } from '../errors/app-error.js';
import { toAppError } from '../errors/problem.js';
import { Tagged } from '../http/etag.js';
import { IdempotencyService, type IdempotentRequest } from './idempotency.service.js';
import type { StoredAnswer } from './idempotency.repository.js';

const ACROSS_TRANSACTIONS = Symbol('runs across transactions');
const LONGEST_KEY = 255;
/** Answers hold these once; a repeated answer does without. */
const ONCE_ONLY = ['access_token', 'secret', 'temporary_password'];

/** The handler talks to the identity provider between its transactions, so they can't be one. */
export const AcrossTransactions = () => SetMetadata(ACROSS_TRANSACTIONS, true);

/**
 * Honours `Idempotency-Key` on every POST under `/admin`. The answer commits in the same transaction as the change
 * wherever the handler is one transaction, so a crash leaves both or neither.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly idempotency: IdempotencyService,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest & AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
    // The route's pattern, not the address: `%61dmin` leads to the same handler.
    const isAdmin = request.routeOptions.url?.includes('/admin/') ?? false;
    if (request.method !== 'POST' || key === undefined || !isAdmin) return next.handle();
    // What comes as a stream can't be compared before it was read: its handler keeps the promise itself.
    if (request.body instanceof Readable) return next.handle();
    return from(this.answer(context, next, identityOf(this.idempotency, request, key)));
  }

  private async answer(context: ExecutionContext, next: CallHandler, request: IdempotentRequest): Promise<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const stored = await this.idempotency.begin(request);
    if (stored !== null) {
      void reply.header('idempotency-replayed', 'true');
      return replay(stored);
    }
    const isAcross = this.reflector.get<boolean | undefined>(ACROSS_TRANSACTIONS, context.getHandler()) === true;
    const work = async () => {
      const answer: unknown = await lastValueFrom(next.handle());
      await this.idempotency.store(request.id, toStored(reply.statusCode, answer));
      return answer;
    };
    try {
      return await (isAcross ? work() : this.database.transaction(work));
    } catch (error) {
      await this.storeRefusal(request.id, toAppError(error));
      throw error;
    }
  }

  /** A refusal is an answer and is repeated; what was invalid or failed may be tried again under the same key. */
  private async storeRefusal(id: string, error: AppError): Promise<void> {
    if (error.status >= 500 || error.status === 400 || error.code === 'database.conflict') {
      await this.idempotency.release(id);
      return;
    }
    const body = JSON.stringify({ code: error.code, detail: error.message, errors: error.errors });
    await this.idempotency.store(id, { status: error.status, body, etag: null });
  }
}

function identityOf(idempotency: IdempotencyService, request: FastifyRequest & AuthenticatedRequest, key: string | string[]): IdempotentRequest {
  const { method, url, body, caller } = request;
  return idempotency.identify(caller, requireKey(key), { method, path: url, body });
}

/** @throws AppError 400 that names the header */
export function requireKey(key: string | string[]): string {
  if (typeof key === 'string' && /^[\x21-\x7e]+$/.test(key) && key.length <= LONGEST_KEY) return key;
  throw invalidField('Idempotency-Key', `must be 1 to ${LONGEST_KEY} visible ASCII characters`);
}

function toStored(status: number, answer: unknown): StoredAnswer {
  const view: unknown = answer instanceof Tagged ? answer.view : answer;
  const body = JSON.stringify(view, (name, value: unknown) => (ONCE_ONLY.includes(name) ? undefined : value));
  return { status, body, etag: answer instanceof Tagged ? answer.etag : null };
}

function replay({ status, body, etag }: StoredAnswer): unknown {
  const view = JSON.parse(body) as object;
  if (status >= 400) {
    const refusal = view as { code: ErrorCode; detail: string; errors?: FieldError[] };
    throw new AppError(refusal.code, refusal.detail, refusal.errors);
  }
  return etag === null ? view : new Tagged(view, etag);
}
