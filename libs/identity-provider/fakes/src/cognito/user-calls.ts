import { randomUUID } from 'node:crypto';
import { checkAlias, checkAttributes, checkMutable, EMAIL, withChanges } from './attribute-rules.js';
import { attributesOf, nameOf, optionalTextOf, type CallInput } from './call-input.js';
import { CognitoError, invalid } from './cognito-error.js';
import type { Pool } from './pool.js';
import { checkPassword, makePassword, setPassword } from './pool-passwords.js';
import type { PoolUser } from './pool-users.js';

export type Call = (pool: Pool, input: CallInput) => Record<string, unknown>;

/** The calls that make, read, change and remove accounts. */
export const USER_CALLS: Record<string, Call> = {
  AdminCreateUser: (pool, input) => (input.MessageAction === 'RESEND' ? resend(pool, input) : create(pool, input)),

  AdminGetUser(pool, input) {
    const { Attributes, ...user } = describeUser(pool.users.get(nameOf(input, 'Username')));
    return { ...user, UserAttributes: Attributes };
  },

  AdminUpdateUserAttributes(pool, input) {
    const user = pool.users.get(nameOf(input, 'Username'));
    const changes = attributesOf(input);
    checkAttributes(changes, pool.options);
    checkMutable(user, changes, pool.options);
    const attributes = withChanges(user.attributes, changes);
    checkAlias(pool.users, attributes, user, pool.options);
    user.attributes = attributes;
    pool.users.saved(user);
    return {};
  },

  AdminDeleteUser(pool, input) {
    pool.users.delete(pool.users.get(nameOf(input, 'Username')));
    return {};
  },
};

/** An account as `ListUsers` shows it. */
export function describeUser(user: PoolUser): Record<string, unknown> {
  const attributes = [['sub', user.sub] as const, ...user.attributes];
  return {
    Username: user.username,
    Attributes: attributes.map(([Name, Value]) => ({ Name, Value })),
    Enabled: user.enabled,
    UserStatus: user.status,
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
  };
}

function create(pool: Pool, input: CallInput): Record<string, unknown> {
  const { users, options } = pool;
  const name = signInName(pool, input);
  const attributes = withChanges(new Map(), attributesOf(input));
  checkAttributes(attributes, options);
  if (options.signInMode === 'email') fillEmail(attributes, name);
  const password = optionalTextOf(input, 'TemporaryPassword') ?? makePassword();
  checkPassword(password);
  checkUnique(pool, name, attributes);
  const sub = randomUUID();
  const user: PoolUser = {
    username: options.signInMode === 'email' ? sub : name,
    sub, attributes, password,
    passwordSetAt: pool.now(),
    status: 'FORCE_CHANGE_PASSWORD',
    enabled: true,
    groups: new Set(),
    createdAt: pool.now(),
    modifiedAt: pool.now(),
    signedOutAt: null,
  };
  const isSilent = input.MessageAction === 'SUPPRESS';
  const recipient = isSilent ? null : recipientOf(user, input);
  users.add(user);
  if (recipient) pool.send(user, { kind: 'invitation', ...recipient, secret: password });
  return { User: describeUser(user) };
}

/** A new password goes out; the user stays as they are. */
function resend(pool: Pool, input: CallInput): Record<string, unknown> {
  const user = pool.users.get(signInName(pool, input));
  if (user.status !== 'FORCE_CHANGE_PASSWORD') {
    throw new CognitoError('UnsupportedUserStateException', 'Resend not possible. User status is not FORCE_CHANGE_PASSWORD');
  }
  const password = optionalTextOf(input, 'TemporaryPassword') ?? makePassword();
  checkPassword(password);
  const recipient = recipientOf(user, input);
  setPassword(user, password, 'FORCE_CHANGE_PASSWORD', pool.now());
  pool.users.saved(user);
  pool.send(user, { kind: 'invitation', ...recipient, secret: password });
  return { User: describeUser(user) };
}

/** `AdminCreateUser` wants an e-mail where people sign in by one, and anything but an e-mail where it is an alias. */
function signInName({ options }: Pool, input: CallInput): string {
  const name = nameOf(input, 'Username');
  if (options.signInMode === 'email' && !EMAIL.test(name)) throw invalid('Username should be an email.');
  if (options.signInMode === 'alias' && EMAIL.test(name)) {
    throw invalid('Username cannot be of email format, since user pool is configured for email alias.');
  }
  return name;
}

function fillEmail(attributes: Map<string, string>, name: string): void {
  const email = attributes.get('email') ?? name;
  if (email.toLowerCase() !== name.toLowerCase()) throw invalid('User attributes email and username differ.');
  attributes.set('email', email);
}

function checkUnique({ users, options }: Pool, name: string, attributes: Map<string, string>): void {
  const email = attributes.get('email');
  const isAliasTaken = email !== undefined && attributes.get('email_verified') === 'true' && options.signInMode === 'alias'
    && users.withEmail(email).some((user) => user.status !== 'EXTERNAL_PROVIDER' && user.attributes.get('email_verified') === 'true');
  if (users.find(name) || isAliasTaken) throw new CognitoError('UsernameExistsException', 'User account already exists');
}

/** SMS unless the caller says otherwise. */
function recipientOf(user: PoolUser, input: CallInput): { medium: 'EMAIL' | 'SMS'; to: string } {
  const mediums = Array.isArray(input.DesiredDeliveryMediums) ? input.DesiredDeliveryMediums : ['SMS'];
  for (const medium of mediums) {
    const to = user.attributes.get(medium === 'EMAIL' ? 'email' : 'phone_number');
    if (to !== undefined) return { medium: medium === 'EMAIL' ? 'EMAIL' : 'SMS', to };
  }
  throw invalid('User has no attribute matching desired delivery mediums');
}
