import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { IdentityQueue, LONGEST_WAIT_MS } from '../identity/identity-queue.js';
import { MockIdentity } from '../identity/mock-identity.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { ProductsService } from '../products/products.service.js';
import { SeedUsers } from '../users/seed-users.js';
import { DEMO_ORGANISATIONS, DEMO_PASSWORD, DEMO_PEOPLE, DEMO_PRODUCTS } from './demo-data.js';

/** Fills a development database; what is there already stays as it is. */
@Injectable()
export class DemoDataSeeder {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly identity: MockIdentity,
    private readonly organisations: OrganisationsService,
    private readonly products: ProductsService,
    private readonly users: SeedUsers,
    private readonly queue: IdentityQueue,
  ) {}

  async seed(): Promise<void> {
    if (!this.config.demoData) return;
    await this.database.transaction(async () => {
      await this.database.lock('seeders');
      for (const organisation of DEMO_ORGANISATIONS) await this.organisations.ensure(organisation);
      for (const product of DEMO_PRODUCTS) await this.products.ensure(product);
    });
    for (const { email, displayName, userType, status, memberships } of DEMO_PEOPLE) {
      const blocked = status === 'suspended' || status === 'deactivated';
      const externalId = await this.identity.issuer.seedAccount({ email, displayName, password: DEMO_PASSWORD, blocked });
      const userId = await this.database.transaction(async () => {
        await this.database.lock('seeders');
        return this.users.ensureUser({ email, displayName, userType, status, externalId, memberships }, SYSTEM_ACTOR);
      });
      if (userId !== null) await this.queue.settled(userId, LONGEST_WAIT_MS);
    }
  }
}
