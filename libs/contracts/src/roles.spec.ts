import { describe, expect, it } from '@jest/globals';
import { BASELINE_PERMISSIONS, PERMISSION_PATTERN } from './permissions.js';
import { TENANT_ADMIN, TENANT_ROLES, TYPE_ROLES } from './roles.js';

const permissionsOf = (key: string) => [...(TENANT_ROLES.find((role) => role.key === key)?.permissions ?? [])].sort();
const billing = BASELINE_PERMISSIONS.filter(({ service_id }) => service_id === 'billing').map(({ permission }) => permission);

describe('the canonical roles', () => {
  it('are these', () => {
    const keys = ['TENANT_ADMIN', 'BILLING_LEAD', 'BILLER', 'RCM_ANALYST', 'MEMBER_SERVICES', 'READONLY'];
    expect(TENANT_ROLES.map(({ key }) => key)).toEqual(keys);
  });

  it.each([...TYPE_ROLES, ...TENANT_ROLES])('hold registered permissions only, each once: $key', ({ permissions }) => {
    const registered = new Set(BASELINE_PERMISSIONS.map(({ permission }) => permission));
    expect(permissions.filter((permission) => !registered.has(permission))).toEqual([]);
    expect(new Set(permissions).size).toBe(permissions.length);
  });

  it.each(TENANT_ROLES)('can be given by a tenant administrator, who holds all of it: $key', ({ permissions }) => {
    const held = permissionsOf(TENANT_ADMIN);
    expect(permissions.filter((permission) => !held.includes(permission))).toEqual([]);
  });

  it('let a billing lead work on payers, fee schedules, claims and denials', () => {
    const nouns = ['claims', 'denials', 'fee_schedules', 'payers'];
    expect(permissionsOf('BILLING_LEAD')).toEqual(['admin:users:read', ...nouns.flatMap((noun) => [`${noun}:read`, `${noun}:write`])]);
  });

  it('let an analyst see dashboards and reports, and member services work on members and eligibility', () => {
    expect(permissionsOf('RCM_ANALYST')).toEqual(expect.arrayContaining(['dashboards:read', 'reports:read']));
    const nouns = ['eligibility', 'members'];
    expect(permissionsOf('MEMBER_SERVICES')).toEqual(expect.arrayContaining(nouns.flatMap((noun) => [`${noun}:read`, `${noun}:write`])));
  });

  it('let READONLY see all of billing, and nothing else', () => {
    expect(permissionsOf('READONLY')).toEqual(billing.filter((permission) => permission.endsWith(':read')).sort());
  });

  it('let nobody but a tenant administrator change users and roles', () => {
    const others = TENANT_ROLES.filter(({ key }) => key !== TENANT_ADMIN);
    expect(others.flatMap(({ permissions }) => permissions).filter((permission) => /^admin:.*:write$/.test(permission))).toEqual([]);
  });
});

describe('the baseline catalogue', () => {
  it('names each permission once, in the form that all permissions have', () => {
    const names = BASELINE_PERMISSIONS.map(({ permission }) => permission);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !PERMISSION_PATTERN.test(name))).toEqual([]);
  });
});
