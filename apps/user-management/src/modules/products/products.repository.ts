import { Injectable } from '@nestjs/common';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { Product as Row } from '../../platform/database/generated/postgresql/client.js';
import { containing } from '../../platform/database/like.js';
import type { Paging } from '../../platform/http/paging.js';
import type { Reach } from '../access/reach.js';

export interface Product {
  id: string;
  key: string;
  name: string;
  description: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface NewProduct {
  id: string;
  key: string;
  name: string;
  description: string;
}

@Injectable()
export class ProductsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Product | null> {
    const row = await this.database.client.product.findUnique({ where: { id } });
    return row && toProduct(row);
  }

  async listExisting(ids: string[]): Promise<string[]> {
    const rows = await this.database.client.product.findMany({ where: { id: { in: ids } }, select: { id: true } });
    return rows.map(({ id }) => id);
  }

  async list(search: string | undefined, { limit, offset }: Paging): Promise<{ items: Product[]; total: number }> {
    const pattern = containing((search ?? '').toLowerCase());
    const where = Prisma.sql`(LOWER(product_key) LIKE ${pattern} ESCAPE '!' OR LOWER(name) LIKE ${pattern} ESCAPE '!')`;
    const ids = await this.database.client.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM products WHERE ${where} ORDER BY product_key LIMIT ${limit} OFFSET ${offset}`);
    const [count] = await this.database.client.$queryRaw<{ total: bigint }[]>(
      Prisma.sql`SELECT COUNT(*) AS total FROM products WHERE ${where}`,
    );
    const rows = await this.database.client.product.findMany({
      where: { id: { in: ids.map(({ id }) => id) } },
      orderBy: { key: 'asc' },
    });
    return { items: rows.map(toProduct), total: Number(count?.total ?? 0) };
  }

  async lock(id: string): Promise<void> {
    await this.database.client.$queryRaw(Prisma.sql`SELECT id FROM products WHERE id = ${id} FOR UPDATE`);
  }

  async insert(product: NewProduct): Promise<void> {
    await this.database.client.product.create({ data: product, select: { id: true } });
  }

  async update(id: string, changes: { name?: string | undefined; description?: string | undefined }): Promise<void> {
    const { name, description } = changes;
    await this.database.client.product.update({
      where: { id },
      data: {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        version: { increment: 1 },
      },
      select: { id: true },
    });
  }

  /** How many memberships within reach have each product; a product that none has is left out. */
  async countGrants(ids: readonly string[], reach: Reach): Promise<Map<string, number>> {
    const within = reach === 'platform' ? ANY : among(Prisma.sql`m.organisation_id`, reach);
    const rows = await this.database.client.$queryRaw<{ product_id: string; grants: bigint }[]>(Prisma.sql`
      SELECT pa.product_id, COUNT(*) AS grants FROM product_access pa JOIN org_memberships m ON m.id = pa.membership_id
       WHERE ${among(Prisma.sql`pa.product_id`, ids)} AND ${within} GROUP BY pa.product_id`);
    return new Map(rows.map(({ product_id: id, grants }) => [id, Number(grants)]));
  }
}

function toProduct(row: Row): Product {
  return { ...row, version: Number(row.version) };
}
