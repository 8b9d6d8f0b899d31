import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { PermissionsModule } from '../permissions/permissions.module.js';
import { CanonicalRoles } from './canonical-roles.js';
import { RolesController } from './roles.controller.js';
import { RolesRepository } from './roles.repository.js';
import { RolesService } from './roles.service.js';

@Module({
  imports: [AuditModule, EventsModule, OrganisationsModule, PermissionsModule],
  controllers: [RolesController],
  providers: [CanonicalRoles, RolesRepository, RolesService],
  exports: [CanonicalRoles, RolesService],
})
export class RolesModule {}
