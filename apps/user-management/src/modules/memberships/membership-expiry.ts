import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { errorName } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { ContextVersion } from '../context/context-version.js';
import { toMembershipRecord } from './membership-record.js';
import { MembershipWriter } from './membership-writer.js';
import { MembershipsRepository } from './memberships.repository.js';

const EVERY_MS = 1_000;
const AT_ONCE = 100;

/**
 * Tells siblings and the identity provider of memberships whose time is over. Nobody's access waits for it: each context
 * leaves out what is over by the database's clock. Any replica may come first; each membership is told of once.
 */
@Injectable()
export class MembershipExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(MembershipExpiry.name);
  private readonly work = new RecurringWork(() => this.tellAll());

  constructor(
    private readonly database: Database,
    private readonly versions: ContextVersion,
    private readonly memberships: MembershipsRepository,
    private readonly writer: MembershipWriter,
    private readonly trail: AuditTrail,
  ) {}

  onApplicationBootstrap(): void {
    this.work.start(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async tellAll(): Promise<void> {
    try {
      for (const { id, userId } of await this.memberships.listUntold(AT_ONCE)) {
        if (this.work.isStopped) return;
        await this.database.transaction(() => this.end(userId, id));
      }
    } catch (error) {
      this.logger.warn(`memberships that are over wait to be told of: ${errorName(error)}`);
    }
  }

  private async end(userId: string, id: string): Promise<void> {
    if (!(await this.versions.lockIfThere(userId))) return;
    const membership = await this.memberships.find(userId, id);
    if (membership === null || !(await this.writer.end(membership))) return;
    const record = toMembershipRecord('MEMBERSHIP_EXPIRED', SYSTEM_ACTOR, { before: membership, after: null });
    if (record !== null) await this.trail.record(record);
  }
}
