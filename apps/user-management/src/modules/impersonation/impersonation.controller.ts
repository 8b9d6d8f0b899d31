import { Body, Controller, Delete, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { requireInPerson, type Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { platformAdmin } from '../access/rules.js';
import { ImpersonateDto, ImpersonationAnswer } from './impersonation.dto.js';
import { ImpersonationService } from './impersonation.service.js';

@ApiTags('impersonation')
@Controller('admin/users/:id/impersonation')
export class ImpersonationController {
  constructor(private readonly impersonations: ImpersonationService) {}

  @Post()
  @Access(platformAdmin(), requireInPerson())
  @Answers(
    201,
    ImpersonationAnswer,
    ...['user.not_found', 'user.self_change', 'identity.not_provisioned'] as const,
    ...['impersonation.forbidden', 'impersonation.platform_admin', 'impersonation.user_not_active'] as const,
  )
  start(@Param('id') id: string, @Body({ schema: ImpersonateDto }) body: ImpersonateDto, @CurrentCaller() caller: Caller) {
    return this.impersonations.start(id, body, caller);
  }

  @Delete()
  @Access(platformAdmin(), requireInPerson())
  @Answers(204, null, 'user.not_found', 'impersonation.forbidden')
  end(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.impersonations.end(id, caller);
  }
}
