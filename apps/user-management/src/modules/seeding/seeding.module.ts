import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { PermissionsModule } from '../permissions/permissions.module.js';
import { ProductsModule } from '../products/products.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { UsersModule } from '../users/users.module.js';
import { BootstrapAdminSeeder } from './bootstrap-admin.seeder.js';
import { DemoDataSeeder } from './demo-data.seeder.js';
import { PermissionsSeeder } from './permissions.seeder.js';

@Module({
  imports: [IdentityModule, OrganisationsModule, PermissionsModule, ProductsModule, RolesModule, UsersModule],
  providers: [PermissionsSeeder, DemoDataSeeder, BootstrapAdminSeeder],
})
export class SeedingModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly permissions: PermissionsSeeder,
    private readonly bootstrapAdmin: BootstrapAdminSeeder,
    private readonly demoData: DemoDataSeeder,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.permissions.seed();
  }

  /** The named admin first: with the demo's admin there, nobody else would become the first one. */
  async onApplicationBootstrap(): Promise<void> {
    await this.bootstrapAdmin.seed();
    await this.demoData.seed();
  }
}
