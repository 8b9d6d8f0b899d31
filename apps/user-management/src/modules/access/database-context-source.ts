import { Injectable } from '@nestjs/common';
import type { ContextSource, Principal } from '@sa-platform/auth-client';
import type { UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { ContextService } from '../context/context.service.js';
import { Registration } from '../users/registration.js';

/** This service asks its own database at every request: nothing is cached, a change counts from its commit on. */
@Injectable()
export class DatabaseContextSource implements ContextSource {
  constructor(
    private readonly contexts: ContextService,
    private readonly registration: Registration,
  ) {}

  /** @throws AppError `user.unknown` when the subject is nobody's and registration makes nobody of it */
  async contextOf({ subject }: Extract<Principal, { type: 'user' }>): Promise<UserContext> {
    const known = await this.contexts.findContext({ externalId: subject });
    if (known !== null) return known;
    await this.registration.register(subject);
    const registered = await this.contexts.findContext({ externalId: subject });
    if (registered === null) throw new AppError('user.unknown');
    return registered;
  }
}
