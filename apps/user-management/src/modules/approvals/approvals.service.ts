import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AdminUserView, UserType } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { Tagged } from '../../platform/http/etag.js';
import { MOST_PER_PAGE } from '../../platform/http/paging.js';
import { actorOf, userOf } from '../access/caller.js';
import { IdentityQueue, LONGEST_WAIT_MS } from '../identity/identity-queue.js';
import { MembershipWriter } from '../memberships/membership-writer.js';
import { RolesService } from '../roles/roles.service.js';
import { UserAudit } from '../users/user-audit.js';
import { UserListService } from '../users/user-list.service.js';
import { requireMayGiveType, requireNotSelf } from '../users/user-rules.js';
import { UserWriter } from '../users/user-writer.js';
import type { UserPage } from '../users/users.dto.js';
import type { User } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';
import type { ApproveDto, BulkApprovalView, BulkApproveDto, ChangeTypeDto, ListPendingQuery } from './approvals.dto.js';

const WAITING = { status: 'pending', sort: 'created_at' } as const;

type Approval = Omit<ApproveDto, 'user_id'>;

/** Who comes in, and as what: pending users are approved, and anybody may be sent back to wait (DESIGN 3.2). */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly lists: UserListService,
    private readonly writer: UserWriter,
    private readonly audit: UserAudit,
    private readonly memberships: MembershipWriter,
    private readonly roles: RolesService,
    private readonly queue: IdentityQueue,
  ) {}

  /** Pending users within the caller's reach, whoever has waited longest first. */
  async listPending(query: ListPendingQuery, caller: Caller): Promise<UserPage> {
    return this.lists.listCounted({ ...query, ...WAITING }, caller);
  }

  /** @throws AppError `user.not_found`, `user.not_pending`, `user.outranks_actor`, `role.exceeds_actor` … */
  async approve({ user_id: id, ...approval }: ApproveDto, caller: Caller): Promise<Tagged<AdminUserView>> {
    await this.database.transaction(() => this.admit(id, approval, caller));
    return this.answer(id, caller);
  }

  /** Each user in a transaction of their own: one who can't be approved holds nobody up, and is told with the reason. */
  async approveMany({ user_ids: asked, all: _all, ...approval }: BulkApproveDto, caller: Caller): Promise<BulkApprovalView> {
    const ids = asked ?? (await this.listApprovable(MOST_PER_PAGE, caller)).items.map(({ id }) => id);
    const items: BulkApprovalView['items'] = [];
    for (const id of ids) {
      const error = await this.tryAdmit(id, approval, caller);
      items.push({ user_id: id, approved: error === null, error });
    }
    const approved = items.filter((item) => item.approved).length;
    const { total: pending } = await this.listApprovable(1, caller);
    return { items, approved, failed: items.length - approved, pending };
  }

  /**
   * Gives the user another type; a pending one becomes active with it.
   *
   * @throws AppError as `approve`, `user.self_change`, `user.last_platform_admin`, `precondition.failed`
   */
  async changeType(id: string, { role }: ChangeTypeDto, ifMatch: string | null, caller: Caller): Promise<Tagged<AdminUserView>> {
    await this.database.transaction(async () => {
      const user = await this.users.lockTouchable(id, ifMatch, caller);
      requireNotSelf(userOf(caller), id);
      await this.requireMayGive(role, caller);
      const status = user.status === 'pending' ? 'active' : user.status;
      if (user.userType === role && user.status === status) return;
      const actor = actorOf(caller);
      const action = user.status === 'pending' ? 'USER_APPROVED' : 'USER_TYPE_CHANGED';
      await this.audit.change(id, { action, actor }, () => this.writer.changeType(user, { userType: role, status }, actor));
    });
    return this.answer(id, caller);
  }

  /**
   * Sends the user back to wait: all access ends with the commit; type and memberships stay for whoever approves them
   * again. Repeating it changes nothing.
   *
   * @throws AppError `user.self_change`, `user.status_transition`, `user.last_platform_admin`, `membership.last_tenant_admin` …
   */
  async revoke(id: string, ifMatch: string | null, caller: Caller): Promise<Tagged<AdminUserView>> {
    await this.database.transaction(async () => {
      const user = await this.users.lockTouchable(id, ifMatch, caller);
      requireNotSelf(userOf(caller), id);
      if (user.status === 'pending') return;
      const actor = actorOf(caller);
      await this.audit.change(id, { action: 'USER_REVOKED', actor }, () => this.writer.changeStatus(user, 'pending', actor));
    });
    return this.answer(id, caller);
  }

  /** To be called inside a transaction. */
  private async admit(id: string, approval: Approval, caller: Caller): Promise<void> {
    const user = await this.users.lockTouchable(id, null, caller);
    if (user.status !== 'pending') throw new AppError('user.not_pending');
    await this.requireMayGive(approval.role, caller);
    await this.audit.change(id, { action: 'USER_APPROVED', actor: actorOf(caller) }, () => this.letIn(user, approval, caller));
  }

  private async letIn(user: User, approval: Approval, caller: Caller): Promise<void> {
    await this.writer.changeType(user, { userType: approval.role, status: 'active' }, actorOf(caller));
    const { organisation_id: organisationId, membership_role_key: roleKey } = approval;
    if (organisationId === undefined || roleKey === undefined) return;
    const membership = { organisation_id: organisationId, role_key: roleKey, product_ids: [] };
    await this.memberships.add(user.id, membership, userOf(caller), actorOf(caller));
  }

  /** @returns the code of what stood in the way; null when they are in */
  private async tryAdmit(id: string, approval: Approval, caller: Caller): Promise<string | null> {
    try {
      await this.database.transaction(() => this.admit(id, approval, caller));
      return null;
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  }

  private async requireMayGive(userType: UserType, caller: Caller): Promise<void> {
    const typeRole = await this.roles.findTypeRole(userType);
    requireMayGiveType(userOf(caller), userType, typeRole?.permissions ?? []);
  }

  /** Whom the caller may let in, which is not whom they may see. */
  private async listApprovable(limit: number, caller: Caller): Promise<UserPage> {
    return this.lists.listCounted({ ...WAITING, limit, offset: 0 }, caller, 'admin:users:write');
  }

  private async answer(id: string, caller: Caller): Promise<Tagged<AdminUserView>> {
    await this.queue.settled(id, LONGEST_WAIT_MS);
    return this.users.getUser(id, caller);
  }
}
