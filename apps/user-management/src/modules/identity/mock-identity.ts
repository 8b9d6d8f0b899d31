import { join } from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import {
  createMockIdentityProvider,
  loadOrCreateSigningKeys,
  type MockClient,
  type MockIdentityProvider,
} from '@sa-platform/identity-provider-mock';
import { Config } from '../../platform/config/config.js';
import { canonicalEmail } from '../users/canonical-email.js';
import { MockAccountsRepository } from './mock-accounts.repository.js';
import { MockMailsRepository } from './mock-mails.repository.js';
import { MockSignInFailuresRepository } from './mock-sign-in-failures.repository.js';

/** DESIGN section 12: a service that may do everything services may, and a public client for people to sign in with. */
const clientsAt = (publicUrl: string): MockClient[] => [
  {
    clientId: 'example-service',
    clientSecret: 'example-service-secret',
    scopes: ['context:read', 'users:read', 'contact:read', 'permissions:register', 'events:read'],
    redirectUris: [],
    name: 'Example service',
  },
  {
    clientId: 'admin-ui',
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    // Where this service serves the pages, and where `npm run dev` does.
    redirectUris: [`${publicUrl}/callback`, 'http://127.0.0.1:4200/callback', 'http://localhost:4200/callback'],
    name: 'Admin UI',
  },
];

/** The local issuer with its accounts in our database and its signing key in `DATA_DIR`. */
@Injectable()
export class MockIdentity implements OnModuleInit {
  private created: MockIdentityProvider | null = null;

  constructor(
    private readonly config: Config,
    private readonly accounts: MockAccountsRepository,
    private readonly mails: MockMailsRepository,
    private readonly signInFailures: MockSignInFailuresRepository,
  ) {}

  async onModuleInit(): Promise<void> {
    const { identity, auth } = this.config;
    if (identity.provider !== 'mock' || auth.provider !== 'oidc') return;
    const logger = new Logger('MockIdentityProvider');
    this.created = await createMockIdentityProvider({
      issuer: `${this.config.http.publicUrl}/mock-idp`,
      audience: auth.audience,
      accounts: this.accounts,
      mails: this.mails,
      signInFailures: this.signInFailures,
      signingKeys: await loadOrCreateSigningKeys(join(this.config.database.dataDir, 'mock-idp-keys.json')),
      clients: clientsAt(this.config.http.publicUrl),
      canonicalEmail,
      environment: this.config.production ? 'production' : 'development',
      onError: (error) => logger.error(error.name),
    });
  }

  /** Ready once the application is initialised. */
  get issuer(): MockIdentityProvider {
    if (this.created === null) throw new Error('The mock identity provider is asked before the application is initialised');
    return this.created;
  }
}
