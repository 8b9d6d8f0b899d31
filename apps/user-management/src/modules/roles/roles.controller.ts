import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { pageOf } from '../../platform/http/paging.js';
import { administrator } from '../access/rules.js';
import { CreateRoleDto, ListRolesQuery, RoleView, UpdateRoleDto } from './roles.dto.js';
import { RolesService } from './roles.service.js';

const CHANGE_ERRORS = ['role.not_found', 'role.system', 'role.exceeds_actor', 'precondition.failed'] as const;

@ApiTags('roles')
@Controller('admin/roles')
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Get()
  @Access(administrator('admin:roles:read'))
  @Answers(200, pageOf(RoleView))
  list(@Query({ schema: ListRolesQuery }) query: ListRolesQuery, @CurrentCaller() caller: Caller) {
    return this.roles.listRoles(query, caller);
  }

  @Post()
  @Access(administrator('admin:roles:write'))
  @Answers(201, RoleView, 'role.key_taken', 'role.exceeds_actor', 'permission.unknown', 'organisation.not_found')
  create(@Body({ schema: CreateRoleDto }) body: CreateRoleDto, @CurrentCaller() caller: Caller) {
    return this.roles.createRole(body, caller);
  }

  @Get(':id')
  @Access(administrator('admin:roles:read'))
  @Answers(200, RoleView, 'role.not_found')
  get(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.roles.getRole(id, caller);
  }

  @Patch(':id')
  @Access(administrator('admin:roles:write'))
  @Answers(200, RoleView, ...CHANGE_ERRORS, 'role.required_permissions', 'permission.unknown', 'user.self_change')
  update(
    @Param('id') id: string,
    @Body({ schema: UpdateRoleDto }) body: UpdateRoleDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.roles.updateRole(id, body, ifMatch, caller);
  }

  @Delete(':id')
  @Access(administrator('admin:roles:write'))
  @Answers(204, null, ...CHANGE_ERRORS, 'role.in_use')
  delete(@Param('id') id: string, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.roles.deleteRole(id, ifMatch, caller);
  }
}
