import { HttpException } from '@nestjs/common';
import { AuthError } from '@sa-platform/auth-client';
import { ERRORS, type ErrorCode, type Problem } from '@sa-platform/contracts';
import { isRetryable, isUnavailable } from '../database/database-errors.js';
import { AppError } from './app-error.js';

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.malformed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request.malformed',
  FST_ERR_NOT_FOUND: 'request.not_found',
  FST_ERR_BAD_URL: 'request.not_found',
};

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'request.malformed',
  401: 'token.missing',
  403: 'access.denied',
  404: 'request.not_found',
  405: 'request.method_not_allowed',
  413: 'request.too_large',
  414: 'request.not_found',
  415: 'request.unsupported_media_type',
  503: 'service.overloaded',
};

/**
 * Turns whatever was thrown into problem details. Words of the database, the provider or the framework never pass:
 * only `AppError` and `AuthError` were written for the caller.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  const appError = toAppError(error);
  const [status, title] = ERRORS[appError.code];
  return {
    type: `urn:sa-platform:problem:${appError.code}`,
    title,
    status,
    detail: appError.message,
    code: appError.code,
    request_id: requestId,
    ...(appError.errors ? { errors: appError.errors } : {}),
  };
}

/** Reads any error as one of ours; what nobody foresaw becomes `internal.error`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof AuthError) return new AppError(error.code, error.message);
  if (isUnavailable(error)) return new AppError('database.unavailable');
  if (isRetryable(error)) return new AppError('database.conflict');
  return new AppError(frameworkCode(error) ?? 'internal.error');
}

function frameworkCode(error: unknown): ErrorCode | undefined {
  if (error instanceof HttpException) return STATUS_CODES[error.getStatus()];
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && FASTIFY_CODES[String(error.code)]) return FASTIFY_CODES[String(error.code)];
  if ('statusCode' in error && typeof error.statusCode === 'number') return STATUS_CODES[error.statusCode];
  return undefined;
}
