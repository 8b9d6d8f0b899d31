import { describe, expect, it } from '@jest/globals';
import { buildContext } from '@sa-platform/auth-client/testing';
import { USER_STATUSES, USER_TYPES, type UserContext } from '@sa-platform/contracts';
import { mayBeImpersonated, requireMayImpersonate } from './impersonation-rules.js';

const admin = buildContext({ user_id: 'admin', user_type: 'admin', is_platform_admin: true });
const user = buildContext({ user_id: 'ann', external_id: 'auth0|ann' });

describe('acting as somebody', () => {
  it('is for a platform admin, as an active user with an account', () => {
    expect(requireMayImpersonate(admin, user)).toBe('auth0|ann');
  });

  it.each<[code: string, admin: Partial<UserContext>, user: Partial<UserContext>]>([
    ['access.denied', { is_platform_admin: false }, {}],
    ['user.self_change', {}, { user_id: 'admin' }],
    ['impersonation.platform_admin', {}, { user_type: 'admin' }],
    ['impersonation.platform_admin', {}, { user_type: 'admin', status: 'suspended' }],
    ['impersonation.user_not_active', {}, { status: 'pending' }],
    ['impersonation.user_not_active', {}, { status: 'suspended' }],
    ['impersonation.user_not_active', {}, { status: 'deactivated' }],
    ['identity.not_provisioned', {}, { external_id: null }],
  ])('is refused with %s: %j, %j', (code, ofAdmin, ofUser) => {
    expect(() => requireMayImpersonate({ ...admin, ...ofAdmin }, { ...user, ...ofUser })).toThrow(expect.objectContaining({ code }));
  });

  it('goes on only while the user is active and no admin', () => {
    const every = USER_TYPES.flatMap((user_type) => USER_STATUSES.map((status) => buildContext({ user_type, status })));
    const allowed = every.filter(mayBeImpersonated).map(({ user_type: type, status }) => `${type} ${status}`);
    expect(allowed).toEqual(['clinician active', 'patient active', 'user active']);
  });
});
