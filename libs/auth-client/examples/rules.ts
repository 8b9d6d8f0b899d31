import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { AuthError, hasPermission, impersonationOf, type AccessRule, type Caller, type UserContext } from '@sa-platform/auth-client';
import {
  Access,
  CurrentCaller,
  CurrentUser,
  RequireApproved,
  RequireInPerson,
  RequireProduct,
  RequireScope,
  RequireUserType,
  TenantId,
} from '@sa-platform/auth-client/nest';

// #region own-rule
/** The clinician whom the route names, nobody else. */
const requireSameClinician: AccessRule = {
  name: 'the clinician of the route',
  decide: (caller, { params }) => {
    const isSame = caller.type === 'user' && caller.context.user_id === params['clinicianId'];
    return isSame ? null : 'access.denied';
  },
};
// #endregion

interface Claim {
  id: string;
  organisationId: string;
}

// #region all-of
@Controller('organisations/:organisationId/reviews')
@RequireProduct('derm')
export class ReviewsController {
  @Get()
  @RequireUserType('clinician', 'admin')
  list(@TenantId() organisationId: string): object {
    return { organisation: organisationId };
  }
}
// #endregion

/** Whom the routes are for is said by rules of several kinds. */
@Controller()
export class CasesController {
  readonly #claims: readonly Claim[] = [{ id: 'claim-1', organisationId: 'texas' }];

  @Get('clinicians/:clinicianId/cases')
  @RequireUserType('clinician')
  @Access(requireSameClinician)
  list(@CurrentUser() user: UserContext): object {
    return { cases_of: user.user_id };
  }

  // #region in-handler
  @Post('claims/export')
  @HttpCode(200)
  @RequireApproved()
  export(@CurrentUser() user: UserContext): object {
    const claims = this.#claims.filter((claim) => hasPermission(user, 'claims:export', claim.organisationId));
    if (claims.length === 0) throw new AuthError('access.denied', 'You may export no claims');
    return { claims };
  }
  // #endregion

  // #region impersonation
  @Post('claims/pay')
  @HttpCode(200)
  @RequireApproved()
  pay(@CurrentCaller() caller: Caller, @CurrentUser() user: UserContext): object {
    return { paid_by: user.user_id, impersonated_by: impersonationOf(caller)?.actor.userId ?? null };
  }

  @Post('prescriptions/sign')
  @HttpCode(200)
  @RequireInPerson()
  sign(@CurrentUser() user: UserContext): object {
    return { signed_by: user.user_id };
  }
  // #endregion

  // #region services
  @Get('exports')
  @RequireScope('claims:export')
  listExports(@CurrentCaller() caller: Caller): object {
    return { asked_by: caller.principal.subject };
  }
  // #endregion
}
