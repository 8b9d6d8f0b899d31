import type { FakeAnswer } from '../fake-server.js';
import { isObject, refusal } from './auth0-answers.js';

/** Members that the API takes one at a time. */
const EXCLUSIVE = [
  ['email', 'password'],
  ['email_verified', 'password'],
] as const;

/** Why a `PATCH /users/{id}` is refused before it is looked at, or null. */
export function updateProblem(body: Record<string, unknown>, isStrong: (password: unknown) => boolean): FakeAnswer | null {
  if (Object.keys(body).length === 0) return refusal(400, 'Payload validation error', 'invalid_body');
  const clash = EXCLUSIVE.find((members) => members.every((member) => member in body));
  if (clash) return refusal(400, `Cannot update ${clash.join(' and ')} simultaneously`, 'operation_not_supported');
  if ('password' in body && !isStrong(body.password)) return refusal(400, 'PasswordStrengthError: Password is too weak');
  const keys = [body.app_metadata, body.user_metadata].flatMap((metadata) => (isObject(metadata) ? Object.keys(metadata) : []));
  return keys.some((key) => /[.$]/.test(key)) ? refusal(400, 'Payload validation error', 'invalid_body') : null;
}
