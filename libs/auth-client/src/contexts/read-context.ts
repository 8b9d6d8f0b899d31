import { USER_STATUSES, USER_TYPES, type UserContext } from '@sa-platform/contracts';

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isTextOrNull: Test = (value) => value === null || isText(value);
const isListOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const isOneOf =
  (names: readonly unknown[]): Test =>
  (value) =>
    names.includes(value);
/** Further members are fine: the service may grow. */
const isObjectWith =
  (members: Record<string, Test>): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(members).every(([name, test]) => test((value as Record<string, unknown>)[name]));

const isMembership = isObjectWith({
  membership_id: isText,
  organisation_id: isText,
  organisation_name: isText,
  role: isObjectWith({ id: isText, key: isText, name: isText }),
  permissions: isListOf(isText),
  products: isListOf(isObjectWith({ product_id: isText, key: isText })),
  expires_at: isTextOrNull,
});

const isContext = isObjectWith({
  user_id: isText,
  external_id: isTextOrNull,
  email: isText,
  display_name: isText,
  user_type: isOneOf(USER_TYPES),
  status: isOneOf(USER_STATUSES),
  is_platform_admin: isOneOf([true, false]),
  permissions: isListOf(isText),
  memberships: isListOf(isMembership),
  version: Number.isSafeInteger,
});

/** The value as a context, null when it isn't one: a half-read context must not decide anything. */
export function readContext(value: unknown): UserContext | null {
  return isContext(value) ? (value as UserContext) : null;
}
