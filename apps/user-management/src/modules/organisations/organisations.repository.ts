import { Injectable } from '@nestjs/common';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { Organisation as Row } from '../../platform/database/generated/postgresql/client.js';
import { containing } from '../../platform/database/like.js';
import type { Paging } from '../../platform/http/paging.js';
import type { Reach } from '../access/reach.js';

export interface Organisation {
  id: string;
  name: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

@Injectable()
export class OrganisationsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Organisation | null> {
    const row = await this.database.client.organisation.findUnique({ where: { id } });
    return row && toOrganisation(row);
  }

  /** Locks the organisation until the transaction ends. */
  async lock(id: string): Promise<void> {
    await this.database.client.$queryRaw(Prisma.sql`SELECT id FROM organisations WHERE id = ${id} FOR UPDATE`);
  }

  async list(
    { reach, search }: { reach: Reach; search?: string | undefined },
    { limit, offset }: Paging,
  ): Promise<{ items: Organisation[]; total: number }> {
    const conditions = [ANY];
    if (reach !== 'platform') conditions.push(among(Prisma.sql`id`, reach));
    if (search !== undefined) {
      const pattern = containing(search.toLowerCase());
      conditions.push(Prisma.sql`(LOWER(id) LIKE ${pattern} ESCAPE '!' OR LOWER(name) LIKE ${pattern} ESCAPE '!')`);
    }
    const where = Prisma.join(conditions, ' AND ');
    const rows = await this.database.client.$queryRaw<OrganisationRow[]>(Prisma.sql`
      SELECT id, name, version, created_at, updated_at FROM organisations WHERE ${where}
       ORDER BY name, id LIMIT ${limit} OFFSET ${offset}`);
    const [count] = await this.database.client.$queryRaw<{ total: bigint }[]>(
      Prisma.sql`SELECT COUNT(*) AS total FROM organisations WHERE ${where}`,
    );
    const items = rows.map(({ created_at: createdAt, updated_at: updatedAt, ...row }) =>
      toOrganisation({ ...row, createdAt, updatedAt }),
    );
    return { items, total: Number(count?.total ?? 0) };
  }

  async insert(organisation: { id: string; name: string }): Promise<void> {
    await this.database.client.organisation.create({ data: organisation, select: { id: true } });
  }

  /** Raises the organisation's version, and with it the context version of every member: contexts carry the name. */
  async rename(id: string, name: string): Promise<void> {
    await this.database.client.organisation.update({
      where: { id },
      data: { name, version: { increment: 1 } },
      select: { id: true },
    });
  }
}

interface OrganisationRow {
  id: string;
  name: string;
  version: bigint;
  created_at: Date;
  updated_at: Date;
}

function toOrganisation(row: Row): Organisation {
  return { ...row, version: Number(row.version) };
}
