import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';

const config = readConfig(process.env);
const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), new FastifyAdapter());
app.enableShutdownHooks();
await app.listen(config.port, process.env['HOST'] ?? '127.0.0.1');
