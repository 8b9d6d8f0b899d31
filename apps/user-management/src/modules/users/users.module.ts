import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContextModule } from '../context/context.module.js';
import { EventsModule } from '../events/events.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ImpersonationModule } from '../impersonation/impersonation.module.js';
import { MailsModule } from '../mails/mails.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { AdminUsersController } from './admin-users.controller.js';
import { Registration } from './registration.js';
import { SeedUsers } from './seed-users.js';
import { UserAccounts } from './user-accounts.js';
import { UserAudit } from './user-audit.js';
import { UserCreation } from './user-creation.js';
import { UserCredentialsService } from './user-credentials.service.js';
import { UserListRepository } from './user-list.repository.js';
import { UserListService } from './user-list.service.js';
import { UserMessagesController } from './user-messages.controller.js';
import { UserWriter } from './user-writer.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [AuditModule, ContextModule, EventsModule, IdentityModule, ImpersonationModule, MailsModule, MembershipsModule, RolesModule],
  controllers: [UsersController, AdminUsersController, UserMessagesController],
  providers: [
    Registration,
    SeedUsers,
    UserAccounts,
    UserAudit,
    UserCreation,
    UserCredentialsService,
    UserListRepository,
    UserListService,
    UserWriter,
    UsersRepository,
    UsersService,
  ],
  exports: [Registration, SeedUsers, UserAccounts, UserAudit, UserListService, UserWriter, UsersService],
})
export class UsersModule {}
