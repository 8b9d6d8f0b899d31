import { Injectable } from '@nestjs/common';
import { BASELINE_PERMISSIONS } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { PermissionsService } from '../permissions/permissions.service.js';
import { CanonicalRoles } from '../roles/canonical-roles.js';

/**
 * Registers the baseline permissions and the canonical roles at boot. It never deletes and never undoes what a person
 * edited; replicas that boot at once wait for each other.
 */
@Injectable()
export class PermissionsSeeder {
  constructor(
    private readonly database: Database,
    private readonly permissions: PermissionsService,
    private readonly roles: CanonicalRoles,
  ) {}

  async seed(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.lock('seeders');
      await this.permissions.seedCatalogue(BASELINE_PERMISSIONS, SYSTEM_ACTOR);
      await this.roles.seed(SYSTEM_ACTOR);
    });
  }
}
