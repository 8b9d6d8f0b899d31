import { Injectable } from '@nestjs/common';
import type { MembershipView } from '@sa-platform/contracts';
import { TENANT_ADMIN } from '@sa-platform/contracts';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { Reach } from '../access/reach.js';

export interface NewMembership {
  id: string;
  userId: string;
  organisationId: string;
  roleId: string;
  expiresAt: Date | null;
}

interface Row {
  id: string;
  user_id: string;
  organisation_id: string;
  organisation_name: string;
  role_id: string;
  role_key: string;
  role_name: string;
  expires_at: Date | null;
  created_at: Date;
  product_id: string | null;
  product_key: string | null;
}

@Injectable()
export class MembershipsRepository {
  constructor(private readonly database: Database) {}

  /** All memberships of these users within reach, each with its products, oldest first. */
  async listOf(userIds: string[], reach: Reach): Promise<MembershipView[]> {
    if (userIds.length === 0) return [];
    return this.listWhere(Prisma.sql`m.user_id IN (${Prisma.join(userIds)}) AND ${within(reach)}`);
  }

  /** The membership if it is this user's: parent and child must belong together (CVE-2025-14777). */
  async find(userId: string, membershipId: string): Promise<MembershipView | null> {
    const [membership] = await this.listWhere(Prisma.sql`m.id = ${membershipId} AND m.user_id = ${userId}`);
    return membership ?? null;
  }

  async count(userId: string): Promise<number> {
    return this.database.client.orgMembership.count({ where: { userId } });
  }

  async isErased(userId: string): Promise<boolean> {
    return (await this.database.client.user.count({ where: { id: userId, erasedAt: { not: null } } })) > 0;
  }

  async insert(membership: NewMembership): Promise<void> {
    await this.database.client.orgMembership.create({ data: membership, select: { id: true } });
  }

  async insertAll(memberships: NewMembership[]): Promise<void> {
    await this.database.client.orgMembership.createMany({ data: memberships });
  }

  async insertAllProducts(accesses: { membershipId: string; productId: string }[]): Promise<void> {
    if (accesses.length > 0) await this.database.client.productAccess.createMany({ data: accesses });
  }

  /** Memberships that are over and that nobody has been told of, those that ended first. */
  async listUntold(limit: number): Promise<{ id: string; userId: string }[]> {
    const rows = await this.database.client.$queryRaw<{ id: string; user_id: string }[]>(Prisma.sql`
      SELECT id, user_id FROM org_memberships
       WHERE ended_at IS NULL AND expires_at <= ${this.database.now} ORDER BY expires_at LIMIT ${limit}`);
    return rows.map((row) => ({ id: row.id, userId: row.user_id }));
  }

  /** @returns false when it is told already, or is not over any more */
  async markEnded(id: string): Promise<boolean> {
    const marked = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE org_memberships SET ended_at = ${this.database.now}
       WHERE id = ${id} AND ended_at IS NULL AND expires_at <= ${this.database.now}`);
    return marked > 0;
  }

  async isEnded(id: string): Promise<boolean> {
    return (await this.database.client.orgMembership.count({ where: { id, endedAt: { not: null } } })) > 0;
  }

  async update(id: string, changes: { roleId?: string; expiresAt?: Date | null; endedAt?: null }): Promise<void> {
    await this.database.client.orgMembership.update({ where: { id }, data: changes, select: { id: true } });
  }

  async delete(id: string): Promise<void> {
    await this.database.client.orgMembership.delete({ where: { id }, select: { id: true } });
  }

  async insertProducts(membershipId: string, productIds: string[]): Promise<void> {
    if (productIds.length === 0) return;
    await this.database.client.productAccess.createMany({
      data: productIds.map((productId) => ({ membershipId, productId })),
    });
  }

  /** @returns false when the membership doesn't have the product */
  async deleteProduct(membershipId: string, productId: string): Promise<boolean> {
    const { count } = await this.database.client.productAccess.deleteMany({ where: { membershipId, productId } });
    return count > 0;
  }

  /** The organisations where this user is an active tenant administrator now; `isLasting` when no date ends it. */
  async listAdministered(userId: string): Promise<{ organisationId: string; isLasting: boolean }[]> {
    const rows = await this.database.client.$queryRaw<{ organisation_id: string; lasting: bigint | number }[]>(Prisma.sql`
      SELECT m.organisation_id, ${LASTING} AS lasting FROM org_memberships m ${this.tenantAdmins} AND m.user_id = ${userId}
       GROUP BY m.organisation_id ORDER BY m.organisation_id`);
    return rows.map((row) => ({ organisationId: row.organisation_id, isLasting: Number(row.lasting) > 0 }));
  }

  /** How many other users are active tenant administrators of the organisation now, and how many of them for good. */
  async countOtherAdmins(organisationId: string, userId: string): Promise<{ current: number; lasting: number }> {
    const rows = await this.database.client.$queryRaw<{ lasting: bigint | number }[]>(Prisma.sql`
      SELECT m.user_id, ${LASTING} AS lasting FROM org_memberships m ${this.tenantAdmins}
         AND m.organisation_id = ${organisationId} AND m.user_id <> ${userId} GROUP BY m.user_id`);
    return { current: rows.length, lasting: rows.filter((row) => Number(row.lasting) > 0).length };
  }

  private get tenantAdmins(): Prisma.Sql {
    return Prisma.sql`JOIN roles r ON r.id = m.role_id AND r.scope = '*' AND r.role_key = ${TENANT_ADMIN}
      JOIN users u ON u.id = m.user_id AND u.status = 'active'
      WHERE (m.expires_at IS NULL OR m.expires_at > ${this.database.now})`;
  }

  private async listWhere(where: Prisma.Sql): Promise<MembershipView[]> {
    const rows = await this.database.client.$queryRaw<Row[]>(Prisma.sql`
      SELECT m.id, m.user_id, m.organisation_id, o.name AS organisation_name, r.id AS role_id, r.role_key, r.name AS role_name,
             m.expires_at, m.created_at, p.id AS product_id, p.product_key
        FROM org_memberships m JOIN organisations o ON o.id = m.organisation_id JOIN roles r ON r.id = m.role_id
        LEFT JOIN product_access pa ON pa.membership_id = m.id LEFT JOIN products p ON p.id = pa.product_id
       WHERE ${where} ORDER BY m.created_at, m.id, p.id`);
    return toViews(rows);
  }
}

const LASTING = Prisma.sql`SUM(CASE WHEN m.expires_at IS NULL THEN 1 ELSE 0 END)`;

function within(reach: Reach): Prisma.Sql {
  return reach === 'platform' ? ANY : among(Prisma.sql`m.organisation_id`, reach);
}

function toViews(rows: Row[]): MembershipView[] {
  const views = new Map<string, MembershipView>();
  for (const row of rows) {
    const view = views.get(row.id) ?? toView(row);
    views.set(row.id, view);
    if (row.product_id !== null && row.product_key !== null) {
      view.products.push({ product_id: row.product_id, key: row.product_key });
    }
  }
  return [...views.values()];
}

function toView(row: Row): MembershipView {
  return {
    membership_id: row.id,
    user_id: row.user_id,
    organisation_id: row.organisation_id,
    organisation_name: row.organisation_name,
    role: { id: row.role_id, key: row.role_key, name: row.role_name },
    products: [],
    expires_at: row.expires_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
