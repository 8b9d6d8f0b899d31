import type { ContextMembership, UserContext } from '@sa-platform/contracts';

/**
 * An active user's context without permission or membership.
 *
 * @param changes what differs
 *
 * @example
 * buildContext({ memberships: [buildMembership({ organisation_id: 'texas', permissions: ['claims:read'] })] })
 */
export function buildContext(changes?: Partial<UserContext>): UserContext {
  return {
    user_id: '01970000-0000-7000-8000-000000000001',
    external_id: 'test-user',
    email: 'test-user@example.com',
    display_name: 'Test User',
    user_type: 'user',
    status: 'active',
    is_platform_admin: false,
    permissions: [],
    memberships: [],
    version: 1,
    ...changes,
  };
}

/** A membership in the organisation `texas` as READONLY, without permission or product. */
export function buildMembership(changes: Partial<ContextMembership> = {}): ContextMembership {
  const organisationId = changes.organisation_id ?? 'texas';
  return {
    membership_id: `membership-${organisationId}`,
    organisation_id: organisationId,
    organisation_name: organisationId,
    role: { id: 'role-readonly', key: 'READONLY', name: 'Read only' },
    permissions: [],
    products: [],
    expires_at: null,
    ...changes,
  };
}
