import { randomBytes } from 'node:crypto';
import { CognitoError } from './cognito-error.js';
import type { PoolUser } from './pool-users.js';

const CLASSES = [/[A-Z]/, /[a-z]/, /[0-9]/, /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/];
const TEMPORARY_LIFETIME_MS = 7 * 24 * 3_600_000;

/** The policy that the console sets up for a new pool: eight characters, one of each class. */
export function checkPassword(password: string): void {
  if (password.length < 8 || CLASSES.some((characters) => !characters.test(password))) {
    throw new CognitoError('InvalidPasswordException', 'Password did not conform with policy');
  }
}

/** What Cognito makes up when nobody supplies one. */
export function makePassword(): string {
  return `Aa1!${randomBytes(9).toString('base64url')}`;
}

export function setPassword(user: PoolUser, password: string, status: PoolUser['status'], at: number): void {
  user.password = password;
  user.passwordSetAt = at;
  user.status = status;
}

/** Whether the password lets them in, or as far as the demand for a new one. */
export function isSignInPossible(user: PoolUser, password: string, at: number): boolean {
  const isFresh = user.status !== 'FORCE_CHANGE_PASSWORD' || user.passwordSetAt + TEMPORARY_LIFETIME_MS > at;
  const hasPassword = user.status === 'CONFIRMED' || user.status === 'FORCE_CHANGE_PASSWORD';
  return user.enabled && hasPassword && isFresh && user.password === password;
}
