import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { DueMail, LeasedMail, MailCount, MailKind } from './mail-job.js';

const DAY_MS = 24 * 60 * 60_000;
const TOO_OLD_MS = 3 * DAY_MS;
const FAILED_KEPT_MS = 30 * DAY_MS;

const is = ({ kind, userId }: DueMail) => Prisma.sql`kind = ${kind} AND user_id = ${userId}`;
const isHeld = (mail: LeasedMail) => Prisma.sql`${is(mail)} AND lease_id = ${mail.leaseId}`;
const isUnchanged = (mail: LeasedMail) => Prisma.sql`${isHeld(mail)} AND revision = ${mail.revision}`;

/** Times are the database's: replicas may disagree about theirs. */
@Injectable()
export class MailJobsRepository {
  constructor(private readonly database: Database) {}

  /** Somebody registered. A row of their own: registrations don't wait for each other. */
  async insertRegistration(userId: string): Promise<void> {
    const { now } = this.database;
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO mail_jobs (kind, user_id, state, run_at, created_at) VALUES ('registration', ${userId}, 'due', ${now}, ${now})`);
  }

  async hasRegistrations(): Promise<boolean> {
    return (await this.database.client.mailJob.findFirst({ where: { kind: 'registration' }, select: { userId: true } })) !== null;
  }

  /** Takes all registrations that nobody was told of. @returns whether there were any */
  async takeRegistrations(): Promise<boolean> {
    return (await this.database.client.mailJob.deleteMany({ where: { kind: 'registration' } })).count > 0;
  }

  /**
   * Has each of these users mailed; those who are to be mailed already get that one mail. What was sent stands in the way
   * until its pause is over.
   */
  async request(kind: MailKind, userIds: string[]): Promise<void> {
    if (userIds.length === 0) return;
    const { now, dialect } = this.database;
    const values = [...userIds].sort().map((userId) => Prisma.sql`(${kind}, ${userId}, 'due', ${now}, ${now})`);
    const renew = dialect === 'mysql' ? Prisma.sql`ON DUPLICATE KEY UPDATE` : Prisma.sql`ON CONFLICT (kind, user_id) DO UPDATE SET`;
    const ifDue = (kept: Prisma.Sql, anew: Prisma.Sql) => Prisma.sql`CASE mail_jobs.state WHEN 'due' THEN ${kept} ELSE ${anew} END`;
    // MySQL assigns from left to right and reads what it has assigned: the state comes last.
    await this.database.client.$executeRaw(Prisma.sql`
      INSERT INTO mail_jobs (kind, user_id, state, run_at, created_at) VALUES ${Prisma.join(values)} ${renew}
        revision = mail_jobs.revision + 1,
        attempts = ${ifDue(Prisma.sql`mail_jobs.attempts`, Prisma.sql`0`)},
        mail_id = ${ifDue(Prisma.sql`mail_jobs.mail_id`, Prisma.sql`NULL`)},
        error = ${ifDue(Prisma.sql`mail_jobs.error`, Prisma.sql`NULL`)},
        created_at = ${ifDue(Prisma.sql`mail_jobs.created_at`, now)},
        run_at = CASE mail_jobs.state WHEN 'failed' THEN ${now} ELSE mail_jobs.run_at END,
        state = 'due'`);
  }

  /** What may be sent now and nobody sends, the longest due first. */
  async listDue(limit: number): Promise<DueMail[]> {
    const rows = await this.database.client.$queryRaw<{ kind: MailKind; user_id: string }[]>(Prisma.sql`
      SELECT kind, user_id FROM mail_jobs WHERE state = 'due' AND kind <> 'registration' AND run_at <= ${this.database.now}
         AND (leased_until IS NULL OR leased_until < ${this.database.now})
       ORDER BY run_at LIMIT ${limit}`);
    return rows.map(({ kind, user_id: userId }) => ({ kind, userId }));
  }

  /**
   * Takes the lease of a mail that is due, unless somebody holds it.
   *
   * @param ids the lease's, and the mail's if this is its first attempt
   */
  async lease(mail: DueMail, ids: { leaseId: string; mailId: string }, leaseMs: number): Promise<LeasedMail | null> {
    const { now } = this.database;
    const taken = await this.database.client.$executeRaw(Prisma.sql`
      UPDATE mail_jobs SET lease_id = ${ids.leaseId}, leased_until = ${this.database.later(leaseMs)}, mail_id = COALESCE(mail_id, ${ids.mailId})
       WHERE ${is(mail)} AND state = 'due' AND run_at <= ${now} AND (leased_until IS NULL OR leased_until < ${now})`);
    if (taken === 0) return null;
    const [row] = await this.database.client.$queryRaw<LeasedRow[]>(Prisma.sql`
      SELECT revision, mail_id, attempts, error, CASE WHEN created_at < ${this.database.later(-TOO_OLD_MS)} THEN 1 ELSE 0 END AS is_too_old
        FROM mail_jobs WHERE ${is(mail)} AND lease_id = ${ids.leaseId}`);
    if (row === undefined) return null;
    const { revision, mail_id: mailId, attempts, error } = row;
    return { ...mail, revision, mailId, attempts, error, leaseId: ids.leaseId, isTooOld: Number(row.is_too_old) === 1 };
  }

  /** @returns false when the mail was asked for again meanwhile, or the lease is somebody else's: then nothing happened */
  async delete(mail: LeasedMail): Promise<boolean> {
    return (await this.database.client.$executeRaw(Prisma.sql`DELETE FROM mail_jobs WHERE ${isUnchanged(mail)}`)) > 0;
  }

  /** Remembers that it was sent: the next one waits until the pause is over. @returns as `delete` */
  async markSent(mail: LeasedMail, pauseMs: number): Promise<boolean> {
    return this.release(isUnchanged(mail), Prisma.sql`state = 'sent', run_at = ${this.database.later(pauseMs)}`);
  }

  /** @returns as `delete` */
  async giveUp(mail: LeasedMail, error: string): Promise<boolean> {
    return this.release(isUnchanged(mail), Prisma.sql`state = 'failed', error = ${error}, run_at = ${this.database.now}`);
  }

  /** Another mail, which was asked for while this one was in hands, is due after the pause. */
  async startAnew(mail: LeasedMail, pauseMs: number): Promise<void> {
    const { now } = this.database;
    const anew = Prisma.sql`mail_id = NULL, attempts = 0, error = NULL, created_at = ${now}`;
    await this.release(isHeld(mail), Prisma.sql`${anew}, run_at = ${this.database.later(pauseMs)}`);
  }

  /** The mail is due again after the delay. */
  async putOff(mail: LeasedMail, error: string, delayMs: number): Promise<void> {
    await this.release(isHeld(mail), Prisma.sql`attempts = attempts + 1, error = ${error}, run_at = ${this.database.later(delayMs)}`);
  }

  /** Takes away what was sent and stands in nobody's way, and what was given up long ago. */
  async removeOver(): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`DELETE FROM mail_jobs WHERE state = 'sent' AND run_at <= ${this.database.now}`);
    await this.database.client.$executeRaw(
      Prisma.sql`DELETE FROM mail_jobs WHERE state = 'failed' AND run_at <= ${this.database.later(-FAILED_KEPT_MS)}`,
    );
  }

  /** How many were given up, and how many wait for the relay; not those that wait for their pause. */
  async count(): Promise<MailCount[]> {
    const rows = await this.database.client.$queryRaw<{ kind: MailKind; state: MailCount['state']; mails: bigint }[]>(Prisma.sql`
      SELECT kind, state, COUNT(*) AS mails FROM mail_jobs
       WHERE kind <> 'registration' AND (state = 'failed' OR (state = 'due' AND (attempts > 0 OR run_at <= ${this.database.now})))
       GROUP BY kind, state`);
    return rows.map(({ kind, state, mails }) => ({ kind, state, count: Number(mails) }));
  }

  /** Gives the lease back. */
  private async release(which: Prisma.Sql, changes: Prisma.Sql): Promise<boolean> {
    const released = Prisma.sql`UPDATE mail_jobs SET lease_id = NULL, leased_until = NULL, ${changes} WHERE ${which}`;
    return (await this.database.client.$executeRaw(released)) > 0;
  }
}

interface LeasedRow {
  revision: number;
  mail_id: string;
  attempts: number;
  error: string | null;
  is_too_old: number | bigint;
}
