import { randomUUID } from 'node:crypto';
import { toChallenge, toProblem, type AuthError } from '../auth-error.js';

/** The HTTP response that refuses a request. */
export interface HttpRefusal {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
}

/**
 * How an `AuthError` is answered over HTTP: as `application/problem+json` (RFC 9457), with `WWW-Authenticate` on a 401.
 *
 * @param requestId the id that finds the request in the logs, as the framework keeps it; one is made when it isn't text
 */
export function toHttpRefusal(error: AuthError, requestId: unknown): HttpRefusal {
  const challenge = toChallenge(error);
  return {
    status: error.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(challenge === null ? {} : { 'www-authenticate': challenge }),
    },
    body: JSON.stringify(toProblem(error, typeof requestId === 'string' ? requestId : randomUUID())),
  };
}
