import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { AppError } from '../../platform/errors/app-error.js';
import { IdentityService } from '../identity/identity.service.js';
import type { PasswordResetView, ResetPasswordDto } from './users.dto.js';
import { UsersService } from './users.service.js';

@Injectable()
export class PasswordResetService {
  constructor(
    private readonly users: UsersService,
    private readonly identity: IdentityService,
  ) {}

  /**
   * Has the provider mail the person, or answers a one-time password that is kept nowhere.
   *
   * @throws AppError `user.not_found`, `user.outranks_actor`, `identity.not_provisioned`, `identity.unavailable`
   */
  async resetPassword(userId: string, { delivery }: ResetPasswordDto, caller: Caller): Promise<PasswordResetView> {
    const { externalId } = await this.users.getTouchable(userId, caller);
    if (externalId === null) throw new AppError('identity.not_provisioned');
    try {
      if (delivery === 'temporary_password') {
        const password = await this.identity.provider.setTemporaryPassword(externalId);
        return { user_id: userId, delivery, temporary_password: password };
      }
      await this.identity.provider.startPasswordReset(externalId);
      return { user_id: userId, delivery };
    } catch (error) {
      throw error instanceof IdentityProviderError ? new AppError('identity.unavailable') : error;
    }
  }
}
