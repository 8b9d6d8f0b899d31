import { USER_STATUSES } from '@sa-platform/contracts';
import {
  hasAllPermissions,
  hasAnyPermission,
  hasPermission,
  hasProduct,
  hasRole,
  isMemberOf,
} from './context-checks.js';
import { buildContext, buildMembership } from '../testing/index.js';

const biller = { id: 'r1', key: 'BILLER', name: 'Biller' };
const derm = [{ product_id: 'p-1', key: 'derm' }];
const texas = buildMembership({ organisation_id: 'texas', permissions: ['claims:read', 'claims:write'], role: biller, products: derm });
const mississippi = buildMembership({ organisation_id: 'mississippi', permissions: ['cases:write'] });
const context = buildContext({ permissions: ['cases:read'], memberships: [mississippi, texas] });

test.each([
  ['cases:read', undefined, true, 'platform-wide, no organisation named'],
  ['cases:read', 'texas', true, 'platform-wide, in an organisation of theirs'],
  ['cases:read', 'ohio', true, 'platform-wide, in an organisation that is not theirs'],
  ['claims:read', 'texas', true, 'held there'],
  ['claims:read', 'mississippi', false, 'held in another organisation'],
  ['cases:write', 'texas', false, 'held in another organisation'],
  ['claims:read', 'ohio', false, 'no member there'],
  ['claims:read', undefined, false, 'no organisation named'],
  ['claims:read', null, false, 'no organisation named'],
  ['claims:read', '', false, 'an empty name'],
  ['claims:read', 'Texas', false, 'another organisation, by one letter'],
  ['claims:Read', 'texas', false, 'another permission, by one letter'],
  ['claims', 'texas', false, 'a part of a permission'],
  ['claims:delete', 'texas', false, 'held nowhere'],
])('hasPermission(%s, %s) is %s: %s', (permission, organisationId, expected, _why) => {
  expect(hasPermission(context, permission, organisationId)).toBe(expected);
});

test('several permissions are asked for one organisation, never gathered from two', () => {
  expect(hasAllPermissions(context, ['claims:read', 'claims:write', 'cases:read'], 'texas')).toBe(true);
  expect(hasAllPermissions(context, ['claims:read', 'cases:write'], 'texas')).toBe(false);
  expect(hasAnyPermission(context, ['cases:write', 'claims:read'], 'texas')).toBe(true);
  expect(hasAnyPermission(context, ['cases:write', 'orchestrator:read'], 'texas')).toBe(false);
});

test('several memberships in one organisation add up', () => {
  const second = buildMembership({ organisation_id: 'texas', permissions: ['cases:write'] });
  const twice = buildContext({ memberships: [texas, second] });
  expect(hasAllPermissions(twice, ['claims:read', 'cases:write'], 'texas')).toBe(true);
});

test('an empty list is nobody’s', () => {
  expect(hasAllPermissions(context, [], 'texas')).toBe(false);
  expect(hasAnyPermission(context, [], 'texas')).toBe(false);
});

test('roles and products count in their organisation only', () => {
  expect(hasRole(context, 'BILLER', 'texas')).toBe(true);
  expect(hasRole(context, 'BILLER', 'mississippi')).toBe(false);
  expect(hasRole(context, 'BILLER', null)).toBe(false);
  expect(hasProduct(context, 'derm', 'texas')).toBe(true);
  expect(hasProduct(context, 'p-1', 'texas')).toBe(true);
  expect(hasProduct(context, 'derm', 'mississippi')).toBe(false);
  expect(hasProduct(context, 'claims', 'texas')).toBe(false);
});

test('a platform admin holds the registered permissions everywhere, but no product and no role', () => {
  const admin = buildContext({ user_type: 'admin', is_platform_admin: true, permissions: ['claims:read'] });
  expect(hasPermission(admin, 'claims:read', 'ohio')).toBe(true);
  expect(hasPermission(admin, 'claims:write', 'ohio')).toBe(false);
  expect(hasProduct(admin, 'derm', 'ohio')).toBe(false);
  expect(hasRole(admin, 'BILLER', 'ohio')).toBe(false);
});

test.each(USER_STATUSES.filter((status) => status !== 'active'))('nothing is true of a %s user', (status) => {
  const inactive = { ...context, status, is_platform_admin: true };
  expect(hasPermission(inactive, 'cases:read')).toBe(false);
  expect(hasPermission(inactive, 'claims:read', 'texas')).toBe(false);
  expect(hasRole(inactive, 'BILLER', 'texas')).toBe(false);
  expect(hasProduct(inactive, 'derm', 'texas')).toBe(false);
});

test.each([
  ['in a minute', new Date(Date.now() + 60_000).toISOString(), true],
  ['a moment ago', new Date(Date.now() - 1).toISOString(), false],
  ['at no date', 'soon', false],
])('a membership that ends %s', (_when, end, expected) => {
  const ending = buildContext({ memberships: [{ ...texas, expires_at: end }] });
  expect(hasPermission(ending, 'claims:read', 'texas')).toBe(expected);
  expect(hasRole(ending, 'BILLER', 'texas')).toBe(expected);
  expect(hasProduct(ending, 'derm', 'texas')).toBe(expected);
  expect(isMemberOf(ending, 'texas')).toBe(expected);
});
