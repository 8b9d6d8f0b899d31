import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountSync } from './account-sync.js';

@Module({
  imports: [IdentityModule, UsersModule],
  providers: [AccountSync],
})
export class ProvisioningModule {}
