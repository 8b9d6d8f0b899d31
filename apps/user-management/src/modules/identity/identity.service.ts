import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IdentityProviderError, type IdentityProvider } from '@sa-platform/identity-provider';
import { Config } from '../../platform/config/config.js';
import { AppError } from '../../platform/errors/app-error.js';
import { createIdentityProvider } from './create-identity-provider.js';
import { MockIdentity } from './mock-identity.js';

/** The identity provider that the configuration names. */
@Injectable()
export class IdentityService implements OnModuleInit {
  private external: IdentityProvider | null = null;

  constructor(
    private readonly config: Config,
    private readonly mock: MockIdentity,
  ) {}

  async onModuleInit(): Promise<void> {
    const settings = this.config.identity;
    if (settings.provider !== 'mock') this.external = await createIdentityProvider(settings);
  }

  get provider(): IdentityProvider {
    return this.external ?? this.mock.issuer.provider;
  }

  get name(): string {
    return this.config.identity.provider;
  }

  /**
   * For what a person asks of the provider directly and waits for.
   *
   * @throws AppError `identity.conflict`, `identity.missing`, `identity.rejected` or `identity.unavailable`
   */
  async ask<Result>(operation: (provider: IdentityProvider) => Promise<Result>): Promise<Result> {
    try {
      return await operation(this.provider);
    } catch (error) {
      throw error instanceof IdentityProviderError ? toAppError(error) : error;
    }
  }
}

/** What the caller is told; the provider's own words stay with it. */
export function toAppError({ failure }: Pick<IdentityProviderError, 'failure'>): AppError {
  switch (failure) {
    case 'conflict':
      return new AppError('identity.conflict');
    case 'not_found':
      return new AppError('identity.missing');
    case 'rejected':
      return new AppError('identity.rejected');
    case 'throttled':
    case 'unavailable':
    case 'misconfigured':
      return new AppError('identity.unavailable');
  }
}
