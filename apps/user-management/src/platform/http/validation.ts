import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { FieldError } from '@sa-platform/contracts';
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';

type Path = readonly (PropertyKey | { key: PropertyKey })[];
type Issue = { message: string; path?: Path | undefined };

/** Without an answer of its own a schema says what JavaScript received. */
z.config({ customError: ({ code, input }) => (code === 'invalid_type' && input === undefined ? 'is required' : undefined) });

class ValidationPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => invalidRequest(issues) });
  }

  /** Nest would take `constructor` and `__proto__` away in silence; here they are unknown fields like any other. */
  protected override stripProtoKeys(): void {
    return undefined;
  }
}

/** Checks bodies, queries and path parameters against their schema; every wrong field is named. */
export const validationPipe = new ValidationPipe();

/** @returns 400 `request.invalid` with each field and what is wrong with it */
export function invalidRequest(issues: readonly Issue[]): AppError {
  const errors = issues.flatMap(fieldErrorsOf).slice(0, MOST_ERRORS);
  const [first] = errors;
  return new AppError('request.invalid', first ? `${first.field}: ${first.message}` : undefined, errors);
}

const MOST_ERRORS = 50;
const LONGEST_NAME = 100;

function fieldErrorsOf(issue: Issue): FieldError[] {
  const meant = meantBy(issue);
  if (meant) return meant.flatMap((inner) => fieldErrorsOf({ ...inner, path: [...(issue.path ?? []), ...(inner.path ?? [])] }));
  const path = (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const keys = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : null;
  const fields = keys ? keys.map((key) => [...path, key]) : [path];
  return fields.map((field) => ({
    field: field.join('.').slice(0, LONGEST_NAME) || 'body',
    message: keys ? 'is not a known field' : issue.message,
  }));
}

/** Of a union the issues of the shape that was meant: the one whose kind of value it is. Null when it is none. */
function meantBy(issue: Issue): Issue[] | null {
  if (!('errors' in issue)) return null;
  const shapes = issue.errors as (Issue & { code: string })[][];
  return shapes.find((issues) => issues.every(({ code, path }) => code !== 'invalid_type' || path?.length)) ?? null;
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

/** A longer text, also empty: trimmed, with line breaks, else as `text`. */
export function prose(longest: number) {
  return z
    .string()
    .trim()
    .max(longest, `must be at most ${longest} characters`)
    .refine((value) => isPrintable(value.replace(/[\t\r\n]/g, ' ')), { message: 'must not hold control characters' });
}

/** An id of ours or a caller's own (DESIGN section 2). */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');

/** A path parameter can't be anything else, so what is not an id is not found. */
export function isPrintable(value: string): boolean {
  return value.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value);
}
