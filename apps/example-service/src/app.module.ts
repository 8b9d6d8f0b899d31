import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HttpContextSource } from '@sa-platform/auth-client';
import { AuthErrorFilter, AuthModule } from '@sa-platform/auth-client/nest';
import type { Config } from './config.js';
import { ExampleController } from './example.controller.js';

/** How long a role change or a deactivation may go unnoticed here, in milliseconds. */
const CONTEXT_MAX_AGE_MS = 1_000;

@Module({})
export class AppModule {
  static of({ issuer, audience, jwksUri, userManagementUrl }: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        AuthModule.forRoot({
          verifier: { provider: 'oidc', issuer, audience, jwksUri },
          contexts: new HttpContextSource({ baseUrl: userManagementUrl, maxAgeMs: CONTEXT_MAX_AGE_MS }),
        }),
      ],
      controllers: [ExampleController],
      providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
    };
  }
}
