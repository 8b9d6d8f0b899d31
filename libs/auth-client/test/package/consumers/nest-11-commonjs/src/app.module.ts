import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { createAuthClient, readAuthClientOptions } from '@sa-platform/auth-client';
import { AuthErrorFilter, AuthModule } from '@sa-platform/auth-client/nest';
import { ClaimsController } from './claims.controller';

@Module({
  imports: [AuthModule.forRoot({ client: createAuthClient(readAuthClientOptions(process.env)) })],
  controllers: [ClaimsController],
  providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
})
export class AppModule {}
