import { ERRORS, type ErrorCode, type FieldError } from '@sa-platform/contracts';

/** The one error services throw; `ProblemFilter` answers it as problem+json. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly status: number;

  /**
   * @param code stable code that callers may compare
   * @param detail one sentence for the person who reads the answer; the code's title when not given
   * @param errors the fields that were wrong
   */
  constructor(
    readonly code: ErrorCode,
    detail?: string,
    readonly errors?: FieldError[],
  ) {
    super(detail ?? ERRORS[code][1]);
    this.status = ERRORS[code][0];
  }
}

/** A 400 that names one field. */
export function invalidField(field: string, message: string): AppError {
  return new AppError('request.invalid', `${field}: ${message}`, [{ field, message }]);
}
