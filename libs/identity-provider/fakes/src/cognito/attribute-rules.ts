import { CognitoError, invalid } from './cognito-error.js';
import type { PoolOptions } from './fake-cognito-options.js';
import type { PoolUser, PoolUsers } from './pool-users.js';

const STANDARD = [
  'address', 'birthdate', 'email', 'email_verified', 'family_name', 'gender', 'given_name', 'locale', 'middle_name', 'name', 'nickname',
  'phone_number', 'phone_number_verified', 'picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo',
];
const LONGEST_VALUE = 2048;
const E164 = /^\+[1-9]\d{1,14}$/;

export const EMAIL = /^[^\s@"\\]+@[^\s@"\\]+\.[^\s@"\\]+$/;

/** Refuses attributes that the pool's schema has not, or values that don't fit. */
export function checkAttributes(attributes: Map<string, string>, options: PoolOptions): void {
  const known = new Set([...STANDARD, ...options.customAttributes]);
  for (const [name, value] of attributes) {
    if (name === 'sub') throw invalid('Cannot modify the non-mutable attribute sub');
    if (!known.has(name)) throw invalid('Attributes did not conform to the schema: type for an attribute could not be determined');
    if (value.length > LONGEST_VALUE) throw invalid('Attributes did not conform to the schema: a value is too long');
    if (value !== '' && !isWellFormed(name, value)) throw invalid(`Invalid ${name} format.`);
  }
}

function isWellFormed(name: string, value: string): boolean {
  if (name === 'email') return EMAIL.test(value);
  if (name === 'phone_number') return E164.test(value);
  return !name.endsWith('_verified') || value === 'true' || value === 'false';
}

/** Refuses a change of what the schema holds to be immutable. */
export function checkMutable(user: PoolUser, attributes: Map<string, string>, options: PoolOptions): void {
  const isFixed = [...attributes.keys()].some((name) => options.immutableAttributes.includes(name) && user.attributes.has(name));
  if (isFixed) throw invalid('user.attribute: Attribute cannot be updated.');
}

/** Attributes with the changes made: a blank value deletes one, and a new e-mail or phone starts unverified. */
export function withChanges(before: Map<string, string>, changes: Map<string, string>): Map<string, string> {
  const after = new Map(before);
  for (const contact of ['email', 'phone_number']) {
    if (changes.has(contact)) after.set(`${contact}_verified`, 'false');
  }
  for (const [name, value] of changes) after.set(name, value);
  for (const [name, value] of after) if (value === '') after.delete(name);
  return after;
}

/** Refuses an e-mail that names another account; among aliases only a verified one names anybody. */
export function checkAlias(users: PoolUsers, attributes: Map<string, string>, self: PoolUser, options: PoolOptions): void {
  const email = attributes.get('email');
  if (email === undefined || options.signInMode === 'username') return;
  const isNaming = (candidate: Map<string, string>) => options.signInMode === 'email' || candidate.get('email_verified') === 'true';
  const others = users.withEmail(email).filter((user) => user !== self && user.status !== 'EXTERNAL_PROVIDER');
  if (isNaming(attributes) && others.some((user) => isNaming(user.attributes))) {
    throw new CognitoError('AliasExistsException', 'An account with the given email already exists.');
  }
}
