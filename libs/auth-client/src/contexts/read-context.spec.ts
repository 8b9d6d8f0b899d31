import { buildContext, buildMembership } from '../testing/index.js';
import { readContext } from './read-context.js';

const membership = buildMembership({ permissions: ['claims:read'], products: [{ product_id: 'derm', key: 'derm' }] });
const context = buildContext({ permissions: ['cases:read'], memberships: [membership] });

test('answers a context as it is, with members that are news to us', () => {
  expect(readContext(context)).toBe(context);
  expect(readContext({ ...context, external_id: null, nickname: 'Al' })).toMatchObject({ nickname: 'Al' });
  const expiring = { ...membership, expires_at: '2026-11-21T10:00:00.000Z', note: 1 };
  expect(readContext({ ...context, memberships: [expiring] })).not.toBeNull();
});

test.each([[null], [undefined], ['context'], [7], [[]], [{}]])('%j is none', (value) => {
  expect(readContext(value)).toBeNull();
});

/** Values of which at most one suits any member. */
const OTHERS = [undefined, null, 7.5, 'something', true, {}, [{}], [null], ['a', 7]];

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const never = (): boolean => false;

test.each<[string, (value: unknown) => object, (value: unknown) => boolean]>([
  ['user_id', (value) => ({ user_id: value }), isText],
  ['external_id', (value) => ({ external_id: value }), isTextOrNull],
  ['email', (value) => ({ email: value }), isText],
  ['display_name', (value) => ({ display_name: value }), isText],
  ['user_type', (value) => ({ user_type: value }), never],
  ['status', (value) => ({ status: value }), never],
  ['is_platform_admin', (value) => ({ is_platform_admin: value }), (value) => value === true],
  ['permissions', (value) => ({ permissions: value }), never],
  ['memberships', (value) => ({ memberships: value }), never],
  ['version', (value) => ({ version: value }), never],
  ['membership_id', (value) => inMembership({ membership_id: value }), isText],
  ['organisation_id', (value) => inMembership({ organisation_id: value }), isText],
  ['organisation_name', (value) => inMembership({ organisation_name: value }), isText],
  ['role', (value) => inMembership({ role: value }), never],
  ['role.id', (value) => inMembership({ role: { ...membership.role, id: value } }), isText],
  ['role.key', (value) => inMembership({ role: { ...membership.role, key: value } }), isText],
  ['role.name', (value) => inMembership({ role: { ...membership.role, name: value } }), isText],
  ['permissions of a membership', (value) => inMembership({ permissions: value }), never],
  ['products', (value) => inMembership({ products: value }), never],
  ['product_id', (value) => inMembership({ products: [{ product_id: value, key: 'derm' }] }), isText],
  ['key of a product', (value) => inMembership({ products: [{ product_id: 'derm', key: value }] }), isText],
  ['expires_at', (value) => inMembership({ expires_at: value }), isTextOrNull],
])('half a context decides nothing: %s must be there and of its type', (_member, change, suits) => {
  for (const value of OTHERS) {
    expect([value, readContext({ ...context, ...change(value) }) !== null]).toEqual([value, suits(value)]);
  }
});

function inMembership(change: object): object {
  return { memberships: [{ ...membership, ...change }] };
}
