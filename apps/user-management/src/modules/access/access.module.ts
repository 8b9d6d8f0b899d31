import { Module } from '@nestjs/common';
import { AuthModule } from '@sa-platform/auth-client/nest';
import { Config } from '../../platform/config/config.js';
import { ContextModule } from '../context/context.module.js';
import { UsersModule } from '../users/users.module.js';
import { DatabaseContextSource } from './database-context-source.js';

@Module({
  imports: [ContextModule, UsersModule],
  providers: [DatabaseContextSource],
  exports: [DatabaseContextSource],
})
class ContextSourceModule {}

/** Guards every route: a verified token, then the rules that the route declares. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      imports: [ContextSourceModule],
      inject: [Config, DatabaseContextSource],
      useFactory: (config: Config, contexts: DatabaseContextSource) => ({
        verifier: config.auth,
        contexts,
      }),
    }),
  ],
})
export class AccessModule {}
