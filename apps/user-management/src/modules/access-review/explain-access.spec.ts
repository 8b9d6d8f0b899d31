import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainAccess, type AccessRow } from './explain-access.js';

const row = (kind: AccessRow['kind'], source_id: string, changes: Partial<AccessRow> = {}): AccessRow => ({
  kind,
  source_id,
  organisation_id: null,
  organisation_name: null,
  role_id: null,
  role_key: null,
  role_name: null,
  expires_at: null,
  expired: 0,
  ref: null,
  detail: null,
  ...changes,
});
const user = (type: string, status = 'active') => row('user', 'u', { ref: type, detail: status });
const typeRole = row('type_role', 'r', { role_id: 'r', role_key: 'clinician', role_name: 'Clinician' });
const membership = (id: string, organisation: string, changes: Partial<AccessRow> = {}) =>
  row('membership', id, {
    organisation_id: organisation,
    organisation_name: `The ${organisation}`,
    role_id: `r-${id}`,
    role_key: 'BILLER',
    role_name: 'Biller',
    ...changes,
  });
const permission = (source: string, ref: string) => row('permission', source, { ref });
const product = (source: string, ref: string) => row('product', source, { ref, detail: `key-${ref}` });

const rows = [
  user('clinician'),
  typeRole,
  membership('m2', 'texas', { expires_at: new Date('2030-01-02T03:04:05.678Z') }),
  membership('m1', 'texas', { expires_at: new Date('2020-01-01T00:00:00Z'), expired: 1n }),
  membership('m3', 'ohio'),
  permission('r', 'cases:read'),
  permission('m2', 'cases:read'),
  permission('m1', 'cases:read'),
  permission('m3', 'cases:read'),
  permission('m2', 'Z:read'),
  permission('m2', 'a:read'),
  product('m2', 'derm'),
  product('m1', 'derm'),
  product('m3', 'claims'),
];

describe('explainAccess', () => {
  it('is null without a user', () => {
    expect(explainAccess([])).toBeNull();
    expect(explainAccess([membership('m1', 'texas'), permission('m1', 'a:b')])).toBeNull();
  });

  it('names every source of a permission, platform-wide ones first, by bytes', () => {
    const access = explainAccess(rows);
    expect(access?.permissions.map(({ permission: name }) => name)).toEqual(['Z:read', 'a:read', 'cases:read']);
    expect(access?.permissions[2]?.sources).toEqual([
      {
        kind: 'type_role',
        is_effective: true,
        organisation_id: null,
        organisation_name: null,
        membership_id: null,
        role: { id: 'r', key: 'clinician', name: 'Clinician' },
        expires_at: null,
      },
      expect.objectContaining({ kind: 'membership', membership_id: 'm3', organisation_id: 'ohio', is_effective: true }),
      expect.objectContaining({ membership_id: 'm1', is_effective: false, expires_at: '2020-01-01T00:00:00.000Z' }),
      {
        kind: 'membership',
        is_effective: true,
        organisation_id: 'texas',
        organisation_name: 'The texas',
        membership_id: 'm2',
        role: { id: 'r-m2', key: 'BILLER', name: 'Biller' },
        expires_at: '2030-01-02T03:04:05.678Z',
      },
    ]);
  });

  it('names each product with its membership; that of an expired one is not effective', () => {
    expect(explainAccess(rows)?.products).toEqual([
      { product_id: 'claims', key: 'key-claims', membership_id: 'm3', organisation_id: 'ohio', is_effective: true },
      { product_id: 'derm', key: 'key-derm', membership_id: 'm1', organisation_id: 'texas', is_effective: false },
      { product_id: 'derm', key: 'key-derm', membership_id: 'm2', organisation_id: 'texas', is_effective: true },
    ]);
  });

  it('does not depend on the order of the rows', () => {
    const expected = JSON.stringify(explainAccess(rows));
    const anyOrder = fc.shuffledSubarray(rows, { minLength: rows.length });
    fc.assert(fc.property(anyOrder, (shuffled) => JSON.stringify(explainAccess(shuffled)) === expected));
  });

  it('gives a platform admin what is registered, without a role, and what their memberships give besides', () => {
    const access = explainAccess([user('admin'), permission('u', 'a:b'), membership('m1', 'texas'), permission('m1', 'a:b')]);
    expect(access).toMatchObject({ is_effective: true, is_platform_admin: true });
    expect(access?.permissions).toEqual([
      {
        permission: 'a:b',
        sources: [
          {
            kind: 'platform_admin',
            is_effective: true,
            organisation_id: null,
            organisation_name: null,
            membership_id: null,
            role: null,
            expires_at: null,
          },
          expect.objectContaining({ kind: 'membership', membership_id: 'm1' }),
        ],
      },
    ]);
  });

  it.each(['pending', 'suspended', 'deactivated'])('lists what a %s user would hold, and none of it is effective', (status) => {
    const access = explainAccess([user('admin', status), permission('u', 'a:b'), ...rows.slice(2)]);
    expect(access).toMatchObject({ status, is_effective: false, is_platform_admin: false });
    const sources = access?.permissions.flatMap((each) => each.sources) ?? [];
    expect(sources.length).toBeGreaterThan(4);
    expect([...sources, ...(access?.products ?? [])].filter((each) => each.is_effective)).toEqual([]);
  });
});
