import { Injectable } from '@nestjs/common';
import type { UserType } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';

/** Somebody who may be mailed: active, and not erased. */
export interface MailRecipient {
  email: string;
  displayName: string;
  userType: UserType;
}

/** Who is mailed and about how many, as of now: what stood in the database when the mail was asked for doesn't count. */
@Injectable()
export class MailRecipientsRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<MailRecipient | null> {
    const where = { id: userId, status: 'active', erasedAt: null };
    const user = await this.database.client.user.findFirst({ where, select: { email: true, displayName: true, userType: true } });
    return user && { ...user, userType: user.userType as UserType };
  }

  /** Active platform admins, those who came first first. */
  async listAdministrators(limit: number): Promise<string[]> {
    const where = { userType: 'admin', status: 'active' };
    const users = await this.database.client.user.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: limit, select: { id: true } });
    return users.map(({ id }) => id);
  }

  /** How many wait for approval; counts no further than the limit. */
  async countPending(limit: number): Promise<number> {
    const [row] = await this.database.client.$queryRaw<{ pending: bigint }[]>(
      Prisma.sql`SELECT COUNT(*) AS pending FROM (SELECT id FROM users WHERE status = 'pending' LIMIT ${limit}) AS counted`,
    );
    return Number(row?.pending ?? 0);
  }
}
