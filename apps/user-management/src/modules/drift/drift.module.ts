import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContextModule } from '../context/context.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { UsersModule } from '../users/users.module.js';
import { ComparedUsersRepository } from './compared-users.repository.js';
import { DriftChecker } from './drift-checker.js';
import { DriftController } from './drift.controller.js';
import { DriftItemsRepository } from './drift-items.repository.js';
import { DriftRepairer } from './drift-repairer.js';
import { DriftRepairs } from './drift-repairs.js';
import { DriftRunsRepository } from './drift-runs.repository.js';
import { DriftScan } from './drift-scan.js';
import { DriftSeenRepository } from './drift-seen.repository.js';
import { DriftService } from './drift.service.js';
import { DriftWorker } from './drift-worker.js';
import { ProviderStatus } from './provider-status.js';

@Module({
  imports: [AuditModule, ContextModule, IdentityModule, UsersModule],
  controllers: [DriftController],
  providers: [
    ComparedUsersRepository,
    DriftChecker,
    DriftItemsRepository,
    DriftRepairer,
    DriftRepairs,
    DriftRunsRepository,
    DriftScan,
    DriftSeenRepository,
    DriftService,
    DriftWorker,
    ProviderStatus,
  ],
})
export class DriftModule {}
