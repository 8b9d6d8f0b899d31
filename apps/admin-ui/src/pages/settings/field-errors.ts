import { ProblemError } from '../../api/problem.js';

/** What the service says of single fields, for the form to show at each. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
  return Object.fromEntries(errors.map(({ field, message }) => [field, message]));
}
