import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContextModule } from '../context/context.module.js';
import { EventsModule } from '../events/events.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { ProductsModule } from '../products/products.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { MembershipExpiry } from './membership-expiry.js';
import { MembershipWriter } from './membership-writer.js';
import { MembershipsController } from './memberships.controller.js';
import { MembershipsRepository } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';
import { TenantAdminGuard } from './tenant-admin-guard.js';

@Module({
  imports: [AuditModule, ContextModule, EventsModule, IdentityModule, OrganisationsModule, ProductsModule, RolesModule],
  controllers: [MembershipsController],
  providers: [MembershipExpiry, MembershipsRepository, MembershipsService, MembershipWriter, TenantAdminGuard],
  exports: [MembershipsService, MembershipWriter, TenantAdminGuard],
})
export class MembershipsModule {}
