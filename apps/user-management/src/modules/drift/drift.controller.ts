import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { AcrossTransactions } from '../../platform/idempotency/idempotency.interceptor.js';
import { platformAdmin } from '../access/rules.js';
import {
  DriftItemView,
  DriftPage,
  DriftRepairView,
  DriftScanView,
  IdentityStatusView,
  ListDriftQuery,
  ProviderRolesView,
  RepairAllDto,
  RepairItemDto,
} from './drift.dto.js';
import { DriftService } from './drift.service.js';
import { ProviderStatus } from './provider-status.js';

const REPAIR_ERRORS = [
  ...(['drift.item_not_found', 'drift.direction_forbidden', 'user.self_change', 'user.email_taken', 'user.unknown'] as const),
  ...(['user.last_platform_admin', 'membership.last_tenant_admin'] as const),
  ...(['identity.conflict', 'identity.missing', 'identity.rejected', 'identity.unavailable'] as const),
] as const;

/** Accounts of every organisation and of none stand there, so it is the platform's matter. */
@ApiTags('identity')
@Controller('admin/identity')
@Access(platformAdmin())
export class DriftController {
  constructor(
    private readonly status: ProviderStatus,
    private readonly drift: DriftService,
  ) {}

  @Get('status')
  @Answers(200, IdentityStatusView)
  getStatus() {
    return this.status.getStatus();
  }

  @Get('roles')
  @Answers(200, ProviderRolesView, 'identity.rejected', 'identity.unavailable')
  listRoles() {
    return this.status.listRoles();
  }

  @Post('drift/scan')
  @Answers(202, DriftScanView, 'drift.running')
  startScan(@CurrentCaller() caller: Caller) {
    return this.drift.startScan(caller);
  }

  @Get('drift/scans/:id')
  @Answers(200, DriftScanView, 'drift.scan_not_found')
  getScan(@Param('id') id: string) {
    return this.drift.getScan(id);
  }

  @Get('drift')
  @Answers(200, DriftPage, 'drift.scan_not_found')
  listItems(@Query({ schema: ListDriftQuery }) query: ListDriftQuery) {
    return this.drift.listItems(query);
  }

  @Post('drift/repair')
  @Answers(202, DriftRepairView, 'drift.scan_not_found', 'drift.running')
  startRepair(@Body({ schema: RepairAllDto }) body: RepairAllDto, @CurrentCaller() caller: Caller) {
    return this.drift.startRepair(body, caller);
  }

  @Get('drift/repairs/:id')
  @Answers(200, DriftRepairView, 'drift.repair_not_found')
  getRepair(@Param('id') id: string) {
    return this.drift.getRepair(id);
  }

  @Post('drift/:id/repair')
  @AcrossTransactions()
  @Answers(200, DriftItemView, ...REPAIR_ERRORS)
  repairItem(@Param('id') id: string, @Body({ schema: RepairItemDto }) body: RepairItemDto, @CurrentCaller() caller: Caller) {
    return this.drift.repairItem(id, body, caller);
  }
}
