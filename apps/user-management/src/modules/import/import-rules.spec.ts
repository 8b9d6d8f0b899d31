import { describe, expect, it } from '@jest/globals';
import type { MembershipView, UserContext } from '@sa-platform/contracts';
import type { User } from '../users/users.repository.js';
import { readHeader } from './import-columns.js';
import { parseRecord } from './import-record.js';
import { membershipOf, missingProducts, profileChanges, requireSameType, requireVisible, type KnownUser } from './import-rules.js';

const membership = (organisationId: string, roleId: string, ...products: string[]) =>
  ({ organisation_id: organisationId, role: { id: roleId }, products: products.map((id) => ({ product_id: id })) }) as unknown as MembershipView;
const known = (...memberships: MembershipView[]): KnownUser => ({ user: { userType: 'user', displayName: 'Name', phone: null } as User, memberships });
const record = (cells: Partial<Record<number, string>> = {}) =>
  parseRecord(['a@example.com', 'Name', 'user', 'texas', 'BILLER', 'claims;derm', '+44 1234'].map((cell, index) => cells[index] ?? cell));
const administrator = (organisationId: string): UserContext =>
  ({ status: 'active', permissions: [], memberships: [{ organisation_id: organisationId, permissions: ['admin:users:write'] }] }) as unknown as UserContext;

describe('a row about somebody who is there', () => {
  it('is refused where they are nobody for the actor', () => {
    const person = known(membership('ohio', 'biller'));
    expect(() => requireVisible(administrator('texas'), person)).toThrow(expect.objectContaining({ code: 'user.email_taken' }));
    expect(() => requireVisible(administrator('ohio'), person)).not.toThrow();
    expect(() => requireVisible({ ...administrator('x'), permissions: ['admin:users:write'] }, person)).not.toThrow();
  });

  it('changes no type', () => {
    expect(() => requireSameType(known(), record({ 2: 'patient' }))).toThrow(expect.objectContaining({ code: 'user.type_differs' }));
    expect(() => requireSameType(known(), record())).not.toThrow();
  });

  it('changes what differs and is given', () => {
    expect(profileChanges(known(), record())).toEqual({ phone: '+44 1234' });
    expect(profileChanges(known(), record({ 1: 'Other', 6: '' }))).toEqual({ displayName: 'Other' });
    expect(profileChanges(known(), record({ 1: '', 6: '' }))).toEqual({});
  });

  it('means the membership of the same role there, and adds the products that it lacks', () => {
    const held = membership('texas', 'biller', 'claims', 'reports');
    const person = known(membership('ohio', 'biller'), membership('texas', 'lead'), held);
    expect(membershipOf(person, 'texas', 'biller')).toBe(held);
    expect(membershipOf(person, 'texas', 'other')).toBeNull();
    expect(missingProducts(held, record())).toEqual(['derm']);
  });
});

describe('the header', () => {
  it('says where each column stands', () => {
    const header = ['phone', ' email ', 'id', 'display_name', 'user_type', 'organisation_id', 'role_key', 'product_ids'];
    expect(readHeader(header)).toEqual({ width: 8, places: [1, 3, 4, 5, 6, 7, 0] });
  });
});
