import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import { TENANT_ADMIN, type AuditAction, type MembershipView, type UserContext } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { contentEtag, requireMatch, Tagged } from '../../platform/http/etag.js';
import { holdsAll } from '../access/authority.js';
import { actorOf, userOf } from '../access/caller.js';
import { covers, reachOf } from '../access/reach.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { ContextVersion } from '../context/context-version.js';
import { IdentityQueue, LONGEST_WAIT_MS } from '../identity/identity-queue.js';
import type { Role } from '../roles/roles.repository.js';
import type { AddMembershipDto, UpdateMembershipDto } from './memberships.dto.js';
import { toMembershipRecord, type MembershipChange } from './membership-record.js';
import { MembershipWriter } from './membership-writer.js';
import { MembershipsRepository } from './memberships.repository.js';
import { TenantAdminGuard } from './tenant-admin-guard.js';

const WRITE = 'admin:users:write';

@Injectable()
export class MembershipsService {
  constructor(
    private readonly database: Database,
    private readonly memberships: MembershipsRepository,
    private readonly writer: MembershipWriter,
    private readonly trail: AuditTrail,
    private readonly versions: ContextVersion,
    private readonly tenantAdmins: TenantAdminGuard,
    private readonly queue: IdentityQueue,
  ) {}

  /** @throws AppError `user.not_found`, also for users out of the caller's reach */
  async addMembership(userId: string, dto: AddMembershipDto, caller: Caller): Promise<Tagged<MembershipView>> {
    return this.inStep(userId, async () => {
      await this.versions.lock(userId);
      await this.requireVisible(userId, userOf(caller));
      if (await this.memberships.isErased(userId)) throw new AppError('user.erased');
      const membershipId = await this.writer.add(userId, dto, userOf(caller), actorOf(caller));
      const membership = await this.get(userId, membershipId);
      await this.audit('MEMBERSHIP_ADDED', caller, { before: null, after: membership });
      return tagged(membership);
    });
  }

  async updateMembership(
    { userId, membershipId }: MembershipPath,
    dto: UpdateMembershipDto,
    ifMatch: string | null,
    caller: Caller,
  ): Promise<Tagged<MembershipView>> {
    return this.inStep(userId, async () => {
      const membership = await this.lockForChange({ userId, membershipId }, ifMatch, caller);
      const role = await this.newRole(membership, dto, userOf(caller));
      await this.requireTenantAdminStays(membership, role, dto);
      await this.writer.change(membership, { role, expiresAt: dto.expires_at }, actorOf(caller));
      return this.changed('MEMBERSHIP_UPDATED', membership, caller);
    });
  }

  /** @throws AppError 400 `membership.last` for the user's last one */
  async removeMembership(path: MembershipPath, ifMatch: string | null, caller: Caller): Promise<void> {
    await this.inStep(path.userId, async () => {
      const membership = await this.lockForChange(path, ifMatch, caller);
      if ((await this.memberships.count(path.userId)) === 1) throw new AppError('membership.last');
      if (membership.role.key === TENANT_ADMIN) await this.tenantAdmins.requireAnother(path.userId, membership.organisation_id);
      await this.writer.remove(membership, actorOf(caller));
      await this.audit('MEMBERSHIP_REMOVED', caller, { before: membership, after: null });
    });
  }

  async grantProduct(path: MembershipPath, productId: string, caller: Caller): Promise<Tagged<MembershipView>> {
    return this.database.transaction(async () => {
      const membership = await this.lockWithinReach(path, caller);
      await this.writer.grantProduct(membership, productId, actorOf(caller));
      return this.changed('PRODUCT_GRANTED', membership, caller);
    });
  }

  /** @throws AppError `product_access.not_found` */
  async revokeProduct(path: MembershipPath, productId: string, caller: Caller): Promise<void> {
    await this.database.transaction(async () => {
      const membership = await this.lockWithinReach(path, caller);
      await this.writer.revokeProduct(membership, productId, actorOf(caller));
      await this.changed('PRODUCT_REVOKED', membership, caller);
    });
  }

  /** For modules that show memberships with their users. */
  get reader(): Pick<MembershipsRepository, 'listOf'> {
    return this.memberships;
  }

  /** Changes here, and waits a while for the identity provider to follow: roles and organisations are claims there. */
  private async inStep<Result>(userId: string, change: () => Promise<Result>): Promise<Result> {
    const result = await this.database.transaction(change);
    await this.queue.settled(userId, LONGEST_WAIT_MS);
    return result;
  }

  /** Writes down what a change of the membership came to. @returns it as it is now */
  private async changed(action: AuditAction, before: MembershipView, caller: Caller): Promise<Tagged<MembershipView>> {
    const after = await this.get(before.user_id, before.membership_id);
    await this.audit(action, caller, { before, after });
    return tagged(after);
  }

  private async audit(action: AuditAction, caller: Caller, change: MembershipChange): Promise<void> {
    const record = toMembershipRecord(action, actorOf(caller), change);
    if (record !== null) await this.trail.record(record);
  }

  private async get(userId: string, membershipId: string): Promise<MembershipView> {
    const membership = await this.memberships.find(userId, membershipId);
    if (membership === null) throw new AppError('membership.not_found');
    return membership;
  }

  private async requireVisible(userId: string, actor: UserContext): Promise<void> {
    const reach = reachOf(actor, WRITE);
    if (reach === 'platform') return;
    if ((await this.memberships.listOf([userId], reach)).length === 0) throw new AppError('user.not_found');
  }

  /** Locks the user; a membership of another user or out of reach is not found. */
  private async lockWithinReach({ userId, membershipId }: MembershipPath, caller: Caller): Promise<MembershipView> {
    await this.versions.lock(userId);
    const membership = await this.get(userId, membershipId);
    if (!covers(reachOf(userOf(caller), WRITE), membership.organisation_id)) throw new AppError('membership.not_found');
    return membership;
  }

  /** Role and end of a membership are only changed by others, and only by those who hold what it gives. */
  private async lockForChange(path: MembershipPath, ifMatch: string | null, caller: Caller): Promise<MembershipView> {
    const membership = await this.lockWithinReach(path, caller);
    requireMatch(ifMatch, contentEtag(membership));
    const actor = userOf(caller);
    if (actor.user_id === path.userId) throw new AppError('user.self_change');
    const role = await this.writer.getAssignableRole({ role_id: membership.role.id }, membership.organisation_id);
    if (!holdsAll(actor, role.permissions, membership.organisation_id)) throw new AppError('user.outranks_actor');
    return membership;
  }

  private async newRole(membership: MembershipView, dto: UpdateMembershipDto, actor: UserContext): Promise<Role | null> {
    if (dto.role_id === undefined && dto.role_key === undefined) return null;
    const role = await this.writer.getAssignableRole(dto, membership.organisation_id);
    if (!holdsAll(actor, role.permissions, membership.organisation_id)) throw new AppError('role.exceeds_actor');
    return role.id === membership.role.id ? null : role;
  }

  private async requireTenantAdminStays(membership: MembershipView, role: Role | null, dto: UpdateMembershipDto): Promise<void> {
    const getsAnEnd = membership.expires_at === null && (dto.expires_at ?? null) !== null;
    if (membership.role.key === TENANT_ADMIN && (role !== null || getsAnEnd)) {
      await this.tenantAdmins.requireAnother(membership.user_id, membership.organisation_id);
    }
  }
}

export interface MembershipPath {
  userId: string;
  membershipId: string;
}

function tagged(membership: MembershipView): Tagged<MembershipView> {
  return new Tagged(membership, contentEtag(membership));
}
