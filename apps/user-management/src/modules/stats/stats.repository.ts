import { Injectable } from '@nestjs/common';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { Reach } from '../access/reach.js';

/** So many users have this status and type, and their account is in this state. */
export interface UserCount {
  status: string;
  type: string;
  identity: 'none' | 'synced' | 'pending' | 'failed';
  users: number;
}

/** So many users of this status and type were added in this month (UTC). */
export interface MonthCount {
  year: number;
  /** 1 to 12. */
  month: number;
  status: string;
  type: string;
  users: number;
}

export interface OrganisationCount {
  id: string;
  name: string;
  users: number;
}

@Injectable()
export class StatsRepository {
  constructor(private readonly database: Database) {}

  /** Users within reach, in one statement and so at one moment. */
  async countUsers(reach: Reach): Promise<UserCount[]> {
    const rows = await this.database.client.$queryRaw<(Omit<UserCount, 'users'> & { users: bigint })[]>(Prisma.sql`
      SELECT c.status, c.user_type AS type, c.identity, COUNT(*) AS users
        FROM (SELECT u.status, u.user_type, CASE
                WHEN j.state = 'failed' THEN 'failed'
                WHEN j.state IS NOT NULL THEN 'pending'
                WHEN u.external_id IS NULL THEN 'none' ELSE 'synced' END AS identity
                FROM users u LEFT JOIN identity_jobs j ON j.user_id = u.id WHERE ${isWithin(reach)}) c
       GROUP BY c.status, c.user_type, c.identity`);
    return rows.map((row) => ({ ...row, users: Number(row.users) }));
  }

  /** Users within reach by the month in which they were added. */
  async countAdded(reach: Reach): Promise<MonthCount[]> {
    const rows = await this.database.client.$queryRaw<Record<keyof MonthCount, unknown>[]>(Prisma.sql`
      SELECT EXTRACT(YEAR FROM u.created_at) AS year, EXTRACT(MONTH FROM u.created_at) AS month, u.status, u.user_type AS type, COUNT(*) AS users
        FROM users u WHERE ${isWithin(reach)}
       GROUP BY EXTRACT(YEAR FROM u.created_at), EXTRACT(MONTH FROM u.created_at), u.status, u.user_type`);
    return rows.map(({ year, month, status, type, users }) => ({
      year: Number(year),
      month: Number(month),
      status: String(status),
      type: String(type),
      users: Number(users),
    }));
  }

  /** Organisations within reach by their current members, the largest first. */
  async countMembers(reach: Reach, limit: number): Promise<OrganisationCount[]> {
    const where = reach === 'platform' ? ANY : among(Prisma.sql`o.id`, reach);
    const rows = await this.database.client.$queryRaw<{ id: string; name: string; users: bigint }[]>(Prisma.sql`
      SELECT o.id, o.name, COUNT(DISTINCT m.user_id) AS users
        FROM organisations o
        LEFT JOIN org_memberships m ON m.organisation_id = o.id AND (m.expires_at IS NULL OR m.expires_at > ${this.database.now})
       WHERE ${where} GROUP BY o.id, o.name ORDER BY users DESC, o.id LIMIT ${limit}`);
    return rows.map((row) => ({ ...row, users: Number(row.users) }));
  }
}

function isWithin(reach: Reach): Prisma.Sql {
  if (reach === 'platform') return ANY;
  return Prisma.sql`EXISTS (SELECT 1 FROM org_memberships m WHERE m.user_id = u.id AND ${among(Prisma.sql`m.organisation_id`, reach)})`;
}
