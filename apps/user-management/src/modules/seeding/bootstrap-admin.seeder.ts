import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { SeedUsers } from '../users/seed-users.js';

/** Makes `BOOTSTRAP_ADMIN_EMAIL` the first platform admin; once there is an active one it does nothing. */
@Injectable()
export class BootstrapAdminSeeder {
  private readonly logger = new Logger(BootstrapAdminSeeder.name);

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly users: SeedUsers,
  ) {}

  async seed(): Promise<void> {
    const email = this.config.bootstrapAdminEmail;
    if (email === null) return;
    const userId = await this.database.transaction(async () => {
      await this.database.lock('seeders');
      await this.database.lock('platform_admins');
      return this.users.ensureFirstAdmin(email, SYSTEM_ACTOR);
    });
    if (userId === null) return;
    this.logger.log(`user ${userId} is the first platform admin`);
  }
}
