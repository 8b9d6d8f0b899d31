import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AdminUserView, EventActor, MembershipView, UserContact, UserContext, UserProfile } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { AppError, invalidField } from '../../platform/errors/app-error.js';
import { contentEtag, requireMatch, strongEtag, Tagged } from '../../platform/http/etag.js';
import { actorOf, userOf } from '../access/caller.js';
import { reachOfCaller, type Reach } from '../access/reach.js';
import { ContextService } from '../context/context.service.js';
import { ContextVersion } from '../context/context-version.js';
import { IdentityQueue, LONGEST_WAIT_MS } from '../identity/identity-queue.js';
import { IdentityService } from '../identity/identity.service.js';
import { MembershipWriter } from '../memberships/membership-writer.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { UserAudit } from './user-audit.js';
import { authorityOver, requireNotActingAs, requireNotSelf, requireOutranks } from './user-rules.js';
import { toAdminView, toContact, toIdentityView, toPatient, toPractitioner, toProfile } from './user-view.js';
import { UserWriter } from './user-writer.js';
import type { UpdateMeDto, UpdateUserDto, UserAuthorityView } from './users.dto.js';
import { UsersRepository, type Practitioner, type User, type UserChanges } from './users.repository.js';

const WRITE = 'admin:users:write';
/** Who may change something sees what came of it. */
const READ = ['admin:users:read', WRITE];

@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly writer: UserWriter,
    private readonly audit: UserAudit,
    private readonly identity: IdentityService,
    private readonly queue: IdentityQueue,
    private readonly memberships: MembershipsService,
    private readonly membershipWriter: MembershipWriter,
    private readonly contexts: ContextService,
    private readonly versions: ContextVersion,
  ) {}

  async getProfile(id: string): Promise<Tagged<UserProfile>> {
    return new Tagged(toProfile(await this.require(id)), await this.etagOf(id));
  }

  async updateOwnProfile(dto: UpdateMeDto, ifMatch: string | null, caller: Caller): Promise<Tagged<UserProfile>> {
    const { user_id: id } = userOf(caller);
    await this.database.transaction(async () => {
      await this.versions.lock(id);
      requireMatch(ifMatch, await this.etagOf(id));
      await this.audit.change(id, { action: 'USER_UPDATED', actor: actorOf(caller) }, async () => {
        await this.writer.change(id, changesOf(dto), Object.keys(dto).sort(), actorOf(caller));
        await this.queue.request(id);
      });
    });
    await this.queue.settled(id, LONGEST_WAIT_MS);
    return this.getProfile(id);
  }

  /** @throws AppError `user.not_found`, also for users out of the caller's reach */
  async getByExternalId(externalId: string, caller: Caller): Promise<UserProfile> {
    const user = await this.users.findByExternalId(externalId);
    if (user === null) throw new AppError('user.not_found');
    await this.requireVisible(user.id, reachOfCaller(caller, ...READ));
    return toProfile(user);
  }

  async getContact(id: string, caller: Caller): Promise<UserContact> {
    const isOwn = caller.type === 'user' && caller.context.user_id === id;
    if (!isOwn) await this.requireVisible(id, reachOfCaller(caller, ...READ));
    return toContact(await this.require(id));
  }

  async getUser(id: string, caller: Caller): Promise<Tagged<AdminUserView>> {
    return new Tagged(await this.describe(id, reachOfCaller(caller, ...READ)), await this.etagOf(id));
  }

  /** The user and what is within reach. @throws AppError `user.not_found`, also for users out of reach */
  async describe(id: string, reach: Reach): Promise<AdminUserView> {
    const memberships = await this.listVisible(id, reach);
    const user = await this.require(id);
    const identity = toIdentityView(user, await this.queue.find(id), this.identity.name);
    return toAdminView(user, memberships, identity);
  }

  async updateUser(id: string, dto: UpdateUserDto, ifMatch: string | null, caller: Caller): Promise<Tagged<AdminUserView>> {
    await this.database.transaction(async () => {
      const user = await this.lockTouchable(id, ifMatch, caller);
      const { status, ...profile } = dto;
      requireFitting(user, dto);
      await this.audit.change(id, { action: 'by status', actor: actorOf(caller) }, async () => {
        if (status !== undefined && status !== user.status) {
          requireNotSelf(userOf(caller), id);
          await this.writer.changeStatus(user, status, actorOf(caller));
        }
        await this.changeProfile(id, profile, caller);
      });
    });
    await this.queue.settled(id, LONGEST_WAIT_MS);
    return this.getUser(id, caller);
  }

  /** Never removes: the row stays, all access ends with the commit. Repeating it changes nothing. */
  async deactivateUser(id: string, ifMatch: string | null, caller: Caller): Promise<void> {
    await this.database.transaction(async () => {
      const user = await this.lockTouchable(id, ifMatch, caller);
      requireNotSelf(userOf(caller), id);
      if (user.status === 'deactivated') return;
      const actor = actorOf(caller);
      await this.audit.change(id, { action: 'USER_DEACTIVATED', actor }, () => this.writer.changeStatus(user, 'deactivated', actor));
    });
    await this.queue.settled(id, LONGEST_WAIT_MS);
  }

  /**
   * Takes everything personal away, here and at the identity provider; the id stays, so that what names it still means
   * somebody. Repeating it changes nothing.
   *
   * @throws AppError as `deactivateUser`
   */
  async eraseUser(id: string, ifMatch: string | null, caller: Caller): Promise<void> {
    await this.database.transaction(async () => {
      await this.versions.lock(id);
      await this.requireVisible(id, reachOfCaller(caller, WRITE));
      if ((await this.require(id)).erasedAt !== null) return;
      const user = await this.lockTouchable(id, ifMatch, caller);
      requireNotSelf(userOf(caller), id);
      await this.audit.change(id, { action: 'USER_ERASED', actor: actorOf(caller) }, () => this.erase(user, actorOf(caller)));
    });
    await this.queue.settled(id, LONGEST_WAIT_MS);
  }

  /**
   * The context as this caller may see it: an organisation's administrator sees the memberships there and no others.
   *
   * @throws AppError `user.not_found`
   */
  async getContext(id: string, caller: Caller): Promise<Tagged<UserContext>> {
    const isOwn = caller.type === 'user' && caller.context.user_id === id;
    const reach = isOwn ? 'platform' : reachOfCaller(caller, ...READ);
    await this.requireVisible(id, reach);
    const context = await this.contexts.getContext(id);
    if (reach === 'platform') return tagContext(context);
    const memberships = context.memberships.filter((membership) => reach.includes(membership.organisation_id));
    const projected = { ...context, memberships };
    return new Tagged(projected, contentEtag(projected));
  }

  /** How far the caller's authority over the user goes. @throws AppError `user.not_found`, also for users out of reach */
  async getAuthority(id: string, caller: Caller): Promise<UserAuthorityView> {
    await this.requireVisible(id, reachOfCaller(caller, ...READ));
    const isErased = (await this.require(id)).erasedAt !== null;
    const authority = authorityOver(await this.contexts.getHoldings(id), caller);
    return { user_id: id, is_erased: isErased, ...authority, may_change: authority.may_change && !isErased };
  }

  /**
   * The user whose credentials the caller may touch.
   *
   * @throws AppError `user.not_found`, `impersonation.forbidden`, `user.outranks_actor` or `user.erased`
   */
  async getTouchable(id: string, caller: Caller): Promise<User> {
    await this.requireVisible(id, reachOfCaller(caller, WRITE));
    requireNotActingAs(id, caller);
    requireOutranks(userOf(caller), await this.contexts.getHoldings(id));
    const user = await this.require(id);
    if (user.erasedAt !== null) throw new AppError('user.erased');
    return user;
  }

  /** Whether the provider may let the user sign in. */
  async mayComeIn(id: string): Promise<boolean> {
    const { status } = await this.require(id);
    return status === 'active' || status === 'pending';
  }

  /**
   * The same, held until the transaction ends.
   *
   * @throws AppError as `getTouchable`, and `precondition.failed`
   */
  async lockTouchable(id: string, ifMatch: string | null, caller: Caller): Promise<User> {
    await this.versions.lock(id);
    const user = await this.getTouchable(id, caller);
    requireMatch(ifMatch, await this.etagOf(id));
    return user;
  }

  private async erase(user: User, actor: EventActor): Promise<void> {
    if (user.status !== 'deactivated') await this.writer.changeStatus(user, 'deactivated', actor);
    for (const membership of await this.memberships.reader.listOf([user.id], 'platform')) {
      await this.membershipWriter.remove(membership, actor);
    }
    await this.writer.erase(user, actor);
  }

  private async changeProfile(id: string, dto: Omit<UpdateUserDto, 'status'>, caller: Caller): Promise<void> {
    const fields = Object.keys(dto).sort();
    if (fields.length === 0) return;
    if (dto.practitioner_profile) await this.writer.savePractitioner(id, toPractitioner(dto.practitioner_profile));
    if (dto.patient_account) await this.writer.savePatient(id, toPatient(dto.patient_account));
    await this.writer.change(id, changesOf(dto), fields, actorOf(caller));
    await this.queue.request(id);
  }

  /** Somebody without a membership within reach doesn't exist for this caller. */
  private async requireVisible(id: string, reach: Reach): Promise<void> {
    if (reach !== 'platform') await this.listVisible(id, reach);
  }

  private async listVisible(id: string, reach: Reach): Promise<MembershipView[]> {
    const memberships = await this.memberships.reader.listOf([id], reach);
    if (reach !== 'platform' && memberships.length === 0) throw new AppError('user.not_found');
    return memberships;
  }

  private async etagOf(id: string): Promise<string> {
    return strongEtag(await this.contexts.getVersion(id));
  }

  private async require(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (user === null) throw new AppError('user.not_found');
    return user;
  }
}

