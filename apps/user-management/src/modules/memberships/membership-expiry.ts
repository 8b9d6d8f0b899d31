import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ContextVersion } from '../context/context-version.js';
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
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly versions: ContextVersion,
    private readonly memberships: MembershipsRepository,
    private readonly writer: MembershipWriter,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  private wake(): void {
    if (this.isStopped) return;
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
  }

  private async work(): Promise<void> {
    try {
      for (const { id, userId } of await this.memberships.listUntold(AT_ONCE)) {
        if (this.isStopped) return;
        await this.database.transaction(() => this.end(userId, id));
      }
    } catch (error) {
      this.logger.warn(`memberships that are over wait to be told of: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }

  private async end(userId: string, id: string): Promise<void> {
    if (!(await this.versions.lockIfThere(userId))) return;
    const membership = await this.memberships.find(userId, id);
    if (membership !== null) await this.writer.end(membership);
  }
}
