import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/app-error.js';
import { readUpload } from '../../platform/http/csv-body.js';
import { requireKey } from '../../platform/idempotency/idempotency.interceptor.js';
import { IdempotencyService } from '../../platform/idempotency/idempotency.service.js';
import { MOST_BYTES } from './import-upload.js';
import type { IncomingFile } from './imports.service.js';

/** The body of a request as the file that an import takes in. */
@Injectable()
export class IncomingCsv {
  constructor(private readonly idempotency: IdempotencyService) {}

  /** @throws AppError 415 for any other body, and for none */
  read(request: FastifyRequest, caller: Caller): IncomingFile {
    if (!(request.body instanceof Readable)) throw new AppError('request.unsupported_media_type', 'Only text/csv in UTF-8 is accepted');
    return { pieces: readUpload(request, MOST_BYTES), requestKey: this.requestKeyOf(request, caller) };
  }

  private requestKeyOf({ headers, method, url }: FastifyRequest, caller: Caller): string | null {
    const key = headers['idempotency-key'];
    if (key === undefined) return null;
    return this.idempotency.identify(caller, requireKey(key), { method, path: url, body: null }).id;
  }
}
