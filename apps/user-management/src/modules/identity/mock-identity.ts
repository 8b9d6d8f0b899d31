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

/** DESIGN section 12: a service that may do everything services may, and a public client for people to sign in with. */
const CLIENTS: MockClient[] = [
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
    redirectUris: ['http://127.0.0.1:4200/callback', 'http://localhost:4200/callback'],
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
  ) {}

  async onModuleInit(): Promise<void> {
    const logger = new Logger('MockIdentityProvider');
    this.created = await createMockIdentityProvider({
      issuer: `${this.config.http.publicUrl}/mock-idp`,
      audience: this.config.auth.audience,
      accounts: this.accounts,
      signingKeys: await loadOrCreateSigningKeys(join(this.config.database.dataDir, 'mock-idp-keys.json')),
      clients: CLIENTS,
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
