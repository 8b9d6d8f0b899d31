import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '@sa-platform/contracts';
import { z } from 'zod';

/** RFC 9457 problem details, as every error is answered. */
export const ProblemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .describe('RFC 9457 problem details');

/** What any route that wants a token can answer besides its own errors. */
const EVERYWHERE: ErrorCode[] = [
  'request.invalid',
  'token.missing',
  'token.invalid',
  'token.expired',
  'access.denied',
  'user.unknown',
  'user.not_active',
  'service.overloaded',
  'database.unavailable',
  'context.unavailable',
  'internal.error',
];
const WITH_BODY: ErrorCode[] = ['request.malformed', 'request.too_large', 'request.unsupported_media_type', 'database.conflict'];
const WITH_KEY: ErrorCode[] = ['idempotency.in_flight', 'idempotency.key_reused'];

/**
 * States what a handler answers: sets the status and documents it with every error code.
 *
 * @param status of success
 * @param schema of the body; null when there is none
 * @param errors codes of its own
 */
export function Answers(status: 200 | 201 | 204, schema: z.ZodType | null, ...errors: ErrorCode[]): MethodDecorator {
  const codes = [...new Set([...EVERYWHERE, ...WITH_BODY, ...WITH_KEY, ...errors])];
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description: 'Done', ...(schema ? { standardSchema: schema } : {}) }),
    ...statusesOf(codes).map(([errorStatus, group]) =>
      ApiResponse({ status: errorStatus, description: group.join(', '), standardSchema: ProblemView }),
    ),
  );
}

function statusesOf(codes: ErrorCode[]): [number, ErrorCode[]][] {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = ERRORS[code][0];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}
