import { Module } from '@nestjs/common';
import { ContextModule } from '../context/context.module.js';
import { EventsModule } from '../events/events.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { AdminUsersController } from './admin-users.controller.js';
import { IdentitySync } from './identity-sync.js';
import { PasswordResetService } from './password-reset.service.js';
import { Registration } from './registration.js';
import { SeedUsers } from './seed-users.js';
import { UserCreation } from './user-creation.js';
import { UserListRepository } from './user-list.repository.js';
import { UserListService } from './user-list.service.js';
import { UserWriter } from './user-writer.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [ContextModule, EventsModule, IdentityModule, MembershipsModule, RolesModule],
  controllers: [UsersController, AdminUsersController],
  providers: [
    IdentitySync,
    PasswordResetService,
    Registration,
    SeedUsers,
    UserCreation,
    UserListRepository,
    UserListService,
    UserWriter,
    UsersRepository,
    UsersService,
  ],
  exports: [IdentitySync, Registration, SeedUsers, UsersService],
})
export class UsersModule {}
