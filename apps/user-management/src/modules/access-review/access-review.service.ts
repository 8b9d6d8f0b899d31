import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import { AppError } from '../../platform/errors/app-error.js';
import { reachOfCaller } from '../access/reach.js';
import type { AccessView, HoldersPage, ListHoldersQuery } from './access-review.dto.js';
import { AccessReviewRepository } from './access-review.repository.js';
import { explainAccess } from './explain-access.js';

const READ = 'admin:users:read';
/** Who may change somebody sees why they may do what they may do. */
const READ_ONE = [READ, 'admin:users:write'];

@Injectable()
export class AccessReviewService {
  constructor(private readonly reviews: AccessReviewRepository) {}

  /**
   * Each permission and product of the user with all that it comes from; an organisation's administrator learns of the
   * memberships there and of what holds platform-wide.
   *
   * @throws AppError `user.not_found`, also for users out of the caller's reach
   */
  async explainAccess(userId: string, caller: Caller): Promise<AccessView> {
    const access = explainAccess(await this.reviews.findAccessRows(userId, reachOfCaller(caller, ...READ_ONE)));
    if (access === null) throw new AppError('user.not_found');
    return access;
  }

  /**
   * Active users who hold the permission now, within the caller's reach; `total` ignores paging.
   *
   * @throws AppError `permission.not_found` when nobody has registered it
   */
  async listHolders(permission: string, query: ListHoldersQuery, caller: Caller): Promise<HoldersPage> {
    if (!(await this.reviews.isRegistered(permission))) throw new AppError('permission.not_found');
    const { limit, offset, organisation_id: organisationId } = query;
    const filter = { permission, organisationId, reach: reachOfCaller(caller, READ) };
    const items = await this.reviews.listHolders(filter, { limit, offset });
    return { permission, items, total: await this.reviews.countHolders(filter), limit, offset };
  }
}
