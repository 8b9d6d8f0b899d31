import { Module } from '@nestjs/common';
import { IdentityService } from './identity.service.js';
import { MockAccountsRepository } from './mock-accounts.repository.js';
import { MockIdentity } from './mock-identity.js';

@Module({
  providers: [IdentityService, MockAccountsRepository, MockIdentity],
  exports: [IdentityService, MockIdentity],
})
export class IdentityModule {}
