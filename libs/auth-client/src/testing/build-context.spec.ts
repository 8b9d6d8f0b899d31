import { readContext } from '../contexts/read-context.js';
import { buildContext, buildMembership } from './build-context.js';

describe('a built context', () => {
  it('is one that the library accepts, of an active user who may do nothing', () => {
    const context = buildContext();
    expect(readContext(context)).toBe(context);
    expect(context).toMatchObject({ status: 'active', is_platform_admin: false, permissions: [], memberships: [] });
  });

  it('has the changes', () => {
    expect(buildContext({ user_type: 'clinician', version: 7 })).toMatchObject({ user_type: 'clinician', version: 7 });
  });

  it('takes memberships', () => {
    const context = buildContext({ memberships: [buildMembership()] });
    expect(readContext(context)).toBe(context);
  });
});

describe('a built membership', () => {
  it('is in texas without permission, product and end', () => {
    expect(buildMembership()).toMatchObject({ organisation_id: 'texas', permissions: [], products: [], expires_at: null });
  });

  it('is named by its organisation, so that two are two', () => {
    const names = { membership_id: 'membership-ohio', organisation_id: 'ohio', organisation_name: 'ohio' };
    expect(buildMembership({ organisation_id: 'ohio' })).toMatchObject(names);
  });

  it('has the changes', () => {
    expect(buildMembership({ permissions: ['claims:read'] }).permissions).toEqual(['claims:read']);
  });
});
