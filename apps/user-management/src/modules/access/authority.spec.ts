import { describe, expect, it } from '@jest/globals';
import { buildContext, buildMembership } from '@sa-platform/auth-client/testing';
import type { UserContext } from '@sa-platform/contracts';
import fc from 'fast-check';
import { holdsAll, outranks, permissionsIn } from './authority.js';

const WRITE = 'admin:users:write';
const member = (organisation_id: string, ...permissions: string[]) => buildMembership({ organisation_id, permissions });

const texasAdmin = buildContext({ memberships: [member('texas', WRITE, 'claims:read')] });
const platformAdmin = buildContext({ user_type: 'admin', is_platform_admin: true, permissions: [WRITE] });

const organisation = fc.constantFrom('texas', 'ohio', 'utah');
const permissions = fc.uniqueArray(fc.constantFrom(WRITE, 'claims:read', 'claims:write', 'cases:read'));
const anyContext = fc
  .record({
    permissions,
    status: fc.constantFrom('active' as const, 'suspended' as const),
    memberships: fc.array(fc.tuple(organisation, permissions).map(([id, held]) => member(id, ...held)), { maxLength: 4 }),
  })
  .map((parts) => buildContext(parts));

describe('permissionsIn', () => {
  it('joins what holds platform-wide with every role in that organisation', () => {
    const context = buildContext({
      permissions: ['cases:read'],
      memberships: [member('texas', 'claims:read'), member('texas', 'claims:write'), member('ohio', 'images:read')],
    });
    expect(permissionsIn(context, 'texas')).toEqual(new Set(['cases:read', 'claims:read', 'claims:write']));
  });

  it('is empty for somebody who is not active', () => {
    expect(permissionsIn({ ...texasAdmin, status: 'suspended' }, 'texas').size).toBe(0);
  });

  it('never depends on what is held in another organisation', () => {
    fc.assert(
      fc.property(anyContext, permissions, (context, elsewhere) => {
        const more = { ...context, memberships: [...context.memberships, member('elsewhere', ...elsewhere)] };
        expect(permissionsIn(more, 'texas')).toEqual(permissionsIn(context, 'texas'));
      }),
    );
  });
});

describe('holdsAll', () => {
  it('needs every single permission', () => {
    expect(holdsAll(texasAdmin, ['claims:read'], 'texas')).toBe(true);
    expect(holdsAll(texasAdmin, ['claims:read', 'claims:write'], 'texas')).toBe(false);
  });

  it('counts only platform-wide permissions where no organisation is named', () => {
    expect(holdsAll(texasAdmin, ['claims:read'], null)).toBe(false);
    expect(holdsAll({ ...texasAdmin, permissions: ['claims:read'] }, ['claims:read'], null)).toBe(true);
  });

  it('is true for a platform admin, also for what nobody has registered yet', () => {
    expect(holdsAll(platformAdmin, ['new:permission'], 'texas')).toBe(true);
  });
});

describe('outranks', () => {
  it('lets an administrator touch a member who holds no more', () => {
    expect(outranks(texasAdmin, buildContext({ memberships: [member('texas', 'claims:read')] }), WRITE)).toBe(true);
  });

  it.each<[string, Partial<UserContext>]>([
    ['holds one permission more there', { memberships: [member('texas', 'claims:read', 'claims:write')] }],
    ['also belongs to an organisation of somebody else', { memberships: [member('texas'), member('ohio')] }],
    ['holds a permission platform-wide', { permissions: ['claims:read'], memberships: [member('texas')] }],
    ['belongs to no organisation', { memberships: [] }],
    ['is a platform admin', { is_platform_admin: true, memberships: [member('texas')] }],
  ])('refuses an administrator when the target %s', (_, target) => {
    expect(outranks(texasAdmin, buildContext(target), WRITE)).toBe(false);
  });

  it('refuses an administrator without the permission in one of the organisations', () => {
    const actor = buildContext({ memberships: [member('texas', WRITE), member('ohio', 'claims:read')] });
    expect(outranks(actor, buildContext({ memberships: [member('texas'), member('ohio')] }), WRITE)).toBe(false);
  });

  it('refuses everybody who is not active, platform admins too', () => {
    const target = buildContext({ memberships: [member('texas')] });
    expect(outranks({ ...platformAdmin, status: 'suspended' }, target, WRITE)).toBe(false);
  });

  it('lets a platform admin touch another one', () => {
    expect(outranks(platformAdmin, platformAdmin, WRITE)).toBe(true);
  });

  it('never admits an actor who lacks something that the target holds in any organisation', () => {
    fc.assert(
      fc.property(anyContext, anyContext, (actor, target) => {
        fc.pre(outranks(actor, target, WRITE));
        for (const id of ['texas', 'ohio', 'utah']) {
          const active: UserContext = { ...target, status: 'active' };
          for (const held of permissionsIn(active, id)) expect(permissionsIn(actor, id)).toContain(held);
        }
        for (const { organisation_id } of target.memberships) expect(permissionsIn(actor, organisation_id)).toContain(WRITE);
      }),
      { numRuns: 2000 },
    );
  });
});
