import { Controller, Get, Post } from '@nestjs/common';
import type { UserContext } from '@sa-platform/contracts';
import type { AccessRule, Caller } from '../src/access/access.js';
import {
  Access,
  CurrentCaller,
  CurrentUser,
  Public,
  RequireAnyPermission,
  RequireAnyRole,
  RequireApproved,
  RequirePermissions,
  RequireProduct,
  RequireRole,
  RequireScope,
  RequireUserType,
  TenantId,
} from '../src/nest/index.js';

const ownProfile: AccessRule = { name: 'own profile', admitsInactive: true, decide: ({ type }) => (type === 'user' ? null : 'access.denied') };

/** A route for each way of declaring who may call. */
@Controller()
export class Routes {
  @Get('undeclared') undeclared(): object {
    return {};
  }
  @Public() @Get('public') public(): object {
    return { ok: true };
  }
  @Public() @Get('public-caller') publicCaller(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }
  @Access(ownProfile) @Get('me') me(@CurrentUser() user: UserContext): object {
    return { status: user.status };
  }
  @Access({ name: 'anybody', decide: () => null }) @Get('forgetful') forgetful(): object {
    return {};
  }
  @RequireApproved() @Get('approved') approved(@CurrentCaller() caller: Caller): object {
    return { subject: caller.principal.subject };
  }
  @RequireApproved() @Get('tenant') tenant(@TenantId() organisationId: string): object {
    return { organisationId };
  }
  @RequirePermissions('claims:read') @Get('claims') claims(@TenantId() organisationId: string): object {
    return { organisationId };
  }
  @RequirePermissions('claims:read') @Get('organisations/:organisationId/claims') claimsOf(@TenantId() organisationId: string): object {
    return { organisationId };
  }
  @RequirePermissions('claims:read') @Post('claims') postClaim(@TenantId() organisationId: string): object {
    return { organisationId };
  }
  @RequireUserType('clinician') @RequirePermissions('claims:read') @Get('both') both(): object {
    return {};
  }
  @RequireAnyPermission('claims:read', 'x:y') @Get('any-permission') anyPermission(): object {
    return {};
  }
  @RequireRole('BILLER') @Get('role') role(): object {
    return {};
  }
  @RequireAnyRole('BILLER', 'READONLY') @Get('any-role') anyRole(): object {
    return {};
  }
  @RequireProduct('derm') @Get('product') product(): object {
    return {};
  }
  @RequireScope('context:read') @Get('service') service(@CurrentCaller() caller: Caller): object {
    return { type: caller.type };
  }
  @RequireScope('context:read') @Get('service-user') serviceUser(@CurrentUser() user: UserContext): object {
    return user;
  }
}

@RequireUserType('admin')
@Controller('admin')
export class AdminRoutes {
  @Get('undeclared') inherited(): object {
    return {};
  }
  @RequirePermissions('claims:read') @Get('claims') claims(): object {
    return {};
  }
  @Public() @Get('public') public(): object {
    return {};
  }
}

@Public()
@Controller('open')
export class OpenRoutes {
  @Get('door') door(): object {
    return {};
  }
  @RequireApproved() @Get('closed') closed(): object {
    return {};
  }
}
