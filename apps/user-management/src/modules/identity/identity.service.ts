import { Injectable } from '@nestjs/common';
import type { IdentityProvider } from '@sa-platform/identity-provider';
import { MockIdentity } from './mock-identity.js';

/** The identity provider that the configuration names. */
@Injectable()
export class IdentityService {
  constructor(private readonly mock: MockIdentity) {}

  get provider(): IdentityProvider {
    return this.mock.issuer.provider;
  }
}
