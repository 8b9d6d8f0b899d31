import { nameOf, textOf } from './call-input.js';
import { CognitoError, invalid } from './cognito-error.js';
import { checkPassword, makePassword, setPassword } from './pool-passwords.js';
import type { PoolUser } from './pool-users.js';
import type { Call } from './user-calls.js';

/** The calls that block accounts, end their sessions and give them other passwords. */
export const STATE_CALLS: Record<string, Call> = {
  AdminDisableUser: changing((user) => {
    user.enabled = false;
  }),

  AdminEnableUser: changing((user) => {
    user.enabled = true;
  }),

  AdminUserGlobalSignOut: changing((user, now) => {
    user.signedOutAt = now;
  }),

  AdminSetUserPassword(pool, input) {
    const user = pool.users.get(nameOf(input, 'Username'));
    const password = textOf(input, 'Password');
    checkPassword(password);
    setPassword(user, password, input.Permanent === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD', pool.now());
    pool.users.saved(user);
    return {};
  },

  AdminResetUserPassword(pool, input) {
    const user = pool.users.get(nameOf(input, 'Username'));
    if (!user.enabled) throw new CognitoError('NotAuthorizedException', 'User is disabled.');
    if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') {
      throw new CognitoError('NotAuthorizedException', 'User password cannot be reset in the current state.');
    }
    const email = user.attributes.get('email');
    const isReachable = pool.options.hasAccountRecovery && user.attributes.get('email_verified') === 'true';
    if (email === undefined || !isReachable) throw invalid('Cannot reset password for the user as there is no registered/verified email');
    user.status = 'RESET_REQUIRED';
    pool.users.saved(user);
    pool.send(user, { kind: 'reset_code', medium: 'EMAIL', to: email, secret: makePassword() });
    return {};
  },
};

function changing(change: (user: PoolUser, now: number) => void): Call {
  return (pool, input) => {
    const user = pool.users.get(nameOf(input, 'Username'));
    change(user, pool.now());
    pool.users.saved(user);
    return {};
  };
}
