import { Module } from '@nestjs/common';
import { AuthModule } from '@sa-platform/auth-client/nest';
import { Config } from '../../platform/config/config.js';
import { AuditModule } from '../audit/audit.module.js';
import { ContextModule } from '../context/context.module.js';
import { ImpersonationModule } from '../impersonation/impersonation.module.js';
import { SigningKeys } from '../impersonation/signing-keys.js';
import { UsersModule } from '../users/users.module.js';
import { DatabaseContextSource } from './database-context-source.js';

@Module({
  imports: [AuditModule, ContextModule, ImpersonationModule, UsersModule],
  providers: [DatabaseContextSource],
  exports: [DatabaseContextSource, ImpersonationModule],
})
class ContextSourceModule {}

/** Our own keys without a way through the network, on which the address that callers use may lead nowhere. */
function withOwnKeys(jwksUri: string, keys: SigningKeys): typeof fetch {
  return async (address, init) => (address === jwksUri ? Response.json(await keys.getJwks()) : fetch(address, init));
}

/** Guards every route: a verified token, then the rules that the route declares. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      imports: [ContextSourceModule],
      inject: [Config, DatabaseContextSource, SigningKeys],
      useFactory: ({ auth, impersonation }: Config, contexts: DatabaseContextSource, keys: SigningKeys) => ({
        verifier: { ...auth, impersonation, fetch: withOwnKeys(impersonation.jwksUri, keys) },
        contexts,
      }),
    }),
  ],
})
export class AccessModule {}
