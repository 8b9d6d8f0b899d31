import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from './modules/access/access.module.js';
import { AccessReviewModule } from './modules/access-review/access-review.module.js';
import { ApprovalsModule } from './modules/approvals/approvals.module.js';
import { AuditModule } from './modules/audit/audit.module.js';
import { DriftModule } from './modules/drift/drift.module.js';
import { EventsModule } from './modules/events/events.module.js';
import { IdentityModule } from './modules/identity/identity.module.js';
import { ImpersonationModule } from './modules/impersonation/impersonation.module.js';
import { ImportModule } from './modules/import/import.module.js';
import { MailsModule } from './modules/mails/mails.module.js';
import { MembershipsModule } from './modules/memberships/memberships.module.js';
import { OrganisationsModule } from './modules/organisations/organisations.module.js';
import { PermissionsModule } from './modules/permissions/permissions.module.js';
import { PersonalDataModule } from './modules/personal-data/personal-data.module.js';
import { ProductsModule } from './modules/products/products.module.js';
import { ProvisioningModule } from './modules/provisioning/provisioning.module.js';
import { RolesModule } from './modules/roles/roles.module.js';
import { SeedingModule } from './modules/seeding/seeding.module.js';
import { StatsModule } from './modules/stats/stats.module.js';
import { UsersModule } from './modules/users/users.module.js';
import { WebhooksModule } from './modules/webhooks/webhooks.module.js';
import type { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import type { Connection } from './platform/database/engines/connection.js';
import { ProblemFilter } from './platform/errors/problem.filter.js';
import { HealthModule } from './platform/health/health.module.js';
import { EtagInterceptor } from './platform/http/etag.interceptor.js';
import { validationPipe } from './platform/http/validation.js';
import { IdempotencyInterceptor } from './platform/idempotency/idempotency.interceptor.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import { ShutdownModule } from './platform/shutdown/shutdown.module.js';

@Module({})
export class AppModule {
  static with(config: Config, connection: Connection): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule.with(connection),
        HealthModule,
        IdempotencyModule,
        ShutdownModule,
        AccessModule,
        AccessReviewModule,
        ApprovalsModule,
        AuditModule,
        DriftModule,
        EventsModule,
        IdentityModule,
        ImpersonationModule,
        ImportModule,
        MailsModule,
        MembershipsModule,
        OrganisationsModule,
        PermissionsModule,
        PersonalDataModule,
        ProductsModule,
        ProvisioningModule,
        RolesModule,
        StatsModule,
        UsersModule,
        WebhooksModule,
        SeedingModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useValue: validationPipe },
        // The tag is taken off last: an answer is stored for its Idempotency-Key with its tag.
        { provide: APP_INTERCEPTOR, useClass: EtagInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
    };
  }
}
