import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { administrator } from '../access/rules.js';
import { AccessView, HoldersPage, ListHoldersQuery } from './access-review.dto.js';
import { AccessReviewService } from './access-review.service.js';

@ApiTags('access review')
@Controller('admin')
export class AccessReviewController {
  constructor(private readonly reviews: AccessReviewService) {}

  /** Why somebody may do what they may do. */
  @Get('users/:id/access')
  @Access(administrator('admin:users:read'))
  @Answers(200, AccessView, 'user.not_found')
  explain(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.reviews.explainAccess(id, caller);
  }

  /** Who may do it. */
  @Get('permissions/:permission/holders')
  @Access(administrator('admin:users:read'))
  @Answers(200, HoldersPage, 'permission.not_found')
  listHolders(
    @Param('permission') permission: string,
    @Query({ schema: ListHoldersQuery }) query: ListHoldersQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.reviews.listHolders(permission, query, caller);
  }
}
