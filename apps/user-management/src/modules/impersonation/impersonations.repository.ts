import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';

export interface NewImpersonation {
  id: string;
  userId: string;
  adminUserId: string;
  reason: string;
}

/** Who says to act as whom, by which session. */
export interface ClaimedImpersonation {
  id: string;
  userId: string;
  adminUserId: string;
  /** The identity provider's subject of the admin. */
  adminSubject: string;
}

@Injectable()
export class ImpersonationsRepository {
  constructor(private readonly database: Database) {}

  /** Starts it now, by the database's clock: one for every replica. */
  async insert({ id, userId, adminUserId, reason }: NewImpersonation, longestMs: number): Promise<{ startedAt: Date; expiresAt: Date }> {
    const times = Prisma.sql`${this.database.now}, ${this.database.later(longestMs)}`;
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO impersonations (id, user_id, admin_user_id, reason, started_at, expires_at)
      VALUES (${id}, ${userId}, ${adminUserId}, ${reason}, ${times})`);
    return this.database.client.impersonation.findUniqueOrThrow({ where: { id }, select: { startedAt: true, expiresAt: true } });
  }

  /** Whether it goes on, and whoever acts is still the platform admin who began it. */
  async isRunning({ id, userId, adminUserId, adminSubject }: ClaimedImpersonation): Promise<boolean> {
    const rows = await this.database.client.$queryRaw<unknown[]>(Prisma.sql`
      SELECT i.id FROM impersonations i JOIN users a ON a.id = i.admin_user_id
       WHERE i.id = ${id} AND i.user_id = ${userId} AND i.admin_user_id = ${adminUserId}
         AND i.ended_at IS NULL AND i.expires_at > ${this.database.now}
         AND a.external_id = ${adminSubject} AND a.user_type = 'admin' AND a.status = 'active'`);
    return rows.length > 0;
  }

  /** @returns the ids of those that go on, of this user, by anybody or by this admin */
  async listRunning(userId: string, adminUserId: string | null): Promise<string[]> {
    const byAdmin = adminUserId === null ? Prisma.empty : Prisma.sql`AND admin_user_id = ${adminUserId}`;
    const rows = await this.database.client.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM impersonations
       WHERE user_id = ${userId} AND ended_at IS NULL AND expires_at > ${this.database.now} ${byAdmin} ORDER BY started_at, id`);
    return rows.map(({ id }) => id);
  }

  async end(ids: string[]): Promise<void> {
    await this.database.client.impersonation.updateMany({ where: { id: { in: ids } }, data: { endedAt: new Date() } });
  }

  /** Those in which somebody acts as this user, and those in which this user acts as somebody. */
  async endAllOf(userId: string): Promise<void> {
    await this.database.client.impersonation.updateMany({
      where: { OR: [{ userId }, { adminUserId: userId }], endedAt: null },
      data: { endedAt: new Date() },
    });
  }

  async clearReasons(userId: string): Promise<void> {
    await this.database.client.impersonation.updateMany({ where: { userId }, data: { reason: null } });
  }
}
