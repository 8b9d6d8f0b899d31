import type { ErrorCode } from '@sa-platform/contracts';

/** What the service refuses with (RFC 9457). */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  code: ErrorCode;
  request_id: string;
  errors?: { field: string; message: string }[];
}

/** The service said no, and why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

export function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'request_id' in body;
}
