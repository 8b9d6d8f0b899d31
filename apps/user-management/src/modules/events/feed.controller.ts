import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access } from '@sa-platform/auth-client/nest';
import type { FastifyReply } from 'fastify';
import { Answers } from '../../platform/http/answers.js';
import { anyOf, platformAdmin, service } from '../access/rules.js';
import { FeedPage, FeedQuery } from './feed.dto.js';
import { FeedService } from './feed.service.js';

@ApiTags('events')
@Controller('events')
export class FeedController {
  constructor(private readonly feed: FeedService) {}

  /** Events after a sequence, in order; with `wait` as soon as there is one. */
  @Get()
  @Access(anyOf(service('events:read'), platformAdmin()))
  @Answers(200, FeedPage, 'events.expired')
  read(@Query({ schema: FeedQuery }) query: FeedQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.feed.read(query, hangUpOf(reply));
  }
}

/** Aborted when the connection closes, also after the answer. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => controller.abort());
  return controller.signal;
}
