import { Controller, Get } from '@nestjs/common';
import type { Caller, UserContext } from '@sa-platform/auth-client';
import {
  CurrentCaller,
  CurrentUser,
  Public,
  RequirePermissions,
  RequireScope,
  TenantId,
} from '@sa-platform/auth-client/nest';

@Controller()
export class ClaimsController {
  @Get('health')
  @Public()
  health(): object {
    return { status: 'ok' };
  }

  @Get('claims')
  @RequirePermissions('claims:read')
  list(@CurrentUser() user: UserContext, @TenantId() organisationId: string): object {
    return { user_id: user.user_id, organisation_id: organisationId };
  }

  @Get('exports')
  @RequireScope('claims:export')
  export(@CurrentCaller() caller: Caller): object {
    return { subject: caller.principal.subject };
  }
}
