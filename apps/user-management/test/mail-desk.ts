import { expect } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import { Prisma, type MailJob } from '../src/platform/database/generated/postgresql/client.js';
import type { MailReceiver, ReceivedMail } from './mail-receiver.js';
import { ADMIN, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import type { TestApp } from './test-app.js';

/** People who register and are approved, what is queued for them, and what they receive. */
export class MailDesk {
  constructor(
    readonly app: TestApp,
    private readonly receiver: MailReceiver | null = null,
  ) {}

  /** Somebody who came by themselves. */
  async newcomer(): Promise<Person> {
    const email = `${unique('newcomer')}@example.com`;
    const { body } = await this.app.as(email, 'GET', 'users/me');
    expect(body).toMatchObject({ email, status: 'pending' });
    return { id: String(body.id), email };
  }

  async approve(id: string, role = 'patient'): Promise<void> {
    expect((await this.app.as(ADMIN, 'POST', 'admin/users/approve', { user_id: id, role })).status).toBe(200);
  }

  async revoke(id: string): Promise<void> {
    expect((await this.app.as(ADMIN, 'POST', `admin/users/${id}/revoke`)).status).toBe(200);
  }

  /** The mails to this address, once there are so many. */
  arrived(address: string, count = 1): Promise<ReceivedMail[]> {
    return until(() => this.receiver?.to(address) ?? [], (mails) => mails.length >= count);
  }

  /** What is to be sent to somebody who was approved. */
  job(userId: string): Promise<MailJob | null> {
    return prismaOf(this.app).mailJob.findUnique({ where: { kind_userId: { kind: 'approved', userId } } });
  }

  jobOnce(userId: string, isDone: (job: MailJob) => boolean): Promise<MailJob | null> {
    return until(() => this.job(userId), (job) => job !== null && isDone(job));
  }

  gone(userId: string): Promise<unknown> {
    return until(() => this.job(userId), (job) => job === null);
  }

  /** Until nothing waits to be sent. */
  idle(): Promise<unknown> {
    return until(() => prismaOf(this.app).mailJob.count({ where: { state: 'due' } }), (due) => due === 0);
  }

  /** As if that much time had passed since the mail was asked for. */
  async age(userId: string, milliseconds: number): Promise<void> {
    const database = this.app.nest.get(Database);
    await database.client.$executeRaw(
      Prisma.sql`UPDATE mail_jobs SET created_at = ${database.later(-milliseconds)}, run_at = ${database.now} WHERE user_id = ${userId}`,
    );
  }

  /** As if the pause between two mails to an administrator were over. */
  async endPause(): Promise<void> {
    const { client, now } = this.app.nest.get(Database);
    await client.$executeRaw(Prisma.sql`UPDATE mail_jobs SET run_at = ${now} WHERE kind = 'registration_pending'`);
  }

  async clear(): Promise<void> {
    await prismaOf(this.app).mailJob.deleteMany();
  }
}
