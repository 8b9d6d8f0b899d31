import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '@sa-platform/contracts';
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

/** Where the error codes of a handler wait until the document is completed. */
export const OWN_ERRORS = 'x-own-errors';

/**
 * States what a handler answers: sets the status and documents it. Errors that follow from what a route is (it takes a
 * token, a body, a path) are documented by `completeOpenApi`.
 *
 * @param status of success
 * @param schema of the body; null when there is none
 * @param errors codes of its own
 */
export function Answers(status: 200 | 201 | 202 | 204, schema: z.ZodType | null, ...errors: ErrorCode[]): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description: 'Done', ...(schema ? { standardSchema: schema } : {}) }),
    ApiExtension(OWN_ERRORS, errors),
  );
}
