import { Injectable } from '@nestjs/common';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { containing } from '../../platform/database/like.js';
import type { Paging } from '../../platform/http/paging.js';
import type { Reach } from '../access/reach.js';

/** What a platform role has in the column `scope`; no organisation can have this id. */
export const PLATFORM_SCOPE = '*';

/** The row of `platform_state`. */
const EDITION = 'canonical_roles';

export interface Role {
  id: string;
  key: string;
  name: string;
  description: string;
  organisationId: string | null;
  /** Null of a platform role. */
  organisationName: string | null;
  isSystem: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  permissions: string[];
}

export interface NewRole {
  id: string;
  key: string;
  name: string;
  description: string;
  organisationId: string | null;
  isSystem: boolean;
  permissions: readonly string[];
}

export interface RoleFilter {
  reach: Reach;
  organisationId?: string | undefined;
  search?: string | undefined;
}

const INCLUDE = {
  permissions: { select: { permission: true }, orderBy: { permission: 'asc' } },
  organisation: { select: { name: true } },
} as const;
type Row = Prisma.RoleGetPayload<{ include: typeof INCLUDE }>;

@Injectable()
export class RolesRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Role | null> {
    const row = await this.database.client.role.findUnique({ where: { id }, include: INCLUDE });
    return row && toRole(row);
  }

  /** The role of this key in one scope: an organisation, or `PLATFORM_SCOPE`. */
  async findByKey(scope: string, key: string): Promise<Role | null> {
    const row = await this.database.client.role.findUnique({ where: { scope_key: { scope, key } }, include: INCLUDE });
    return row && toRole(row);
  }

  /** Locks the role until the transaction ends: edits, deletion and counts of holders follow each other. */
  async lock(id: string): Promise<void> {
    await this.database.client.$queryRaw(Prisma.sql`SELECT id FROM roles WHERE id = ${id} FOR UPDATE`);
  }

  async list(filter: RoleFilter, { limit, offset }: Paging): Promise<{ items: Role[]; total: number }> {
    const where = Prisma.join(conditionsOf(filter), ' AND ');
    const ids = await this.database.client.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM roles WHERE ${where} ORDER BY scope, role_key LIMIT ${limit} OFFSET ${offset}`);
    const [count] = await this.database.client.$queryRaw<{ total: bigint }[]>(
      Prisma.sql`SELECT COUNT(*) AS total FROM roles WHERE ${where}`,
    );
    const rows = await this.database.client.role.findMany({ where: { id: { in: ids.map(({ id }) => id) } }, include: INCLUDE });
    const byId = new Map(rows.map((row) => [row.id, toRole(row)]));
    return { items: ids.flatMap(({ id }) => byId.get(id) ?? []), total: Number(count?.total ?? 0) };
  }

  async insert(role: NewRole): Promise<void> {
    const { permissions, ...columns } = role;
    await this.database.client.role.create({
      data: { ...columns, scope: role.organisationId ?? PLATFORM_SCOPE },
      select: { id: true },
    });
    await this.insertPermissions(role.id, permissions);
  }

  /** Changes what is given and raises the role's version, and with it the context version of every holder. */
  async update(id: string, changes: { name?: string | undefined; description?: string | undefined }): Promise<void> {
    const { name, description } = changes;
    await this.database.client.role.update({
      where: { id },
      data: {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        version: { increment: 1 },
      },
      select: { id: true },
    });
  }

  async replacePermissions(id: string, permissions: readonly string[]): Promise<void> {
    await this.database.client.rolePermission.deleteMany({ where: { roleId: id } });
    await this.insertPermissions(id, permissions);
  }

  async delete(id: string): Promise<void> {
    await this.database.client.role.delete({ where: { id }, select: { id: true } });
  }

  /** How many users hold each role within reach, in memberships that are not over; a role that nobody holds is left out. */
  async countMembers(ids: readonly string[], reach: Reach): Promise<Map<string, number>> {
    const within = reach === 'platform' ? ANY : among(Prisma.sql`organisation_id`, reach);
    const rows = await this.database.client.$queryRaw<{ role_id: string; users: bigint }[]>(Prisma.sql`
      SELECT role_id, COUNT(DISTINCT user_id) AS users FROM org_memberships
       WHERE ${among(Prisma.sql`role_id`, ids)} AND ${within} AND (expires_at IS NULL OR expires_at > ${this.database.now})
       GROUP BY role_id`);
    return new Map(rows.map(({ role_id: id, users }) => [id, Number(users)]));
  }

  /** Whether a membership names the role anywhere, also one that is over. */
  async isInUse(id: string): Promise<boolean> {
    return (await this.database.client.orgMembership.findFirst({ where: { roleId: id }, select: { id: true } })) !== null;
  }

  /** Which edition of the canonical roles the database was last seeded with; the first one wrote nothing down. */
  async findEdition(): Promise<number> {
    const row = await this.database.client.platformState.findUnique({ where: { name: EDITION } });
    return Number(row?.version ?? 1);
  }

  async saveEdition(version: number): Promise<void> {
    await this.database.client.platformState.upsert({ where: { name: EDITION }, create: { name: EDITION, version }, update: { version } });
  }

  private async insertPermissions(roleId: string, permissions: readonly string[]): Promise<void> {
    if (permissions.length === 0) return;
    await this.database.client.rolePermission.createMany({
      data: permissions.map((permission) => ({ roleId, permission })),
    });
  }
}

function conditionsOf({ reach, organisationId, search }: RoleFilter): Prisma.Sql[] {
  const conditions = [ANY];
  if (reach !== 'platform') conditions.push(among(Prisma.sql`scope`, [PLATFORM_SCOPE, ...reach]));
  if (organisationId !== undefined) conditions.push(Prisma.sql`scope IN (${PLATFORM_SCOPE}, ${organisationId})`);
  if (search !== undefined) {
    const pattern = containing(search.toLowerCase());
    conditions.push(Prisma.sql`(LOWER(role_key) LIKE ${pattern} ESCAPE '!' OR LOWER(name) LIKE ${pattern} ESCAPE '!')`);
  }
  return conditions;
}

function toRole({ permissions, organisation, version, scope: _scope, ...row }: Row): Role {
  return {
    ...row,
    organisationName: organisation?.name ?? null,
    version: Number(version),
    permissions: permissions.map(({ permission }) => permission),
  };
}