/** Two different contents never carry one version, so the version is the tag. */
export function tagContext(context: UserContext): Tagged<UserContext> {
  return new Tagged(context, strongEtag(context.version));
}

function requireFitting(user: User, dto: UpdateUserDto): void {
  if (dto.practitioner_profile && user.userType !== 'clinician') {
    throw invalidField('practitioner_profile', 'only clinicians have one');
  }
  if (dto.patient_account && user.userType !== 'patient') throw invalidField('patient_account', 'only patients have one');
  if (dto.practitioner_profile) requireOrder({ ...user.practitionerProfile, ...toPractitioner(dto.practitioner_profile) });
}

/** The schema compares the days of one request; here with those that stay. */
function requireOrder({ validFrom, validUntil }: Partial<Practitioner>): void {
  if (validFrom && validUntil && validFrom > validUntil) {
    throw invalidField('practitioner_profile.valid_until', 'must not be before valid_from');
  }
}

function changesOf(dto: UpdateMeDto & Omit<UpdateUserDto, 'status'>): UserChanges {
  return {
    ...(dto.display_name === undefined ? {} : { displayName: dto.display_name }),
    ...(dto.phone === undefined ? {} : { phone: dto.phone }),
    ...(dto.locale === undefined ? {} : { locale: dto.locale }),
    ...(dto.time_zone === undefined ? {} : { timeZone: dto.time_zone }),
    ...(dto.preferred_channel === undefined ? {} : { preferredChannel: dto.preferred_channel }),
  };
}
