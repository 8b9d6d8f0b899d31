import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { createAuthClient, type AuthClientOptions } from '@sa-platform/auth-client';
import { AuthErrorFilter, AuthModule } from '@sa-platform/auth-client/nest';
import { ExampleController } from './example.controller.js';

@Module({})
export class AppModule {
  static of(options: AuthClientOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [AuthModule.forRoot({ client: createAuthClient(options) })],
      controllers: [ExampleController],
      providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
    };
  }
}
