import { Module } from '@nestjs/common';
import { ContextRepository } from './context.repository.js';
import { ContextService } from './context.service.js';
import { ContextVersion } from './context-version.js';

@Module({ providers: [ContextRepository, ContextService, ContextVersion], exports: [ContextService, ContextVersion] })
export class ContextModule {}
