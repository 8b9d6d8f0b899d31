const SCHEME = /^Bearer +/i;

/**
 * The token of `Authorization: Bearer …` (RFC 6750 2.1; the scheme's case doesn't matter), null when there is none. Tokens
 * in the query or the body are not looked at.
 *
 * @param authorization the value of the header
 */
export function readBearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const scheme = SCHEME.exec(authorization);
  // A pattern that takes the token too would walk through all of it, at each request.
  return scheme && (authorization.slice(scheme[0].length) || null);
}
