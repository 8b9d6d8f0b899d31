import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContextModule } from '../context/context.module.js';
import { EventsModule } from '../events/events.module.js';
import { ImpersonationController } from './impersonation.controller.js';
import { ImpersonationService } from './impersonation.service.js';
import { ImpersonationsRepository } from './impersonations.repository.js';
import { JwksController } from './jwks.controller.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeys } from './signing-keys.js';

@Module({
  imports: [AuditModule, ContextModule, EventsModule],
  controllers: [ImpersonationController, JwksController],
  providers: [ImpersonationService, ImpersonationsRepository, SigningKeys, SigningKeysRepository],
  exports: [ImpersonationService, SigningKeys],
})
export class ImpersonationModule {}
