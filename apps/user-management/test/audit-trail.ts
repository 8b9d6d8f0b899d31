import type { AuditEntryView } from '@sa-platform/contracts';
import { ADMIN, prismaOf } from './people.js';
import { engine } from './test-database.js';
import type { Answer, TestApp } from './test-app.js';

/** The audit trail as an administrator reads it, and as somebody with the database's superuser can get at it. */
export class Trail {
  constructor(private readonly app: TestApp) {}

  /** The newest first. @param query without the question mark */
  async list(query = '', who = ADMIN): Promise<AuditEntryView[]> {
    const answer = await this.app.as(who, 'GET', `admin/audit?limit=100${query && `&${query}`}`);
    if (answer.status !== 200) throw new Error(`GET admin/audit answered ${answer.status} ${answer.text}`);
    return answer.body.items as AuditEntryView[];
  }

  /** What was written while `work` ran, the oldest first. */
  async during(work: () => Promise<unknown>): Promise<AuditEntryView[]> {
    const before = new Set((await this.list()).map(({ id }) => id));
    await work();
    return (await this.list()).filter(({ id }) => !before.has(id)).reverse();
  }

  verify(query = '', who = ADMIN): Promise<Answer> {
    return this.app.as(who, 'GET', `admin/audit/verify${query && `?${query}`}`);
  }

  /** Past the database's own protection, as its superuser can. */
  async tamper(sql: string): Promise<void> {
    const prisma = prismaOf(this.app);
    if (engine === 'mysql') {
      const triggers = await prisma.$queryRawUnsafe<{ name: string; event: string; body: string }[]>(
        `SELECT trigger_name AS name, event_manipulation AS event, action_statement AS body FROM information_schema.triggers
          WHERE trigger_schema = DATABASE() AND event_object_table = 'audit_entries'`,
      );
      for (const { name } of triggers) await prisma.$executeRawUnsafe(`DROP TRIGGER ${name}`);
      await prisma.$executeRawUnsafe(sql);
      for (const { name, event, body } of triggers) {
        await prisma.$executeRawUnsafe(`CREATE TRIGGER ${name} BEFORE ${event} ON audit_entries FOR EACH ROW ${body}`);
      }
      return;
    }
    await prisma.$transaction([
      prisma.$executeRawUnsafe('SET LOCAL session_replication_role = replica'),
      prisma.$executeRawUnsafe(sql),
    ]);
  }
}
