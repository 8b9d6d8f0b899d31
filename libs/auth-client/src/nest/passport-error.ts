import { AuthError } from '../auth-error.js';

const REASONS: readonly (readonly [start: string, detail: string])[] = [
  ['jwt audience invalid', 'The token was issued for another audience'],
  ['jwt issuer invalid', 'The token was issued by another issuer'],
  ['invalid signature', 'The signature of the token is wrong'],
];

/**
 * The `AuthError` for whatever passport gave as the reason of a refusal. The messages of `jsonwebtoken` don't go out as
 * they are: they quote configuration and claims.
 */
export function toAuthError(reason: unknown): AuthError {
  if (reason instanceof AuthError) return reason;
  const message = reason instanceof Error ? reason.message : '';
  const detail = REASONS.find(([start]) => message.startsWith(start))?.[1];
  return new AuthError('token.invalid', detail, { cause: reason });
}
