import { impersonationOf, type AccessRule, type Caller } from './access.js';
import {
  requireAnyPermission,
  requireAnyRole,
  requireApproved,
  requireInPerson,
  requirePermissions,
  requireProduct,
  requireRole,
  requireScope,
  requireUserType,
} from './access-rules.js';
import { buildContext, buildMembership } from '../testing/index.js';

const membership = buildMembership({
  organisation_id: 'texas',
  permissions: ['claims:read'],
  role: { id: 'r', key: 'BILLER', name: 'Biller' },
  products: [{ product_id: 'p', key: 'derm' }],
});
const context = buildContext({ user_type: 'clinician', permissions: ['cases:read'], memberships: [membership] });
const asUser = (changes: Partial<typeof context> = {}): Caller => ({
  type: 'user',
  principal: { type: 'user', subject: 's', scopes: ['context:read', 'claims:read'], expiresAtMs: 0 },
  context: { ...context, ...changes },
});
const service: Caller = {
  type: 'service',
  principal: { type: 'service', subject: 'jobs', clientId: 'jobs', scopes: ['context:read', 'claims:read'], expiresAtMs: 0 },
  context: null,
};
const inTexas = { params: {}, organisationId: 'texas' };
const inOhio = { params: {}, organisationId: 'ohio' };
const nowhere = { params: {}, organisationId: null };

const rules: [rule: AccessRule, name: string, elsewhere: string | null][] = [
  [requirePermissions('claims:read', 'cases:read'), 'permission claims:read and cases:read', 'access.denied'],
  [requireAnyPermission('claims:write', 'claims:read'), 'permission claims:write or claims:read', 'access.denied'],
  [requireRole('BILLER'), 'role BILLER', 'access.denied'],
  [requireAnyRole('READONLY', 'BILLER'), 'role READONLY or BILLER', 'access.denied'],
  [requireProduct('derm'), 'product derm', 'access.denied'],
  [requireUserType('admin', 'clinician'), 'user type admin or clinician', null],
  [requireApproved(), 'approved user', null],
  [requireInPerson(), 'user in person', null],
];

describe.each(rules)('%#', (rule, name, elsewhere) => {
  test(`${name} admits who has it, where they have it`, () => {
    expect(rule.name).toBe(name);
    expect(rule.decide(asUser(), inTexas)).toBeNull();
    expect(rule.decide(asUser(), inOhio)).toBe(elsewhere);
  });

  test(`${name} refuses a service, whatever its scopes, and a user who is not active`, () => {
    expect(rule.decide(service, inTexas)).toBe('access.denied');
    expect(rule.decide(asUser({ status: 'pending' }), inTexas)).toBe('user.not_active');
  });
});

test('who named no organisation learns so, unless they belong to none', () => {
  expect(requirePermissions('claims:read').decide(asUser(), nowhere)).toBe('access.organisation_required');
  expect(requirePermissions('claims:read').decide(asUser({ memberships: [] }), nowhere)).toBe('access.denied');
  expect(requirePermissions('cases:read').decide(asUser(), nowhere)).toBeNull();
});

test('another user type is refused', () => {
  expect(requireUserType('admin').decide(asUser(), inTexas)).toBe('access.denied');
});

test('who acts as a user passes for what the user holds, and not where the user is asked for in person', () => {
  const impersonation = { id: 'session', actor: { subject: 'auth0|admin', userId: 'admin' } };
  const inPerson = asUser() as Extract<Caller, { type: 'user' }>;
  const acting: Caller = { ...inPerson, principal: { ...inPerson.principal, impersonation } };
  for (const [rule] of rules) {
    const isAboutThePerson = rule.name === 'user in person';
    expect([rule.name, rule.decide(acting, inTexas)]).toEqual([rule.name, isAboutThePerson ? 'impersonation.forbidden' : null]);
  }
  expect([acting, inPerson, service].map(impersonationOf)).toEqual([impersonation, null, null]);
});

test('a scope admits services only', () => {
  const rule = requireScope('context:read');
  expect(rule.name).toBe('scope context:read');
  expect(rule.decide(service, nowhere)).toBeNull();
  expect(requireScope('users:read').decide(service, nowhere)).toBe('access.denied');
  expect(rule.decide(asUser(), nowhere)).toBe('access.denied');
});

test.each([
  () => requirePermissions(),
  () => requireAnyPermission(),
  () => requireAnyRole(),
  () => requireUserType(),
  () => requirePermissions(''),
  () => requireScope(''),
])('a rule about nothing is a mistake of its author (%#)', (makeRule) => {
  expect(makeRule).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
});
