import { Injectable } from '@nestjs/common';
import type { PermissionDefinition } from '@sa-platform/contracts';
import { ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { containing } from '../../platform/database/like.js';
import type { Paging } from '../../platform/http/paging.js';
import type { OwningServiceView } from './permissions.dto.js';

const VIEW = { permission: true, serviceId: true, description: true } as const;

const ORDERS = { permission: Prisma.sql`permission`, service_id: Prisma.sql`service_id, permission` } as const;

export interface PermissionFilter {
  serviceId?: string | undefined;
  search?: string | undefined;
}

@Injectable()
export class PermissionsRepository {
  constructor(private readonly database: Database) {}

  async list(filter: PermissionFilter, sort: keyof typeof ORDERS, paging: Paging): Promise<{ items: PermissionDefinition[]; total: number }> {
    const where = Prisma.join(conditionsOf(filter), ' AND ');
    const items = await this.database.client.$queryRaw<PermissionDefinition[]>(Prisma.sql`
      SELECT permission, service_id, description FROM registered_permissions WHERE ${where}
       ORDER BY ${ORDERS[sort]} LIMIT ${paging.limit} OFFSET ${paging.offset}`);
    const [count] = await this.database.client.$queryRaw<{ total: bigint }[]>(
      Prisma.sql`SELECT COUNT(*) AS total FROM registered_permissions WHERE ${where}`,
    );
    return { items, total: Number(count?.total ?? 0) };
  }

  /** Who owns how many, by their name. */
  async listServices(search: string | undefined, paging: Paging): Promise<{ items: OwningServiceView[]; total: number }> {
    const where = search === undefined ? ANY : Prisma.sql`LOWER(service_id) LIKE ${containing(search.toLowerCase())} ESCAPE '!'`;
    const rows = await this.database.client.$queryRaw<{ service_id: string; permission_count: bigint }[]>(Prisma.sql`
      SELECT service_id, COUNT(*) AS permission_count FROM registered_permissions WHERE ${where}
       GROUP BY service_id ORDER BY service_id LIMIT ${paging.limit} OFFSET ${paging.offset}`);
    const [count] = await this.database.client.$queryRaw<{ total: bigint }[]>(
      Prisma.sql`SELECT COUNT(DISTINCT service_id) AS total FROM registered_permissions WHERE ${where}`,
    );
    return { items: rows.map((row) => ({ ...row, permission_count: Number(row.permission_count) })), total: Number(count?.total ?? 0) };
  }

  /** Those of the given strings that are registered. */
  async listNamed(permissions: string[]): Promise<PermissionDefinition[]> {
    const rows = await this.database.client.registeredPermission.findMany({
      where: { permission: { in: permissions } },
      select: VIEW,
    });
    return rows.map(({ permission, serviceId, description }) => ({ permission, service_id: serviceId, description }));
  }

  async upsert({ permission, service_id: serviceId, description }: PermissionDefinition): Promise<void> {
    await this.database.client.registeredPermission.upsert({
      where: { permission },
      create: { permission, serviceId, description },
      update: { serviceId, description },
    });
  }

  /** Inserts a permission of the catalogue, or follows a new description unless somebody has edited the old one. */
  async seed({ permission, service_id: serviceId, description }: PermissionDefinition): Promise<boolean> {
    const row = await this.database.client.registeredPermission.findUnique({ where: { permission } });
    if (row === null) {
      await this.database.client.registeredPermission.create({
        data: { permission, serviceId, description, seededDescription: description },
      });
      return true;
    }
    if (row.seededDescription === description) return false;
    const isEdited = row.description !== row.seededDescription;
    await this.database.client.registeredPermission.update({
      where: { permission },
      data: { seededDescription: description, ...(isEdited ? {} : { description }) },
    });
    return false;
  }

  /** Raises the registry's part of every platform admin's context version; locks the registry. */
  async raiseRegistryVersion(): Promise<number> {
    const { version } = await this.database.client.platformState.update({
      where: { name: 'permission_registry' },
      data: { version: { increment: 1 } },
    });
    return Number(version);
  }
}

function conditionsOf({ serviceId, search }: PermissionFilter): Prisma.Sql[] {
  const conditions = [ANY];
  if (serviceId !== undefined) conditions.push(Prisma.sql`service_id = ${serviceId}`);
  if (search !== undefined) {
    const pattern = containing(search.toLowerCase());
    conditions.push(Prisma.sql`(permission LIKE ${pattern} ESCAPE '!' OR LOWER(description) LIKE ${pattern} ESCAPE '!')`);
  }
  return conditions;
}
