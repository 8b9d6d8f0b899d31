import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { z } from 'zod';
import { Answers } from '../../platform/http/answers.js';
import { administrator } from '../access/rules.js';
import { AuditPage, ExportAuditQuery, ListAuditQuery, VerificationView, VerifyAuditQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';
import { VerificationService } from './verification.service.js';

@ApiTags('audit')
@Controller('admin/audit')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly verification: VerificationService,
  ) {}

  /** Who did what to whom, the newest first. */
  @Get()
  @Access(administrator('admin:audit:read'))
  @Answers(200, AuditPage, 'organisation.not_found')
  list(@Query({ schema: ListAuditQuery }) query: ListAuditQuery, @CurrentCaller() caller: Caller) {
    return this.audit.listEntries(query, caller);
  }

  /** The same as a file, the oldest first. */
  @Get('export')
  @Access(administrator('admin:audit:read'))
  @ApiProduces('application/jsonl', 'text/csv')
  @Answers(200, z.string(), 'organisation.not_found')
  async export(@Query({ schema: ExportAuditQuery }) query: ExportAuditQuery, @CurrentCaller() caller: Caller) {
    const type = query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8';
    const options = { type, disposition: `attachment; filename="audit.${query.format}"` };
    return new StreamableFile(await this.audit.exportEntries(query, caller), options);
  }

  /** Whether every entry says what was written, and which is the first that does not. */
  @Get('verify')
  @Access(administrator('admin:audit:read'))
  @Answers(200, VerificationView, 'organisation.not_found')
  verify(@Query({ schema: VerifyAuditQuery }) query: VerifyAuditQuery, @CurrentCaller() caller: Caller) {
    return this.verification.verify(query, caller);
  }
}
