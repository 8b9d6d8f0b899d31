import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import type { IdentityClaims, IdentityUser } from '@sa-platform/identity-provider';
import { rejected } from './account-input.js';

/** Our user id on an account: the mark by which it is found again. */
export const MARK = 'custom:user_id';

/** Custom attributes that the pool must have, each mutable text of up to 2048 characters (`runbooks/cognito-setup.md`). */
export const CUSTOM_ATTRIBUTES = [MARK, 'custom:user_type', 'custom:status', 'custom:roles', 'custom:organisations'] as const;

/** The most characters that Cognito lets an attribute have. */
export const LONGEST_VALUE = 2048;

type Attributes = Record<string, string>;

/** What an account has beside its attributes, as `AdminGetUser` and `ListUsers` both answer it. */
export interface RawAccount {
  username: string | undefined;
  enabled: boolean | undefined;
  attributes: AttributeType[] | undefined;
}

/**
 * Lists are held with commas between, so that they read back equal. One that does not fit is refused as a whole: cut off,
 * it would differ from our database for ever, and tokens would show some of the truth. 2048 characters hold 55 UUIDs.
 *
 * @throws IdentityProviderError `rejected`
 */
export function fromClaims(claims: IdentityClaims): Attributes {
  const lists = { ...fromRoles(claims.roles), 'custom:organisations': claims.organisations.join(',') };
  if (Object.values(lists).some(({ length }) => length > LONGEST_VALUE)) {
    throw rejected(`the roles or organisations exceed the ${LONGEST_VALUE} characters of an attribute`);
  }
  return { 'custom:user_type': claims.user_type, 'custom:status': claims.status, ...lists };
}

/** The roles alone, which follow the groups. */
export function fromRoles(roles: readonly string[]): Attributes {
  return { 'custom:roles': roles.join(',') };
}

/** In the API's form. A blank value deletes an attribute. */
export function toList(attributes: Attributes): AttributeType[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
}

/** Without blank values, which a new account has no use for. */
export function toNewList(attributes: Attributes): AttributeType[] {
  return toList(attributes).filter(({ Value }) => Value !== '');
}

/** Groups are not among what a list shows, so claims are read from the attributes alone. */
export function toIdentityUser({ username, enabled, attributes }: RawAccount): IdentityUser {
  const values = new Map(attributes?.map(({ Name, Value }) => [Name, Value ?? '']));
  const externalId = values.get('sub') ?? username ?? '';
  return {
    externalId,
    username: username === undefined || username === externalId ? null : username,
    email: values.get('email') ?? '',
    emailVerified: values.get('email_verified') === 'true',
    displayName: values.get('name') ?? null,
    blocked: enabled === false,
    userId: values.get(MARK) ?? null,
    claims: toClaims(values),
  };
}

/** Claims of whatever was written; who compares them with ours finds any nonsense in them. */
function toClaims(values: Map<string | undefined, string>): IdentityClaims | null {
  const userType = values.get('custom:user_type');
  const status = values.get('custom:status');
  if (userType === undefined || status === undefined) return null;
  return {
    user_type: userType as IdentityClaims['user_type'],
    status: status as IdentityClaims['status'],
    roles: toItems(values.get('custom:roles')),
    organisations: toItems(values.get('custom:organisations')),
  };
}

function toItems(list: string | undefined): string[] {
  return list === undefined || list === '' ? [] : list.split(',');
}
