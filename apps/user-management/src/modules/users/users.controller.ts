import { Body, Controller, Get, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { requireInPerson, type Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import type { UserContext } from '@sa-platform/contracts';
import type { FastifyReply } from 'fastify';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch, matchesNone, type Tagged } from '../../platform/http/etag.js';
import { userOf } from '../access/caller.js';
import { administrator, anyOf, self, service, signedIn } from '../access/rules.js';
import { ContextAnswers, ContextsDto, ContextView } from '../context/context.dto.js';
import { ContextService } from '../context/context.service.js';
import { UpdateMeDto, UserContact, UserProfile } from './users.dto.js';
import { tagContext, UsersService } from './users.service.js';

const NOT_MODIFIED = { status: 304, description: 'The caller has this version already' };

/** Who may read the context of the user in the path. */
export const CONTEXT_READERS = anyOf(self(), service('context:read'), administrator('admin:users:read'));

/** For users and sibling services (DESIGN 3.1). */
@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly contexts: ContextService,
  ) {}

  @Get('me')
  @Access(signedIn('pending'))
  @Answers(200, UserProfile)
  getMe(@CurrentCaller() caller: Caller) {
    return this.users.getProfile(userOf(caller).user_id);
  }

  @Patch('me')
  @Access(signedIn(), requireInPerson())
  @Answers(200, UserProfile, 'precondition.failed', 'impersonation.forbidden')
  updateMe(@Body({ schema: UpdateMeDto }) body: UpdateMeDto, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.users.updateOwnProfile(body, ifMatch, caller);
  }

  @Get('me/context')
  @Access(signedIn('pending', 'suspended', 'deactivated'))
  @Answers(200, ContextView)
  @ApiResponse(NOT_MODIFIED)
  getOwnContext(@CurrentCaller() caller: Caller, @Headers('if-none-match') known: string | undefined, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(tagContext(userOf(caller)), known, reply);
  }

  @Post('contexts')
  @Access(service('context:read'))
  @Answers(200, ContextAnswers)
  listContexts(@Body({ schema: ContextsDto }) body: ContextsDto) {
    return this.contexts.listContexts(body.user_ids);
  }

  @Get('by-external-id/:externalId')
  @Access(anyOf(service('users:read'), administrator('admin:users:read')))
  @Answers(200, UserProfile, 'user.not_found')
  getByExternalId(@Param('externalId') externalId: string, @CurrentCaller() caller: Caller) {
    return this.users.getByExternalId(externalId, caller);
  }

  @Get(':id/context')
  @Access(CONTEXT_READERS)
  @Answers(200, ContextView, 'user.not_found')
  @ApiResponse(NOT_MODIFIED)
  async getContext(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return unlessKnown(await this.users.getContext(id, caller), known, reply);
  }

  @Get(':id/contact')
  @Access(anyOf(self(), service('contact:read'), administrator('admin:users:read')))
  @Answers(200, UserContact, 'user.not_found')
  getContact(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.users.getContact(id, caller);
  }
}

/** 304 without a body when the caller has this version already (RFC 9110 section 15.4.5). */
function unlessKnown(context: Tagged<UserContext>, known: string | undefined, reply: FastifyReply): Tagged<UserContext> | undefined {
  if (matchesNone(known, context.etag)) return context;
  void reply.status(304).header('etag', context.etag);
  return undefined;
}
