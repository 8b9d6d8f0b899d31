import { Module, type INestApplication, type INestMicroservice, type LoggerService, type Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import { AuthErrorFilter, AuthModule, type AuthModuleOptions } from '../src/nest/index.js';
import type { RunningApp } from './guarded-app.js';

/** The HTTP servers that Nest runs on. */
const ADAPTERS = { Fastify: FastifyAdapter, Express: ExpressAdapter };

function compile(options: AuthModuleOptions, controllers: Type[]): Promise<TestingModule> {
  @Module({
    imports: [AuthModule.forRoot(options)],
    controllers,
    providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
  })
  class AppModule {}
  return Test.createTestingModule({ imports: [AppModule] }).compile();
}

/** A Nest application of ours that doesn't listen yet. */
export async function createNestApp(
  options: AuthModuleOptions,
  controllers: Type[],
  adapter: keyof typeof ADAPTERS = 'Fastify',
  logger: LoggerService | false = false,
): Promise<INestApplication> {
  const module = await compile(options, controllers);
  return module.createNestApplication(new ADAPTERS[adapter](), { logger });
}

/** The same, listening on loopback. */
export async function startNestApp(...app: Parameters<typeof createNestApp>): Promise<RunningApp> {
  const started = await createNestApp(...app);
  await started.listen(0, '127.0.0.1');
  return { url: await started.getUrl(), close: () => started.close() };
}

/** A Nest service of ours that hears messages alone, listening. */
export async function startMicroservice(
  options: AuthModuleOptions,
  controllers: Type[],
  transport: MicroserviceOptions,
  logger: LoggerService | false = false,
): Promise<INestMicroservice> {
  const module = await compile(options, controllers);
  const service = module.createNestMicroservice<MicroserviceOptions>({ ...transport, logger });
  await service.listen();
  return service;
}

/** Remembers warnings and errors, and passes nothing on. */
export class LoggerInMemory implements LoggerService {
  readonly warnings: string[] = [];
  readonly errors: unknown[] = [];
  log(): void {}
  warn(message: unknown): void {
    this.warnings.push(String(message));
  }
  error(message: unknown): void {
    this.errors.push(message);
  }
}
