import type { CreateIdentityInput, IdentityClaims, IdentityUser } from '@sa-platform/identity-provider';
import { auth0Failure } from './map-auth0-error.js';

/**
 * What we keep in `app_metadata`. Auth0 merges its first level only: each key is replaced as a whole, and the keys of
 * others stay. The post-login Action reads them too.
 */
export const METADATA = {
  /** `{user_id}`: the mark of an account that we created. */
  mark: 'user_management',
  claims: 'user_management_claims',
  mustChangePassword: 'must_change_password',
  /** What `last_password_reset` said when the temporary password was set: once it says more, the person has changed it. */
  temporaryPasswordAt: 'temporary_password_at',
} as const;

/** `last_password_reset` does not exist before the first change. */
export const AT_CREATION = 'creation';

const USER_TYPES: readonly IdentityClaims['user_type'][] = ['clinician', 'admin', 'patient', 'user'];
const STATUSES: readonly IdentityClaims['status'][] = ['pending', 'active', 'suspended', 'deactivated'];
/** `strategy|id`: what can't be an id is not worth a request, and never becomes part of a path. */
const EXTERNAL_ID = /^[A-Za-z0-9_-]{1,64}\|[\x21-\x7e]{1,190}$/;

/** An account as the API answers it, as far as we read it. */
export interface Auth0Account {
  user: IdentityUser;
  createdAt: string | null;
  connections: string[];
  lastPasswordReset: string | null;
  isNew: boolean;
}

export function isExternalId(value: unknown): value is string {
  return typeof value === 'string' && EXTERNAL_ID.test(value);
}

/** The id of an account that we create: Auth0 puts its strategy before ours, so one user can't get two accounts. */
export function externalIdOf(userId: string): string {
  return `auth0|${userId}`;
}

/** The metadata of a new account. */
export function newMetadata({ userId, claims, delivery }: CreateIdentityInput): Record<string, unknown> {
  const isTemporary = delivery === 'temporary_password';
  return {
    [METADATA.mark]: { user_id: userId },
    [METADATA.claims]: { ...claims },
    ...(isTemporary ? { [METADATA.mustChangePassword]: true, [METADATA.temporaryPasswordAt]: AT_CREATION } : {}),
  };
}

/** @throws IdentityProviderError `unavailable` when the answer is not an account */
export function parseAccount(value: unknown): Auth0Account {
  const raw = asObject(value);
  const metadata = asObject(raw?.app_metadata);
  const externalId = asText(raw?.user_id);
  if (!raw || externalId === null) throw auth0Failure('unavailable');
  return {
    user: {
      externalId,
      username: null,
      email: asText(raw.email) ?? '',
      emailVerified: raw.email_verified === true,
      displayName: asText(raw.name),
      blocked: raw.blocked === true,
      userId: asText(asObject(metadata?.[METADATA.mark])?.user_id),
      claims: parseClaims(metadata?.[METADATA.claims]),
    },
    createdAt: asText(raw.created_at),
    connections: asList(raw.identities).flatMap((identity) => asText(asObject(identity)?.connection) ?? []),
    lastPasswordReset: asText(raw.last_password_reset),
    isNew: raw.logins_count === undefined || raw.logins_count === 0,
  };
}

/** Null for what nobody of us wrote. */
function parseClaims(value: unknown): IdentityClaims | null {
  const raw = asObject(value);
  const userType = USER_TYPES.find((known) => known === raw?.user_type);
  const status = STATUSES.find((known) => known === raw?.status);
  const lists = [asList(raw?.roles), asList(raw?.organisations)].map((list) => list.filter((item) => typeof item === 'string'));
  const [roles, organisations] = lists;
  return userType && status && roles && organisations ? { user_type: userType, status, roles, organisations } : null;
}

export function asObject(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : null;
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
