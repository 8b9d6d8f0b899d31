import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { hasPermission, type UserContext } from '@sa-platform/auth-client';
import {
  CurrentUser,
  Public,
  RequireApproved,
  RequirePermissions,
  RequireProduct,
  RequireUserType,
  TenantId,
} from '@sa-platform/auth-client/nest';

/** Each route shows one way to say who may call it, and answers what it knows of the caller. */
@Controller()
export class ExampleController {
  @Get('health/live')
  @Public()
  live(): object {
    return { status: 'ok' };
  }

  @Post('search')
  @HttpCode(200)
  @RequireApproved()
  search(@CurrentUser() user: UserContext): object {
    return { caller: describe(user), organisations: user.memberships.map((membership) => membership.organisation_id) };
  }

  @Get('documentation')
  @RequireUserType('clinician', 'admin')
  documentation(@CurrentUser() user: UserContext): object {
    return { caller: describe(user), platform_permissions: user.permissions };
  }

  @Get('claims')
  @RequirePermissions('claims:read')
  claims(@CurrentUser() user: UserContext, @TenantId() organisationId: string): object {
    const canWrite = hasPermission(user, 'claims:write', organisationId);
    return { caller: describe(user), organisation_id: organisationId, can_write: canWrite };
  }

  @Get('derm')
  @RequireProduct('derm')
  derm(@CurrentUser() user: UserContext, @TenantId() organisationId: string): object {
    return { caller: describe(user), organisation_id: organisationId, product: 'derm' };
  }

  @Get('stats')
  @RequireUserType('admin')
  stats(@CurrentUser() user: UserContext): object {
    return { caller: describe(user), context_version: user.version };
  }
}

function describe(user: UserContext): object {
  return { user_id: user.user_id, display_name: user.display_name, user_type: user.user_type };
}
