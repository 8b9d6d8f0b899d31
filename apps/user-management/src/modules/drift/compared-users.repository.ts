import { Injectable } from '@nestjs/common';
import type { UserStatus, UserType } from '@sa-platform/contracts';
import { among } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { canonicalEmail } from '../users/canonical-email.js';
import type { ComparedUser } from './drift.js';

interface Row {
  id: string;
  external_id: string | null;
  external_username: string | null;
  email: string;
  user_type: string;
  status: string;
  job_state: string | null;
  seen_id: string | null;
}

/** A user, and whether the scan has come across their account. */
export interface ListedUser extends ComparedUser {
  isSeen: boolean;
}

/** Reads users as they are compared, with the job that is left for them. */
@Injectable()
export class ComparedUsersRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<ComparedUser | null> {
    const [user] = await this.list(Prisma.sql`u.id = ${id}`);
    return user ?? null;
  }

  async listByExternalIds(externalIds: string[]): Promise<ComparedUser[]> {
    return this.list(among(Prisma.sql`u.external_id`, externalIds));
  }

  /** The next users by id, each with whether a scan has seen their account. */
  async listAfter(scanId: string, after: string | null, limit: number): Promise<ListedUser[]> {
    const rows = await this.database.client.$queryRaw<Row[]>(Prisma.sql`
      SELECT ${COLUMNS}, s.external_id AS seen_id
        FROM (SELECT id FROM users WHERE id > ${after ?? ''} ORDER BY id LIMIT ${limit}) page
        JOIN users u ON u.id = page.id LEFT JOIN identity_jobs j ON j.user_id = u.id
        LEFT JOIN drift_seen s ON s.scan_id = ${scanId} AND s.external_id = u.external_id
       ORDER BY u.id`);
    return rows.map((row) => ({ ...toUser(row), isSeen: row.seen_id !== null }));
  }

  /** Whether something is left to be done at the provider for a user, also for one who is gone. */
  async hasDueJob(userId: string): Promise<boolean> {
    return (await this.database.client.identityJob.count({ where: { userId, state: 'due' } })) > 0;
  }

  async isEmailTaken(email: string): Promise<boolean> {
    return (await this.database.client.user.count({ where: { emailCanonical: canonicalEmail(email) } })) > 0;
  }

  private async list(where: Prisma.Sql): Promise<ComparedUser[]> {
    const rows = await this.database.client.$queryRaw<Row[]>(Prisma.sql`
      SELECT ${COLUMNS}, NULL AS seen_id FROM users u LEFT JOIN identity_jobs j ON j.user_id = u.id WHERE ${where}`);
    return rows.map(toUser);
  }
}

const COLUMNS = Prisma.sql`u.id, u.external_id, u.external_username, u.email, u.user_type, u.status, j.state AS job_state`;

function toUser(row: Row): ComparedUser {
  return {
    id: row.id,
    externalId: row.external_id,
    externalUsername: row.external_username,
    email: row.email,
    userType: row.user_type as UserType,
    status: row.status as UserStatus,
    jobState: row.job_state as ComparedUser['jobState'],
  };
}
