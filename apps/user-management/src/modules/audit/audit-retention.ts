import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { errorName } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { organisationOf } from './audit-entry-view.js';
import { AuditRepository } from './audit.repository.js';
import { AuditTrail } from './audit-trail.js';
import { removableOf } from './removable-segment.js';

const EVERY_MS = 60 * 60 * 1000;
const REMOVED_AT_ONCE = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes entries whose time is over: whole months from the old end of each chain. The chain's head keeps the hash of the
 * last that went, and an entry in the chain itself says so: what is left can still be proved, and the removal with it.
 */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AuditRetention.name);
  private readonly work = new RecurringWork(() => this.removeAll());

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly entries: AuditRepository,
    private readonly trail: AuditTrail,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.auditRetentionDays === null) return;
    this.work.start(EVERY_MS);
    this.work.wake();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async removeAll(): Promise<void> {
    const cutoff = startOfMonth(new Date(Date.now() - (this.config.auditRetentionDays ?? 0) * DAY_MS));
    try {
      for (let after: string | null = null; ; ) {
        const next = await this.entries.findNextChain('all', after);
        if (next === null) return;
        while (!this.work.isStopped && (await this.removeFrom(next.chain, cutoff)));
        if (this.work.isStopped) return;
        after = next.chain;
      }
    } catch (error) {
      this.logger.warn(`audit entries whose time is over stay for now: ${errorName(error)}`);
    }
  }

  /** @returns whether there may be more to remove */
  private async removeFrom(chain: string, cutoff: Date): Promise<boolean> {
    return this.database.transaction(async () => {
      await this.entries.lockHeads([chain]);
      const head = await this.entries.findChain(chain);
      if (head === null) return false;
      const oldest = await this.entries.read(chain, head.removedSequence, head.sequence, REMOVED_AT_ONCE);
      const removable = removableOf(oldest, cutoff);
      const last = removable.at(-1);
      if (!last) return false;
      await this.entries.remove(chain, last);
      await this.trail.record({
        action: 'AUDIT_SEGMENT_REMOVED',
        actor: SYSTEM_ACTOR,
        target: { type: 'audit', id: null },
        organisationId: organisationOf(chain),
        after: { through: Number(last.sequence), hash: last.hash, entries: removable.length },
      });
      return removable.length === REMOVED_AT_ONCE;
    });
  }
}

/** In UTC: every replica removes the same. */
function startOfMonth(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth()));
}
