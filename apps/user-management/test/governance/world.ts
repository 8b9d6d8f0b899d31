import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { PrismaClient } from '../../src/platform/database/generated/postgresql/client.js';
import { membershipKey, roleName, type MembershipRef } from './state.js';

export const ORGANISATIONS = ['texas', 'ohio', 'utah'];
export const PRODUCTS = ['claims', 'derm'];

/** What the canonical ones are not: a part of an administrator, more than an administrator holds, nothing, and nobody's. */
export const CUSTOM_ROLES: Record<string, { organisation: string; key: string; permissions: string[] }> = {
  'texas/DEPUTY': {
    organisation: 'texas',
    key: 'DEPUTY',
    permissions: ['admin:roles:write', 'admin:users:read', 'admin:users:write', 'claims:read'],
  },
  'texas/SURGERY': { organisation: 'texas', key: 'SURGERY', permissions: ['cases:write', 'claims:read'] },
  'texas/GUEST': { organisation: 'texas', key: 'GUEST', permissions: [] },
  'texas/SPARE': { organisation: 'texas', key: 'SPARE', permissions: ['claims:read'] },
  'ohio/GUEST': { organisation: 'ohio', key: 'GUEST', permissions: [] },
};

interface Inhabitant {
  type?: UserType;
  status?: UserStatus;
  /** `organisation role`, with `until` when it ends one day. */
  memberships?: string[];
}

/** An admin of the platform and one who may come back; organisations with two administrators, with one, and with one who leaves one day; and people between them. */
export const PEOPLE: Record<string, Inhabitant> = {
  root: { type: 'admin' },
  chief: { type: 'admin', status: 'suspended' },
  'texas-admin': { memberships: ['texas platform/TENANT_ADMIN'] },
  'two-admin': { memberships: ['texas platform/TENANT_ADMIN', 'ohio platform/TENANT_ADMIN until'] },
  'ohio-admin': { memberships: ['ohio platform/TENANT_ADMIN', 'ohio platform/READONLY'] },
  'utah-admin': { memberships: ['utah platform/TENANT_ADMIN until', 'utah platform/BILLER'] },
  deputy: { memberships: ['texas texas/DEPUTY', 'ohio ohio/GUEST'] },
  biller: { memberships: ['texas platform/BILLER'] },
  shared: { memberships: ['texas platform/READONLY', 'ohio platform/BILLER'] },
  clinician: { type: 'clinician', memberships: ['texas platform/READONLY'] },
  surgeon: { memberships: ['texas texas/SURGERY'] },
  waiting: { status: 'pending', memberships: ['texas texas/GUEST'] },
  stranger: { status: 'pending' },
};

export const MEMBERSHIPS: (MembershipRef & { isTemporary: boolean })[] = Object.entries(PEOPLE).flatMap(([user, { memberships = [] }]) =>
  memberships.map((words) => {
    const [organisation = '', role = '', until] = words.split(' ');
    return { user, organisation, role, isTemporary: until !== undefined };
  }),
);

export const emailOf = (name: string): string => `${name}@example.com`;
export const IN_A_DAY = (): Date => new Date(Date.now() + 24 * 3_600_000);

/** Writes the world into a database that holds the catalogue and nobody. Ids are names wherever nobody minds. */
export async function createWorld(prisma: PrismaClient): Promise<void> {
  await prisma.organisation.createMany({ data: ORGANISATIONS.map((id) => ({ id, name: id })) });
  await prisma.product.createMany({ data: PRODUCTS.map((id) => ({ id, key: id, name: id })) });
  for (const { organisation, key, permissions } of Object.values(CUSTOM_ROLES)) {
    const id = `${organisation}-${key}`;
    await prisma.role.create({ data: { id, key, name: key, organisationId: organisation, scope: organisation, isSystem: false } });
    await prisma.rolePermission.createMany({ data: permissions.map((permission) => ({ roleId: id, permission })) });
  }
  await prisma.user.createMany({
    data: Object.entries(PEOPLE).map(([id, { type = 'user', status = 'active' }]) => ({
      id,
      email: emailOf(id),
      emailCanonical: emailOf(id),
      displayName: 'Somebody',
      searchText: emailOf(id),
      userType: type,
      status,
    })),
  });
  const roles = await prisma.role.findMany();
  const roleIds = new Map(roles.map(({ id, organisationId, key }) => [roleName(organisationId, key), id]));
  await prisma.orgMembership.createMany({
    data: MEMBERSHIPS.map(({ isTemporary, ...ref }) => ({
      id: membershipKey(ref),
      userId: ref.user,
      organisationId: ref.organisation,
      roleId: roleIds.get(ref.role) ?? '',
      expiresAt: isTemporary ? IN_A_DAY() : null,
    })),
  });
  await prisma.productAccess.createMany({ data: MEMBERSHIPS.map((ref) => ({ membershipId: membershipKey(ref), productId: 'claims' })) });
}
