import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { pageOf } from '../../platform/http/paging.js';
import { actorOf } from '../access/caller.js';
import { anyAdministrator, anyOf, platformAdmin, service } from '../access/rules.js';
import {
  ListPermissionsQuery,
  ListServicesQuery,
  OwningServiceView,
  PermissionView,
  RegisteredPermissions,
  RegisterPermissionsDto,
} from './permissions.dto.js';
import { PermissionsService } from './permissions.service.js';

@ApiTags('permissions')
@Controller('permissions')
export class PermissionsController {
  constructor(private readonly permissions: PermissionsService) {}

  @Get()
  @Access(anyOf(anyAdministrator(), service()))
  @Answers(200, pageOf(PermissionView))
  list(@Query({ schema: ListPermissionsQuery }) query: ListPermissionsQuery) {
    return this.permissions.listPermissions(query);
  }

  /** The services that own the registered permissions. */
  @Get('services')
  @Access(anyOf(anyAdministrator(), service()))
  @Answers(200, pageOf(OwningServiceView))
  listServices(@Query({ schema: ListServicesQuery }) query: ListServicesQuery) {
    return this.permissions.listServices(query);
  }

  @Get(':permission')
  @Access(anyOf(anyAdministrator(), service()))
  @Answers(200, PermissionView, 'permission.not_found')
  get(@Param('permission') permission: string) {
    return this.permissions.getPermission(permission);
  }

  @Post('register')
  @Access(anyOf(service('permissions:register'), platformAdmin()))
  @Answers(200, RegisteredPermissions)
  async register(@Body({ schema: RegisterPermissionsDto }) body: RegisterPermissionsDto, @CurrentCaller() caller: Caller) {
    const items = await this.permissions.register([body].flat(), actorOf(caller));
    return { items, registered: items.length };
  }
}
