import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveContext, resolveHoldings, type ContextRow } from './resolve-context.js';

const row = (kind: ContextRow['kind'], changes: Partial<ContextRow> = {}): ContextRow => ({
  kind,
  id: null,
  ref: null,
  name: null,
  a: null,
  b: null,
  c: null,
  expires_at: null,
  expired: 0,
  version: 0,
  ...changes,
});
const user = (type: string, status: string) =>
  row('user', { id: 'u', ref: 'sub|1', name: 'Ada', a: 'ada@example.com', b: type, c: status, version: 3n });
const membership = (id: string, organisation: string, changes: Partial<ContextRow> = {}) =>
  row('membership', { id, ref: organisation, name: `The ${organisation}`, a: `r-${id}`, b: 'BILLER', c: 'Biller', version: 2, ...changes });
const permission = (id: string, ref: string) => row('permission', { id, ref });
const product = (id: string, ref: string) => row('product', { id, ref, name: `key-${ref}` });
const platform = (ref: string) => row('platform permission', { ref });

const rows = [
  user('clinician', 'active'),
  membership('m2', 'texas', { expires_at: new Date('2030-01-02T03:04:05.678Z') }),
  membership('m1', 'ohio'),
  permission('m2', 'claims:write'),
  permission('m2', 'claims:read'),
  permission('m1', 'images:read'),
  product('m2', 'z'),
  product('m2', 'B'),
  row('type role', { id: 'r', version: '5' }),
  platform('cases:write'),
  platform('cases:read'),
];

describe('resolveContext', () => {
  it('is null without a user', () => {
    expect(resolveContext([])).toBeNull();
    expect(resolveContext([membership('m1', 'texas')])).toBeNull();
  });

  it('answers DESIGN 3.3 to the letter, keys in its order', () => {
    const text = JSON.stringify(resolveContext(rows));
    expect(text).toBe(
      '{"user_id":"u","external_id":"sub|1","email":"ada@example.com","display_name":"Ada","user_type":"clinician",' +
        '"status":"active","is_platform_admin":false,"permissions":["cases:read","cases:write"],"memberships":[' +
        '{"membership_id":"m1","organisation_id":"ohio","organisation_name":"The ohio","role":{"id":"r-m1","key":"BILLER",' +
        '"name":"Biller"},"permissions":["images:read"],"products":[],"expires_at":null},' +
        '{"membership_id":"m2","organisation_id":"texas","organisation_name":"The texas","role":{"id":"r-m2","key":"BILLER",' +
        '"name":"Biller"},"permissions":["claims:read","claims:write"],"products":[{"product_id":"B","key":"key-B"},' +
        '{"product_id":"z","key":"key-z"}],"expires_at":"2030-01-02T03:04:05.678Z"}],"version":12}',
    );
  });

  it('does not depend on the order of the rows', () => {
    const expected = JSON.stringify(resolveContext(rows));
    const anyOrder = fc.shuffledSubarray(rows, { minLength: rows.length });
    fc.assert(fc.property(anyOrder, (shuffled) => JSON.stringify(resolveContext(shuffled)) === expected));
  });

  it('keeps the memberships of one organisation apart, with their own permissions and products', () => {
    const context = resolveContext([
      user('user', 'active'),
      membership('m1', 'texas'),
      membership('m2', 'texas'),
      permission('m1', 'claims:read'),
      product('m2', 'derm'),
    ]);
    expect(context?.memberships.map(({ permissions, products }) => [permissions.length, products.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('names a platform-wide permission once', () => {
    expect(resolveContext([user('user', 'active'), platform('a:b'), platform('a:b')])?.permissions).toEqual(['a:b']);
  });

  it.each(['pending', 'suspended', 'deactivated'])('leaves a %s user without permission and product', (status) => {
    const context = resolveContext([user('admin', status), ...rows.slice(1)]);
    expect(context).toMatchObject({ status, is_platform_admin: false, permissions: [] });
    expect(context?.memberships).toHaveLength(2);
    for (const { permissions, products } of context?.memberships ?? []) expect([permissions, products]).toEqual([[], []]);
  });

  it('drops an expired membership and what belongs to it; the version still counts it, plus one', () => {
    const before = [user('user', 'active'), membership('m1', 'texas'), permission('m1', 'a:b'), product('m1', 'p')];
    const after = before.map((each) => (each.kind === 'membership' ? { ...each, expired: 1n } : each));
    expect(resolveContext(after)?.memberships).toEqual([]);
    expect(resolveContext(after)?.version).toBe((resolveContext(before)?.version ?? 0) + 1);
  });

  it('makes only an active admin a platform admin', () => {
    expect(resolveContext([user('admin', 'active')])?.is_platform_admin).toBe(true);
    expect(resolveContext([user('clinician', 'active')])?.is_platform_admin).toBe(false);
  });
});

describe('resolveHoldings', () => {
  it('keeps what a suspended user with an expired membership would hold', () => {
    const holdings = resolveHoldings([
      user('admin', 'suspended'),
      membership('m1', 'texas', { expired: 1 }),
      permission('m1', 'claims:read'),
      platform('cases:read'),
    ]);
    expect(holdings).toMatchObject({ status: 'suspended', is_platform_admin: true, permissions: ['cases:read'] });
    expect(holdings?.memberships[0]?.permissions).toEqual(['claims:read']);
  });
});
