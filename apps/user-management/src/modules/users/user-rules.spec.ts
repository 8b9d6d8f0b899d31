import { describe, expect, it } from '@jest/globals';
import type { Caller } from '@sa-platform/auth-client';
import { buildContext, buildMembership } from '@sa-platform/auth-client/testing';
import { USER_STATUSES, type UserStatus } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { eventOfTransition, requireNotActingAs, requireNotSelf, requireOutranks, requireWhollyWithin } from './user-rules.js';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof AppError ? error.code : 'another error';
  }
};

describe('eventOfTransition', () => {
  const ways: Partial<Record<`${UserStatus} ${UserStatus}`, string>> = {
    'pending active': 'users.approved',
    'pending deactivated': 'users.deactivated',
    'active pending': 'users.updated',
    'active suspended': 'users.suspended',
    'active deactivated': 'users.deactivated',
    'suspended pending': 'users.updated',
    'suspended active': 'users.reactivated',
    'suspended deactivated': 'users.deactivated',
    'deactivated active': 'users.reactivated',
  };
  const all = USER_STATUSES.flatMap((from) => USER_STATUSES.map((to) => [from, to] as const));

  it.each(all)('from %s to %s is the one event it should be, or refused', (from, to) => {
    const expected = ways[`${from} ${to}`];
    if (expected === undefined) expect(codeOf(() => eventOfTransition(from, to))).toBe('user.status_transition');
    else expect(eventOfTransition(from, to)).toBe(expected);
  });
});

describe('requireOutranks', () => {
  const holding = (...permissions: string[]) => buildContext({ memberships: [buildMembership({ permissions })] });

  it('passes whoever holds the same', () => {
    const actor = holding('admin:users:write', 'claims:read');
    expect(codeOf(() => requireOutranks(actor, actor))).toBe('done');
  });

  it('refuses one permission more, and an actor who may only read', () => {
    const actor = holding('admin:users:write', 'claims:read');
    expect(codeOf(() => requireOutranks(actor, holding('claims:write')))).toBe('user.outranks_actor');
    expect(codeOf(() => requireOutranks(holding('admin:users:read'), holding()))).toBe('user.outranks_actor');
  });
});

describe('requireWhollyWithin', () => {
  const memberOf = (...ids: string[]) => ids.map((organisation_id) => buildMembership({ organisation_id }));

  it('passes who administers every organisation of the user, and who administers the platform', () => {
    const user = buildContext({ memberships: memberOf('texas', 'ohio') });
    expect(codeOf(() => requireWhollyWithin(['ohio', 'texas', 'utah'], user))).toBe('done');
    expect(codeOf(() => requireWhollyWithin('platform', buildContext({ is_platform_admin: true })))).toBe('done');
  });

  it('refuses one organisation less, and anybody but the platform for a platform admin', () => {
    expect(codeOf(() => requireWhollyWithin(['texas'], buildContext({ memberships: memberOf('texas', 'ohio') })))).toBe('user.beyond_reach');
    const admin = buildContext({ is_platform_admin: true, memberships: memberOf('texas') });
    expect(codeOf(() => requireWhollyWithin(['texas'], admin))).toBe('user.beyond_reach');
  });
});

describe('requireNotSelf', () => {
  it('refuses the actor alone', () => {
    const actor = buildContext({ user_id: 'me', is_platform_admin: true });
    expect(codeOf(() => requireNotSelf(actor, 'me'))).toBe('user.self_change');
    expect(codeOf(() => requireNotSelf(actor, 'you'))).toBe('done');
  });
});

describe('requireNotActingAs', () => {
  const impersonation = { id: 'session', actor: { subject: 'auth0|admin', userId: 'admin' } };
  const caller = (more: object): Caller => ({
    type: 'user',
    principal: { type: 'user', subject: 'auth0|me', scopes: [], expiresAtMs: 0, ...more },
    context: buildContext({ user_id: 'me' }),
  });

  it('keeps whoever acts as a user from that user’s own account, and from no other', () => {
    expect(codeOf(() => requireNotActingAs('me', caller({ impersonation })))).toBe('impersonation.forbidden');
    expect(codeOf(() => requireNotActingAs('you', caller({ impersonation })))).toBe('done');
    expect(codeOf(() => requireNotActingAs('me', caller({})))).toBe('done');
  });
});
