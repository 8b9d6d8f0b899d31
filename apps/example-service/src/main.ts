import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { readOptions } from './config.js';

const logger = new Logger('auth-client');
const options = readOptions(process.env, (error) => logger.warn(error.message));
const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(options), new FastifyAdapter());
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] || 3001), process.env['HOST'] || '127.0.0.1');
