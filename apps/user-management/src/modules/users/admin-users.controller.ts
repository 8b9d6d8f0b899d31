import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { AcrossTransactions } from '../../platform/idempotency/idempotency.interceptor.js';
import { administrator } from '../access/rules.js';
import { UserCreation } from './user-creation.js';
import { UserCredentialsService } from './user-credentials.service.js';
import { UserListService } from './user-list.service.js';
import {
  AdminUserView,
  CreatedUserView,
  CreateUserDto,
  ListedUsers,
  ListUsersQuery,
  PasswordResetView,
  ResetPasswordDto,
  UpdateUserDto,
  UserAuthorityView,
} from './users.dto.js';
import { UsersService } from './users.service.js';

const TOUCH_ERRORS = ['user.not_found', 'impersonation.forbidden', 'user.outranks_actor', 'user.erased'] as const;
const CHANGE_ERRORS = [
  ...TOUCH_ERRORS,
  'user.self_change',
  'user.status_transition',
  'user.last_platform_admin',
  'membership.last_tenant_admin',
  'precondition.failed',
] as const;

const PROVIDER_ERRORS = ['identity.missing', 'identity.rejected', 'identity.unavailable'] as const;

@ApiTags('users')
@Controller('admin/users')
export class AdminUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly creation: UserCreation,
    private readonly lists: UserListService,
    private readonly credentials: UserCredentialsService,
  ) {}

  @Post()
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(
    201,
    CreatedUserView,
    ...['user.email_taken', 'user.clinical_patient_taken', 'user.type_forbidden', 'membership.required'] as const,
    ...['role.not_found', 'role.exceeds_actor', 'membership.exists'] as const,
    ...['organisation.not_found', 'product.not_found', 'identity.conflict', 'identity.rejected', 'identity.unavailable'] as const,
  )
  create(@Body({ schema: CreateUserDto }) body: CreateUserDto, @CurrentCaller() caller: Caller) {
    return this.creation.createUser(body, caller);
  }

  @Get()
  @Access(administrator('admin:users:read'))
  @Answers(200, ListedUsers)
  list(@Query({ schema: ListUsersQuery }) query: ListUsersQuery, @CurrentCaller() caller: Caller) {
    return query.with_total === 'true' ? this.lists.listCounted(query, caller) : this.lists.listUsers(query, caller);
  }

  @Get(':id')
  @Access(administrator('admin:users:read'))
  @Answers(200, AdminUserView, 'user.not_found')
  get(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.users.getUser(id, caller);
  }

  /** What could be asked for, before it is: pages show nothing that would be refused. */
  @Get(':id/authority')
  @Access(administrator('admin:users:read'))
  @Answers(200, UserAuthorityView, 'user.not_found')
  getAuthority(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.users.getAuthority(id, caller);
  }

  @Patch(':id')
  @Access(administrator('admin:users:write'))
  @Answers(200, AdminUserView, ...CHANGE_ERRORS, 'user.clinical_patient_taken')
  update(
    @Param('id') id: string,
    @Body({ schema: UpdateUserDto }) body: UpdateUserDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.users.updateUser(id, body, ifMatch, caller);
  }

  @Delete(':id')
  @Access(administrator('admin:users:write'))
  @Answers(204, null, ...CHANGE_ERRORS)
  deactivate(@Param('id') id: string, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.users.deactivateUser(id, ifMatch, caller);
  }

  @Post(':id/erase')
  @Access(administrator('admin:users:write'))
  @Answers(204, null, ...CHANGE_ERRORS)
  erase(@Param('id') id: string, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.users.eraseUser(id, ifMatch, caller);
  }

  @Post(':id/reset-password')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(200, PasswordResetView, ...TOUCH_ERRORS, 'identity.not_provisioned', ...PROVIDER_ERRORS)
  resetPassword(@Param('id') id: string, @Body({ schema: ResetPasswordDto }) body: ResetPasswordDto, @CurrentCaller() caller: Caller) {
    return this.credentials.resetPassword(id, body, caller);
  }

  @Post(':id/resend-invitation')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(200, AdminUserView, ...TOUCH_ERRORS, ...PROVIDER_ERRORS)
  resendInvitation(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.credentials.resendInvitation(id, caller);
  }

  @Post(':id/revoke-sessions')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(200, AdminUserView, ...TOUCH_ERRORS)
  revokeSessions(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.credentials.revokeSessions(id, caller);
  }

  @Post(':id/identity/sync')
  @AcrossTransactions()
  @Access(administrator('admin:users:write'))
  @Answers(200, AdminUserView, ...TOUCH_ERRORS)
  syncIdentity(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.credentials.syncIdentity(id, caller);
  }
}
