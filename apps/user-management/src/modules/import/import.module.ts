import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContextModule } from '../context/context.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { ProductsModule } from '../products/products.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { UsersModule } from '../users/users.module.js';
import { ImportBatch } from './import-batch.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import { ImportRunner } from './import-runner.js';
import { ImportUpload } from './import-upload.js';
import { ImportsController } from './imports.controller.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { IncomingCsv } from './incoming-csv.js';
import { RowApplier } from './row-applier.js';
import { UserExportService } from './user-export.service.js';

@Module({
  imports: [AuditModule, ContextModule, IdentityModule, MembershipsModule, OrganisationsModule, ProductsModule, RolesModule, UsersModule],
  controllers: [ImportsController],
  providers: [
    ImportBatch,
    ImportRowsRepository,
    ImportRunner,
    ImportsRepository,
    ImportsService,
    ImportUpload,
    IncomingCsv,
    RowApplier,
    UserExportService,
  ],
})
export class ImportModule {}
