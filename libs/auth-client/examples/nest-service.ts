// #region service
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAuthClient, readAuthClientOptions, type UserContext } from '@sa-platform/auth-client';
import {
  AuthErrorFilter,
  AuthModule,
  CurrentUser,
  Public,
  RequirePermissions,
  TenantId,
} from '@sa-platform/auth-client/nest';

@Controller()
class ClaimsController {
  @Get('health')
  @Public()
  health(): object {
    return { status: 'ok' };
  }

  @Get('claims')
  @RequirePermissions('claims:read')
  list(@CurrentUser() user: UserContext, @TenantId() organisationId: string): object {
    return { reader: user.display_name, organisation: organisationId };
  }
}

@Module({
  imports: [AuthModule.forRoot({ client: createAuthClient(readAuthClientOptions(process.env)) })],
  controllers: [ClaimsController],
  providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? 3001));
// #endregion

/** For the spec beside this file. */
export const stop = (): Promise<void> => app.close();
export const url = await app.getUrl();
