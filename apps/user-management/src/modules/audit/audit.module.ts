import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { AuditRetention } from './audit-retention.js';
import { AuditService } from './audit.service.js';
import { AuditTrail } from './audit-trail.js';
import { SignInRefusals } from './sign-in-refusals.js';
import { VerificationService } from './verification.service.js';

@Module({
  controllers: [AuditController],
  providers: [AuditRepository, AuditRetention, AuditService, AuditTrail, SignInRefusals, VerificationService],
  exports: [AuditTrail, SignInRefusals],
})
export class AuditModule {}
