import { Injectable } from '@nestjs/common';
import type { Delivery } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma, type IdentityJob as Row } from '../../platform/database/generated/postgresql/client.js';
import type { IdentityJob, LeasedJob, Priority, QueueCount } from './identity-job.js';

type NewJob = Pick<IdentityJob, 'userId' | 'kind' | 'priority' | 'delivery' | 'emailVerified' | 'onFailure' | 'revokeSessions'> &
  Partial<Pick<IdentityJob, 'email' | 'externalId' | 'externalUsername'>>;

/** Times are the database's: replicas may disagree about theirs. */
@Injectable()
export class IdentityJobsRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<IdentityJob | null> {
    const row = await this.database.client.identityJob.findUnique({ where: { userId } });
    return row && toJob(row);
  }

  async listOf(userIds: string[]): Promise<IdentityJob[]> {
    const rows = await this.database.client.identityJob.findMany({ where: { userId: { in: userIds } } });
    return rows.map(toJob);
  }

  async hasRemovalOf(externalId: string): Promise<boolean> {
    return (await this.database.client.identityJob.count({ where: { kind: 'remove', externalId } })) > 0;
  }

  /** The job, locked until the transaction ends. */
  async lock(userId: string): Promise<IdentityJob | null> {
    const locked = await this.database.client.$queryRaw<unknown[]>(
      Prisma.sql`SELECT user_id FROM identity_jobs WHERE user_id = ${userId} FOR UPDATE`,
    );
    return locked.length === 0 ? null : this.find(userId);
  }

  /** @param delayMs how long the worker leaves the job to whoever asked for it */
  async insert(job: NewJob, delayMs: number): Promise<void> {
    await this.insertRows([this.toValues(job, delayMs)]);
  }

  async insertAll(jobs: NewJob[]): Promise<void> {
    if (jobs.length > 0) await this.insertRows(jobs.map((job) => this.toValues(job, 0)));
  }

  /** Writes what is given, raises the revision, and makes the job due after the delay. */
  async renew(userId: string, changes: Partial<Omit<NewJob, 'userId'>>, delayMs: number): Promise<void> {
    await this.database.client.identityJob.update({
      where: { userId },
      data: { ...changes, revision: { increment: 1 }, state: 'due', attempts: 0, error: null },
      select: { userId: true },
    });
    await this.database.client.$executeRaw(
      Prisma.sql`UPDATE identity_jobs SET run_at = ${this.database.later(delayMs)} WHERE user_id = ${userId}`,
    );
  }

  /**
   * Takes the lease of a job unless somebody holds it.
   *
   * @param isEarly whoever asked for the job does not wait until it is due
   */
  async lease(userId: string, leaseId: string, { leaseMs, isEarly }: { leaseMs: number; isEarly: boolean }): Promise<LeasedJob | null> {
    const isDue = isEarly ? Prisma.empty : Prisma.sql`AND run_at <= ${this.database.now}`;
    const taken = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE identity_jobs SET lease_id = ${leaseId}, leased_until = ${this.database.later(leaseMs)}
       WHERE user_id = ${userId} AND state = 'due' ${isDue} AND (leased_until IS NULL OR leased_until < ${this.database.now})`);
    if (taken === 0) return null;
    const job = await this.find(userId);
    return job && { ...job, leaseId };
  }

  /** The job, locked, if the lease is still this one's. */
  async lockLeased(userId: string, leaseId: string): Promise<IdentityJob | null> {
    const locked = await this.database.client.$queryRaw<unknown[]>(
      Prisma.sql`SELECT user_id FROM identity_jobs WHERE user_id = ${userId} AND lease_id = ${leaseId} FOR UPDATE`,
    );
    return locked.length === 0 ? null : this.find(userId);
  }

  /** Gives the lease back; the job is due again after the delay. */
  async release(userId: string, again: { delayMs: number; attempts: number; error: string | null; state: IdentityJob['state'] }): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE identity_jobs SET lease_id = NULL, leased_until = NULL, run_at = ${this.database.later(again.delayMs)},
             attempts = ${again.attempts}, error = ${again.error}, state = ${again.state} WHERE user_id = ${userId}`);
  }

  /** A creation of unknown outcome may show up at the provider until then. */
  async settleFor(userId: string, milliseconds: number): Promise<void> {
    await this.database.client.$executeRaw(
      Prisma.sql`UPDATE identity_jobs SET settle_until = ${this.database.later(milliseconds)} WHERE user_id = ${userId}`,
    );
  }

  /** Whether whatever may still show up at the provider would have by now. */
  async isSettled(userId: string): Promise<boolean> {
    const waiting = await this.database.client.$queryRaw<unknown[]>(
      Prisma.sql`SELECT user_id FROM identity_jobs WHERE user_id = ${userId} AND settle_until > ${this.database.now}`,
    );
    return waiting.length === 0;
  }

  async setOnFailure(userId: string, onFailure: IdentityJob['onFailure']): Promise<void> {
    await this.database.client.identityJob.updateMany({ where: { userId }, data: { onFailure } });
  }

  async delete(userId: string): Promise<void> {
    await this.database.client.identityJob.deleteMany({ where: { userId } });
  }

  /** The most urgent of what is due; never of two priorities, so that nothing is begun beside what goes before it. */
  async listDue(limit: number): Promise<string[]> {
    const rows = await this.database.client.$queryRaw<{ user_id: string; priority: number }[]>(Prisma.sql`
      SELECT user_id, priority FROM identity_jobs WHERE state = 'due' AND run_at <= ${this.database.now}
         AND (leased_until IS NULL OR leased_until < ${this.database.now})
       ORDER BY priority, run_at LIMIT ${limit}`);
    return rows.filter(({ priority }) => priority === rows[0]?.priority).map((row) => row.user_id);
  }

  /** What waits because the provider was down need not wait any longer. */
  async makeDue(): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE identity_jobs SET run_at = ${this.database.now}
       WHERE state = 'due' AND error = 'unavailable' AND run_at > ${this.database.now}`);
  }

  async countQueue(): Promise<QueueCount[]> {
    const groups = await this.database.client.identityJob.groupBy({ by: ['state', 'priority'], _count: true, _min: { createdAt: true } });
    return groups.map((group) => ({
      state: group.state as IdentityJob['state'],
      priority: group.priority as Priority,
      count: group._count,
      oldest: group._min.createdAt ?? new Date(0),
    }));
  }

  private async insertRows(values: Prisma.Sql[]): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO identity_jobs (user_id, kind, state, priority, delivery, email_verified, on_failure, revoke_sessions, email,
                                 external_id, external_username, run_at, created_at)
      VALUES ${Prisma.join(values)}`);
  }

  private toValues(job: NewJob, delayMs: number): Prisma.Sql {
    const { externalId = null, externalUsername = null, email = null } = job;
    return Prisma.sql`(${job.userId}, ${job.kind}, 'due', ${job.priority}, ${job.delivery}, ${job.emailVerified}, ${job.onFailure},
      ${job.revokeSessions}, ${email}, ${externalId}, ${externalUsername}, ${this.database.later(delayMs)}, ${this.database.now})`;
  }
}

function toJob(row: Row): IdentityJob {
  const { leaseId: _leaseId, leasedUntil: _leasedUntil, ...job } = row;
  return {
    ...job,
    kind: row.kind as IdentityJob['kind'],
    state: row.state as IdentityJob['state'],
    priority: row.priority as Priority,
    delivery: row.delivery as Delivery,
    onFailure: row.onFailure as IdentityJob['onFailure'],
  };
}
