import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AdminUserView, UserContext } from '@sa-platform/contracts';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { Tagged } from '../../platform/http/etag.js';
import { holdsAll } from '../access/authority.js';
import { actorOf, userOf } from '../access/caller.js';
import { reachOf } from '../access/reach.js';
import { MembershipWriter } from '../memberships/membership-writer.js';
import { RolesService } from '../roles/roles.service.js';
import { IdentitySync } from './identity-sync.js';
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
    private readonly identity: IdentitySync,
    private readonly users: UsersService,
  ) {}

  /**
   * @returns the user, with the temporary password when the delivery asks for one: it is kept nowhere
   * @throws AppError `user.email_taken`, `role.exceeds_actor`, `identity.conflict`, `identity.unavailable` …
   */
  async createUser(dto: CreateUserDto, caller: Caller): Promise<Tagged<CreatedUser>> {
    await this.requireMayCreate(dto, userOf(caller));
    const userId = await this.database.transaction(() => this.insert(dto, caller));
    const temporaryPassword = await this.provision(userId, dto, caller);
    const { view, etag } = await this.users.getUser(userId, caller);
    return new Tagged({ ...view, ...(temporaryPassword === null ? {} : { temporary_password: temporaryPassword }) }, etag);
  }

  /** A user type gives permissions on the whole platform, so whoever gives it must hold those there. */
  private async requireMayCreate(dto: CreateUserDto, actor: UserContext): Promise<void> {
    if (actor.is_platform_admin) return;
    if (dto.user_type === 'admin') throw new AppError('user.type_forbidden');
    const typeRole = await this.roles.findTypeRole(dto.user_type);
    if (typeRole && !holdsAll(actor, typeRole.permissions, null)) throw new AppError('role.exceeds_actor');
    const isOnlyWithin = reachOf(actor, 'admin:users:write') !== 'platform';
    if (isOnlyWithin && dto.memberships.length === 0) throw new AppError('membership.required');
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
        identityState: 'pending',
      },
      actor,
    );
    if (dto.practitioner_profile) await this.writer.savePractitioner(userId, toPractitioner(dto.practitioner_profile));
    if (dto.patient_account) await this.writer.savePatient(userId, toPatient(dto.patient_account));
    for (const membership of dto.memberships) await this.memberships.add(userId, membership, userOf(caller), actor);
    return userId;
  }

  private async provision(userId: string, dto: CreateUserDto, caller: Caller): Promise<string | null> {
    const { delivery, email_verified: emailVerified, on_failure: onFailure } = dto.provisioning;
    try {
      return await this.identity.provision(userId, delivery, emailVerified);
    } catch (error) {
      if (!(error instanceof IdentityProviderError)) throw error;
      if (onFailure === 'rollback') await this.undo(userId, dto.email, error, caller);
      await this.identity.noteFailure(userId, error);
      return null;
    }
  }

  private async undo(userId: string, email: string, error: IdentityProviderError, caller: Caller): Promise<never> {
    if (error.outcome === 'unknown') await this.identity.removeAccount(userId, email);
    await this.database.transaction(() => this.writer.undoCreation(userId, actorOf(caller)));
    throw new AppError(error.failure === 'conflict' ? 'identity.conflict' : 'identity.unavailable');
  }
}
