import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { USER_CONTEXT_PATTERN, type UserContext } from '@sa-platform/contracts';
import { invalidField } from '../../platform/errors/app-error.js';
import type { Tagged } from '../../platform/http/etag.js';
import { requireAccess } from '../access/require-access.js';
import { anyOf, service, signedIn } from '../access/rules.js';
import { UserContextMessageDto } from '../context/context.dto.js';
import { CONTEXT_READERS } from './users.controller.js';
import { tagContext, UsersService } from './users.service.js';

/** What siblings may ask by message instead of HTTP. */
@Controller()
export class UserMessagesController {
  constructor(private readonly users: UsersService) {}

  /**
   * `GET /users/:id/context`; of a user who names nobody, `GET /users/me/context`.
   *
   * @throws AppError as these routes
   */
  @MessagePattern(USER_CONTEXT_PATTERN)
  @Access(anyOf(signedIn('pending', 'suspended', 'deactivated'), service('context:read')))
  async getContext(
    @Payload({ schema: UserContextMessageDto }) { user_id: id }: UserContextMessageDto,
    @CurrentCaller() caller: Caller,
  ): Promise<Tagged<UserContext>> {
    if (id !== undefined) {
      requireAccess(CONTEXT_READERS, caller, { id });
      return this.users.getContext(id, caller);
    }
    if (caller.type === 'user') return tagContext(caller.context);
    throw invalidField('user_id', 'is required');
  }
}
