import { describe, expect, it } from '@jest/globals';
import { USER_STATUSES, type UserStatus } from '@sa-platform/contracts';
import type { IdentityClaims, IdentityUser } from '@sa-platform/identity-provider';
import type { ComparedUser } from './drift.js';
import { findDifferences, isAdoptable, isOnItsWay, isUnclaimed, needsAccount, sidesOf } from './plan-drift.js';

const claims: IdentityClaims = { user_type: 'user', status: 'active', roles: ['A', 'B'], organisations: ['texas', 'utah'] };
const user = (more: Partial<ComparedUser> = {}): ComparedUser => ({
  id: 'u',
  externalId: 'x',
  externalUsername: null,
  email: 'Ann@Example.com',
  userType: 'user',
  status: 'active',
  jobState: null,
  ...more,
});
const account = (more: Partial<IdentityUser> = {}): IdentityUser => ({
  externalId: 'x',
  username: null,
  email: 'ann@example.com',
  emailVerified: true,
  displayName: 'Ann',
  blocked: false,
  userId: 'u',
  claims,
  ...more,
});

describe('what an account and its user differ in', () => {
  it('is nothing for the same in other words', () => {
    const reordered = { ...claims, roles: ['B', 'A', 'A'], organisations: ['utah', 'texas'] };
    expect(findDifferences(user(), claims, account({ email: ' ANN@example.COM', claims: reordered, displayName: 'Other', emailVerified: false }))).toEqual([]);
  });

  it('is a block that our status does not want, or one that it wants', () => {
    const differs = (status: UserStatus, blocked: boolean) => findDifferences(user({ status }), claims, account({ blocked })).includes('blocked_differs');
    expect(USER_STATUSES.filter((status) => differs(status, true))).toEqual(['pending', 'active']);
    expect(USER_STATUSES.filter((status) => differs(status, false))).toEqual(['suspended', 'deactivated']);
  });

  it('is another e-mail, also one that we would refuse, or none', () => {
    for (const email of ['bob@example.com', 'ann@example.com.au', 'no address', '']) {
      expect(findDifferences(user(), claims, account({ email }))).toEqual(['email_differs']);
    }
  });

  it.each([
    ['another type', { ...claims, user_type: 'admin' as const }],
    ['another status', { ...claims, status: 'pending' as const }],
    ['a role more', { ...claims, roles: ['A', 'B', 'C'] }],
    ['a role less', { ...claims, roles: ['A'] }],
    ['another organisation', { ...claims, organisations: ['texas'] }],
    ['no claims', null],
  ])('is %s in the claims', (_what, theirs) => {
    expect(findDifferences(user(), claims, account({ claims: theirs }))).toEqual(['claims_differ']);
  });

  it('is everything at once', () => {
    expect(findDifferences(user(), claims, account({ blocked: true, email: 'b@example.com', claims: null }))).toEqual([
      'blocked_differs',
      'email_differs',
      'claims_differ',
    ]);
  });

  it('is told without what is not part of it', () => {
    const other = account({ email: 'b@example.com', blocked: true, claims: null });
    expect(sidesOf('blocked_differs', user(), claims, other)).toEqual({ ours: { status: 'active' }, theirs: { blocked: true, is_marked: true } });
    expect(sidesOf('email_differs', user(), claims, other)).toEqual({
      ours: { status: 'active', email: 'Ann@Example.com' },
      theirs: { blocked: true, is_marked: true, email: 'b@example.com', email_verified: true },
    });
    expect(sidesOf('claims_differ', user(), claims, other)).toEqual({
      ours: { status: 'active', claims },
      theirs: { blocked: true, is_marked: true, claims: null },
    });
  });
});

describe('what is no discrepancy', () => {
  it('is a user of whom the provider is still to be told, unless the queue gave up', () => {
    expect([isOnItsWay({ jobState: 'due' }), isOnItsWay({ jobState: 'failed' }), isOnItsWay({ jobState: null })]).toEqual([true, false, false]);
  });

  it('is a deactivated user without an account', () => {
    expect(USER_STATUSES.filter((status) => needsAccount({ status }))).toEqual(['pending', 'active', 'suspended']);
  });

  it('is a stranger’s account that is blocked', () => {
    expect(isUnclaimed({ userId: null, blocked: true })).toBe(false);
    expect(isUnclaimed({ userId: null, blocked: false })).toBe(true);
    expect(isUnclaimed({ userId: 'u', blocked: true })).toBe(true);
  });
});

it('an e-mail can be taken over if it is one of ours by our own rules', () => {
  const emails = ['ann@example.com', 'Ann@Example.com', ' ann@example.com', 'ann', '', 'a@b@example.com', 'ann@exam\u200bple.com'];
  expect(emails.filter(isAdoptable)).toEqual(['ann@example.com', 'Ann@Example.com']);
});
