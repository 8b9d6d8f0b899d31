import type { ErrorCode } from '@sa-platform/contracts';
import { ProblemError } from '../api/problem.js';

/**
 * What the service refused, by field.
 * @param fieldOf the fields that some codes are about, besides those that the answer names
 * @param words the words of a code
 */
export function refusedFields(error: unknown, fieldOf: Partial<Record<ErrorCode, string>> = {}, words: (code: ErrorCode) => string = String): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const { code, errors = [] } = error.problem;
  const field = fieldOf[code];
  return { ...Object.fromEntries(errors.map((wrong) => [wrong.field, wrong.message])), ...(field === undefined ? {} : { [field]: words(code) }) };
}
