import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { administrator } from '../access/rules.js';
import { AddMembershipDto, GrantProductDto, MembershipView, UpdateMembershipDto } from './memberships.dto.js';
import { MembershipsService, type MembershipPath } from './memberships.service.js';

const ROLE_ERRORS = ['role.not_found', 'role.exceeds_actor', 'membership.exists'] as const;
const CHANGE_ERRORS = [
  'user.not_found',
  'membership.not_found',
  'membership.last_tenant_admin',
  'user.self_change',
  'user.outranks_actor',
  'precondition.failed',
] as const;

@ApiTags('memberships')
@Controller('admin/users/:userId/memberships')
@Access(administrator('admin:users:write'))
export class MembershipsController {
  constructor(private readonly memberships: MembershipsService) {}

  @Post()
  @Answers(201, MembershipView, 'user.not_found', 'organisation.not_found', 'product.not_found', ...ROLE_ERRORS)
  add(@Param('userId') userId: string, @Body({ schema: AddMembershipDto }) body: AddMembershipDto, @CurrentCaller() caller: Caller) {
    return this.memberships.addMembership(userId, body, caller);
  }

  @Patch(':membershipId')
  @Answers(200, MembershipView, ...CHANGE_ERRORS, ...ROLE_ERRORS)
  update(
    @Param() path: MembershipPath,
    @Body({ schema: UpdateMembershipDto }) body: UpdateMembershipDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.memberships.updateMembership(path, body, ifMatch, caller);
  }

  @Delete(':membershipId')
  @Answers(204, null, ...CHANGE_ERRORS, 'membership.last')
  remove(@Param() path: MembershipPath, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.memberships.removeMembership(path, ifMatch, caller);
  }

  @Post(':membershipId/products')
  @Answers(201, MembershipView, 'user.not_found', 'membership.not_found', 'product.not_found', 'product_access.exists')
  grantProduct(@Param() path: MembershipPath, @Body({ schema: GrantProductDto }) body: GrantProductDto, @CurrentCaller() caller: Caller) {
    return this.memberships.grantProduct(path, body.product_id, caller);
  }

  @Delete(':membershipId/products/:productId')
  @Answers(204, null, 'user.not_found', 'membership.not_found', 'product_access.not_found')
  revokeProduct(@Param() path: MembershipPath, @Param('productId') productId: string, @CurrentCaller() caller: Caller) {
    return this.memberships.revokeProduct(path, productId, caller);
  }
}
