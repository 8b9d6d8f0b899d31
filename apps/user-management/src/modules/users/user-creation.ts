import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AdminUserView } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Tagged } from '../../platform/http/etag.js';
import { actorOf, userOf } from '../access/caller.js';
import { IdentityQueue, LONGEST_WAIT_MS } from '../identity/identity-queue.js';
import { toAppError } from '../identity/identity.service.js';
import { MembershipWriter } from '../memberships/membership-writer.js';
import { RolesService } from '../roles/roles.service.js';
import { UserAccounts } from './user-accounts.js';
import { UserAudit } from './user-audit.js';
import { requireMayCreate } from './user-rules.js';
import { toPatient, toPractitioner } from './user-view.js';
import { UserWriter } from './user-writer.js';
import type { CreateUserDto } from './users.dto.js';
import { UsersService } from './users.service.js';

export type CreatedUser = AdminUserView & { temporary_password?: string };

/** Creates a user here and at the identity provider: both, or neither with `on_failure: rollback`. */
@Injectable()
export class UserCreation {
  constructor(
    private readonly database: Database,
    private readonly writer: UserWriter,
    private readonly memberships: MembershipWriter,
    private readonly roles: RolesService,
    private readonly queue: IdentityQueue,
    private readonly accounts: UserAccounts,
    private readonly audit: UserAudit,
    private readonly users: UsersService,
  ) {}

  /**
   * @returns the user, with the temporary password when the delivery asks for one: it is kept nowhere
   * @throws AppError `user.email_taken`, `role.exceeds_actor`, `identity.conflict`, `identity.unavailable` …
   */
  async createUser(dto: CreateUserDto, caller: Caller): Promise<Tagged<CreatedUser>> {
    const user = { userType: dto.user_type, isMember: dto.memberships.length > 0 };
    requireMayCreate(userOf(caller), user, (await this.roles.findTypeRole(dto.user_type))?.permissions ?? []);
    const userId = await this.database.transaction(() => this.insert(dto, caller));
    const temporaryPassword = await this.provision(userId, dto, caller);
    const { view, etag } = await this.users.getUser(userId, caller);
    return new Tagged({ ...view, ...(temporaryPassword === null ? {} : { temporary_password: temporaryPassword }) }, etag);
  }

  private async insert(dto: CreateUserDto, caller: Caller): Promise<string> {
    const actor = actorOf(caller);
    const userId = await this.writer.create(
      {
        email: dto.email,
        displayName: dto.display_name,
        userType: dto.user_type,
        status: 'active',
        phone: dto.phone,
      },
      actor,
    );
    const { delivery, email_verified: emailVerified, on_failure: onFailure } = dto.provisioning;
    await this.queue.request(userId, { delivery, emailVerified, onFailure });
    if (dto.practitioner_profile) await this.writer.savePractitioner(userId, toPractitioner(dto.practitioner_profile));
    if (dto.patient_account) await this.writer.savePatient(userId, toPatient(dto.patient_account));
    for (const membership of dto.memberships) await this.memberships.add(userId, membership, userOf(caller), actor);
    await this.audit.created(userId, { action: 'USER_CREATED', actor, details: { delivery } });
    return userId;
  }

  /** @throws AppError when the provider did not follow and the creation was undone for it */
  private async provision(userId: string, dto: CreateUserDto, caller: Caller): Promise<string | null> {
    const attempt = await this.queue.settled(userId, LONGEST_WAIT_MS);
    if (attempt.state === 'synced' || dto.provisioning.on_failure === 'queue') return attempt.temporaryPassword;
    // The provider refused: no account of ours is there. After anything else one may be, or show up.
    const mayExist = attempt.failure !== 'conflict' && attempt.failure !== 'rejected';
    const isUndone = await this.accounts.undoCreation(userId, actorOf(caller), mayExist);
    if (isUndone) throw toAppError({ failure: attempt.failure === 'internal' ? 'unavailable' : (attempt.failure ?? 'unavailable') });
    return null;
  }
}
