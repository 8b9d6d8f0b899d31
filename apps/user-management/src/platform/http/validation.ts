import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { FieldError } from '@sa-platform/contracts';
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined };

/** Checks bodies, queries and path parameters against their schema; every wrong field is named. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => invalidRequest(issues),
});

/** @returns 400 `request.invalid` with each field and what is wrong with it */
export function invalidRequest(issues: readonly Issue[]): AppError {
  const errors = issues.flatMap(fieldErrorsOf).slice(0, MOST_ERRORS);
  const [first] = errors;
  return new AppError('request.invalid', first ? `${first.field}: ${first.message}` : undefined, errors);
}

const MOST_ERRORS = 50;
const LONGEST_NAME = 100;

function fieldErrorsOf(issue: Issue): FieldError[] {
  const path = (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const keys = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : null;
  const fields = keys ? keys.map((key) => [...path, key]) : [path];
  return fields.map((field) => ({
    field: field.join('.').slice(0, LONGEST_NAME) || 'body',
    message: keys ? 'is not a known field' : issue.message,
  }));
}

/**
 * A one-line text: trimmed, at least one character, no control characters (PostgreSQL refuses NUL) and no broken
 * surrogates (nobody can store them).
 */
export function text(longest: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(longest, `must be at most ${longest} characters`)
    .refine(isPrintable, { message: 'must not hold control characters' });
}

/** An id of ours or a caller's own (DESIGN section 2). */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');

/** A path parameter can't be anything else, so what is not an id is not found. */
export function isPrintable(value: string): boolean {
   
  return value.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value);
}
