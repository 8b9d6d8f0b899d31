import { Injectable } from '@nestjs/common';
import type { ContextSource, Impersonation, Principal } from '@sa-platform/auth-client';
import type { UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { SignInRefusals } from '../audit/sign-in-refusals.js';
import { ContextService } from '../context/context.service.js';
import { ImpersonationService } from '../impersonation/impersonation.service.js';
import { Registration } from '../users/registration.js';

/** This service asks its own database at every request: nothing is cached, a change counts from its commit on. */
@Injectable()
export class DatabaseContextSource implements ContextSource {
  constructor(
    private readonly contexts: ContextService,
    private readonly registration: Registration,
    private readonly refusals: SignInRefusals,
    private readonly impersonations: ImpersonationService,
  ) {}

  /**
   * @throws AppError `user.unknown` when the subject is nobody's and registration makes nobody of it; `impersonation.ended`
   * when nobody may act as the user any more with this token
   */
  async contextOf({ subject, impersonation }: Extract<Principal, { type: 'user' }>): Promise<UserContext> {
    return impersonation ? this.contextIn(impersonation, subject) : this.ownContext(subject);
  }

  private async contextIn(impersonation: Impersonation, subject: string): Promise<UserContext> {
    const context = await this.contexts.findContext({ externalId: subject });
    const goesOn = context !== null && (await this.impersonations.goesOn(impersonation, context));
    if (!goesOn) throw new AppError('impersonation.ended');
    await this.impersonations.recordRequest(impersonation, context);
    return context;
  }

  private async ownContext(subject: string): Promise<UserContext> {
    const known = await this.contexts.findContext({ externalId: subject });
    if (known !== null) {
      if (known.status === 'suspended' || known.status === 'deactivated') await this.refusals.noteUser(known);
      return known;
    }
    try {
      await this.registration.register(subject);
      const registered = await this.contexts.findContext({ externalId: subject });
      if (registered === null) throw new AppError('user.unknown');
      return registered;
    } catch (error) {
      if (error instanceof AppError && error.code === 'user.unknown') await this.refusals.noteAccount(subject);
      throw error;
    }
  }
}
