import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { AcrossTransactions } from '../../platform/idempotency/idempotency.interceptor.js';
import { administrator } from '../access/rules.js';
import { AdminUserView, UserPage } from '../users/users.dto.js';
import { ApproveDto, BulkApprovalView, BulkApproveDto, ChangeTypeDto, ListPendingQuery } from './approvals.dto.js';
import { ApprovalsService } from './approvals.service.js';

const TOUCH_ERRORS = ['user.not_found', 'impersonation.forbidden', 'user.outranks_actor', 'user.erased'] as const;
const TYPE_ERRORS = ['user.type_forbidden', 'role.exceeds_actor'] as const;

@ApiTags('approvals')
@Controller('admin/users')
export class ApprovalsController {
  constructor(private readonly approvals: ApprovalsService) {}

  @Get('pending')
  @Access(administrator('admin:users:read'))
  @Answers(200, UserPage)
  listPending(@Query({ schema: ListPendingQuery }) query: ListPendingQuery, @CurrentCaller() caller: Caller) {
    return this.approvals.listPending(query, caller);
  }

  @Post('approve')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(200, AdminUserView, ...TOUCH_ERRORS, ...TYPE_ERRORS, 'user.not_pending', 'organisation.not_found', 'role.not_found', 'membership.exists')
  approve(@Body({ schema: ApproveDto }) body: ApproveDto, @CurrentCaller() caller: Caller) {
    return this.approvals.approve(body, caller);
  }

  @Post('bulk-approve')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(200, BulkApprovalView)
  approveMany(@Body({ schema: BulkApproveDto }) body: BulkApproveDto, @CurrentCaller() caller: Caller) {
    return this.approvals.approveMany(body, caller);
  }

  @Put(':id/role')
  @Access(administrator('admin:users:write'))
  @Answers(200, AdminUserView, ...TOUCH_ERRORS, ...TYPE_ERRORS, 'user.self_change', 'user.last_platform_admin', 'precondition.failed')
  changeType(
    @Param('id') id: string,
    @Body({ schema: ChangeTypeDto }) body: ChangeTypeDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.approvals.changeType(id, body, ifMatch, caller);
  }

  @Post(':id/revoke')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(
    200,
    AdminUserView,
    ...TOUCH_ERRORS,
    ...['user.self_change', 'user.status_transition', 'user.last_platform_admin', 'membership.last_tenant_admin', 'precondition.failed'] as const,
  )
  revoke(@Param('id') id: string, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.approvals.revoke(id, ifMatch, caller);
  }
}
