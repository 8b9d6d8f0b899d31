import { ERRORS, type ErrorCode, type Problem } from '@sa-platform/contracts';

/**
 * The one error with which this library refuses. `code` is stable and listed in the README; `status` is the HTTP
 * status that belongs to it. `message` is for people and never holds any part of a token.
 *
 * @example
 * try {
 *   await verifier.verify(token);
 * } catch (error) {
 *   if (error instanceof AuthError && error.code === 'token.expired') askToSignInAgain();
 *   else throw error;
 * }
 */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly status: number;

  /**
   * @param code what is refused
   * @param detail one sentence for people; the code's title when left out
   * @param options `cause`: what went wrong underneath, for logs only
   */
  constructor(
    readonly code: ErrorCode,
    detail: string = ERRORS[code][1],
    options?: { cause?: unknown },
  ) {
    super(detail, options);
    this.status = ERRORS[code][0];
  }
}

/** One option or environment variable that is missing or malformed. */
export interface ConfigurationProblem {
  /** Its name, for example `audience` or `AUTH_AUDIENCE`. */
  option: string;
  /** What is wrong with it, as the end of the sentence "option …". */
  reason: string;
}

/** Something is missing from the configuration or malformed: the program must not start. Shows names, never a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /**
   * @param option the name of the (first) option or variable
   * @param reason what is wrong with it, as the end of the sentence "option …"
   * @param problems all that is wrong, when it is more
   */
  constructor(
    readonly option: string,
    reason: string,
    readonly problems: readonly ConfigurationProblem[] = [{ option, reason }],
  ) {
    super(problems.map((problem) => `${problem.option} ${problem.reason}`).join('; '));
  }
}

/**
 * The problem details (RFC 9457) that answer an `AuthError`.
 *
 * @param error the refusal
 * @param requestId the id that finds this request in the logs
 */
export function toProblem(error: AuthError, requestId: string): Problem {
  return {
    type: `urn:sa-platform:problem:${error.code}`,
    title: ERRORS[error.code][1],
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
  };
}

/**
 * The `WWW-Authenticate` value (RFC 6750 section 3) of a refusal: none unless its status is 401, and no error attribute
 * when the request carried no token at all.
 */
export function toChallenge(error: AuthError): string | null {
  if (error.status !== 401) return null;
  return error.code === 'token.missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}
