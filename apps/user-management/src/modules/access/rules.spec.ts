import { describe, expect, it } from '@jest/globals';
import type { Caller } from '@sa-platform/auth-client';
import { buildContext, buildMembership } from '@sa-platform/auth-client/testing';
import type { UserContext } from '@sa-platform/contracts';
import { administrator, anyAdministrator, anyOf, platformAdmin, self, service, signedIn } from './rules.js';

const asUser = (changes: Partial<UserContext> = {}): Caller => ({
  type: 'user',
  principal: { type: 'user', subject: 's', scopes: ['context:read'], expiresAtMs: 0 },
  context: buildContext({ user_id: 'me', ...changes }),
});
const asService = (...scopes: string[]): Caller => ({
  type: 'service',
  principal: { type: 'service', subject: 'jobs', clientId: 'jobs', scopes, expiresAtMs: 0 },
  context: null,
});
const request = { params: { id: 'me' }, organisationId: null };
const memberWith = (...permissions: string[]) => ({ memberships: [buildMembership({ permissions })] });
const INACTIVE = ['pending', 'suspended', 'deactivated'] as const;

describe('signedIn', () => {
  it('admits active users and no service', () => {
    expect(signedIn().decide(asUser(), request)).toBeNull();
    expect(signedIn('pending').decide(asService('context:read'), request)).toBe('access.denied');
  });

  it('admits exactly the statuses it names', () => {
    expect(signedIn('pending').decide(asUser({ status: 'pending' }), request)).toBeNull();
    expect(signedIn('pending').decide(asUser({ status: 'suspended' }), request)).toBe('user.not_active');
    expect(signedIn().decide(asUser({ status: 'pending' }), request)).toBe('user.not_active');
  });

  it('tells the guard whether it admits anybody inactive', () => {
    expect(signedIn().admitsInactive).toBe(false);
    expect(signedIn('pending').admitsInactive).toBe(true);
  });
});

describe('self', () => {
  it('compares with the id in the path', () => {
    expect(self().decide(asUser(), request)).toBeNull();
    expect(self().decide(asUser({ user_id: 'ME' }), request)).toBe('access.denied');
    expect(self().decide(asUser(), { ...request, params: {} })).toBe('access.denied');
    expect(self().decide(asService(), request)).toBe('access.denied');
  });
});

describe('service', () => {
  it('needs the scope as a whole, and of a service: the scopes of a person count for nothing', () => {
    expect(service('context:read').decide(asService('users:read', 'context:read'), request)).toBeNull();
    expect(service('context:read').decide(asService('context:reader'), request)).toBe('access.denied');
    expect(service('context:read').decide(asUser(), request)).toBe('access.denied');
  });

  it('without a scope admits any service', () => {
    expect(service().decide(asService(), request)).toBeNull();
    expect(service().decide(asUser(), request)).toBe('access.denied');
  });
});

describe.each([
  ['administrator', administrator('admin:users:read')],
  ['anyAdministrator', anyAdministrator()],
])('%s', (_, rule) => {
  it('admits who holds it in one organisation or platform-wide', () => {
    expect(rule.decide(asUser(memberWith('admin:users:read')), request)).toBeNull();
    expect(rule.decide(asUser({ permissions: ['admin:users:read'] }), request)).toBeNull();
  });

  it.each(INACTIVE)('refuses a %s one', (status) => {
    expect(rule.decide(asUser({ status, ...memberWith('admin:users:read') }), request)).toBe('access.denied');
    expect(rule.decide(asUser({ status, permissions: ['admin:users:read'] }), request)).toBe('access.denied');
  });

  it('refuses services and people without it', () => {
    expect(rule.decide(asService('admin:users:read'), request)).toBe('access.denied');
    expect(rule.decide(asUser(memberWith('users:admin', 'administrator:read')), request)).toBe('access.denied');
  });
});

describe('platformAdmin', () => {
  it('admits nobody else, whatever they hold', () => {
    expect(platformAdmin().decide(asUser({ is_platform_admin: true }), request)).toBeNull();
    expect(platformAdmin().decide(asUser({ user_type: 'admin', permissions: ['admin:users:write'] }), request)).toBe('access.denied');
    expect(platformAdmin().decide(asService('admin'), request)).toBe('access.denied');
  });
});

describe('anyOf', () => {
  const either = anyOf(self(), service('context:read'));

  it('is met by one of its rules', () => {
    expect(either.decide(asUser(), request)).toBeNull();
    expect(either.decide(asService('context:read'), request)).toBeNull();
    expect(either.decide(asUser({ user_id: 'other' }), request)).toBe('access.denied');
  });

  it('admits inactive users only if one of its rules does', () => {
    expect(either.admitsInactive).toBe(false);
    expect(anyOf(self(), signedIn('pending')).admitsInactive).toBe(true);
  });

  it('without rules refuses', () => {
    expect(anyOf().decide(asUser(), request)).toBe('access.denied');
  });
});
