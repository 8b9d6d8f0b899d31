import { Injectable } from '@nestjs/common';
import type { EventActor, MembershipView, UserContext } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { isReferenceViolation, violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { ContextVersion } from '../context/context-version.js';
import { EventsService, type EventToRecord } from '../events/events.service.js';
import { PRIORITY } from '../identity/identity-job.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { ProductsService } from '../products/products.service.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { RolesService } from '../roles/roles.service.js';
import type { Role } from '../roles/roles.repository.js';
import { requireAdministers, requireMayGive } from './membership-rules.js';
import type { AddMembershipDto } from './memberships.dto.js';
import { MembershipsRepository } from './memberships.repository.js';

/** A membership that was found to be in order: the role is assignable there, and everything named exists. */
export interface CheckedMembership {
  userId: string;
  organisationId: string;
  role: Pick<Role, 'id' | 'key'>;
  productIds: string[];
  /** Made in this very transaction: nobody has seen a context of theirs, and their account waits to be made already. */
  isNewUser: boolean;
}

type RoleReference = { role_id?: string | undefined; role_key?: string | undefined };

/** Each change of a membership with its version and its events; to be called inside a transaction that holds the user. */
@Injectable()
export class MembershipWriter {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly organisations: OrganisationsService,
    private readonly roles: RolesService,
    private readonly products: ProductsService,
    private readonly versions: ContextVersion,
    private readonly events: EventsService,
    private readonly identity: IdentityQueue,
  ) {}

  /**
   * @returns the new membership's id
   * @throws AppError `access.denied` outside the actor's organisations, `role.exceeds_actor`, `membership.exists`
   */
  async add(userId: string, dto: AddMembershipDto, by: UserContext | null, actor: EventActor): Promise<string> {
    if (by) requireAdministers(by, dto.organisation_id);
    await this.organisations.requireExisting(dto.organisation_id);
    const role = await this.getAssignableRole(dto, dto.organisation_id);
    if (by) requireMayGive(by, role, dto.organisation_id);
    await this.products.requireExisting(dto.product_ids, 'product_ids');
    const id = uuidv7();
    const organisationId = dto.organisation_id;
    await this.memberships
      .insert({ id, userId, organisationId, roleId: role.id, expiresAt: dto.expires_at ?? null })
      .catch(rethrow);
    await this.memberships.insertProducts(id, dto.product_ids);
    await this.versions.raise(userId);
    await this.identity.request(userId);
    const added = { id, userId, organisationId, role, productIds: dto.product_ids };
    await this.events.recordAll(additionOf(added, actor));
    return id;
  }

  /** Many at once, of users that the transaction holds. The provider is told behind everything that people wait for. */
  async addAll(memberships: CheckedMembership[], actor: EventActor): Promise<void> {
    const added = memberships.map((membership) => ({ ...membership, id: uuidv7() }));
    await this.memberships.insertAll(added.map(({ id, userId, organisationId, role }) => ({ id, userId, organisationId, roleId: role.id, expiresAt: null })));
    await this.memberships.insertAllProducts(added.flatMap(({ id, productIds }) => productIds.map((productId) => ({ membershipId: id, productId }))));
    for (const userId of new Set(added.flatMap(({ isNewUser, userId }) => (isNewUser ? [] : [userId])))) {
      await this.versions.raise(userId);
      await this.identity.request(userId, { priority: PRIORITY.bulk, isImmediate: false });
    }
    await this.events.recordAll(added.flatMap((membership) => additionOf(membership, actor)));
  }

  /** @param role null keeps the role; @param expiresAt undefined keeps the end, null makes it lasting */
  async change(
    membership: MembershipView,
    { role, expiresAt }: { role: Role | null; expiresAt: Date | null | undefined },
    actor: EventActor,
  ): Promise<void> {
    const id = membership.membership_id;
    const isBack = expiresAt !== undefined && (await this.memberships.isEnded(id));
    await this.memberships
      .update(id, { ...(role ? { roleId: role.id } : {}), ...(expiresAt === undefined ? {} : { expiresAt, endedAt: null }) })
      .catch(rethrow);
    await this.versions.raise(membership.user_id, role ? { roleId: membership.role.id } : {});
    await this.identity.request(membership.user_id);
    const about = { actor, userId: membership.user_id, organisationId: membership.organisation_id };
    if (isBack) {
      const added = { id, ...about, role: role ?? membership.role, productIds: membership.products.map((product) => product.product_id) };
      return this.events.recordAll(additionOf(added, actor));
    }
    if (role) {
      const payload = { membership_id: id, from_role: membership.role.key, to_role: role.key };
      await this.events.record({ ...about, type: 'users.role.changed', payload });
    }
    if (expiresAt !== undefined) {
      const payload = { membership_id: id, fields: ['expires_at'] };
      await this.events.record({ ...about, type: 'users.updated', payload });
    }
  }

  /** Tells of a membership that is over: the context changed by itself when its time came. @returns false when that was told */
  async end(membership: MembershipView): Promise<boolean> {
    if (!(await this.memberships.markEnded(membership.membership_id))) return false;
    await this.identity.request(membership.user_id, { priority: PRIORITY.revocation, isImmediate: false });
    await this.events.recordAll(removalOf(membership, SYSTEM_ACTOR, { reason: 'expired' }));
    return true;
  }

  async remove(membership: MembershipView, actor: EventActor): Promise<void> {
    await this.versions.raise(membership.user_id, {
      roleId: membership.role.id,
      organisationId: membership.organisation_id,
    });
    await this.memberships.delete(membership.membership_id);
    await this.identity.request(membership.user_id);
    await this.events.recordAll(removalOf(membership, actor));
  }

  /** @throws AppError `product.not_found` or `product_access.exists` */
  async grantProduct(membership: MembershipView, productId: string, actor: EventActor): Promise<void> {
    await this.products.requireExisting([productId], 'product_id');
    if (membership.products.some((product) => product.product_id === productId)) {
      throw new AppError('product_access.exists');
    }
    await this.memberships.insertProducts(membership.membership_id, [productId]);
    await this.recordProduct('users.product.granted', membership, productId, actor);
  }

  /** @throws AppError `product_access.not_found` */
  async revokeProduct(membership: MembershipView, productId: string, actor: EventActor): Promise<void> {
    if (!(await this.memberships.deleteProduct(membership.membership_id, productId))) {
      throw new AppError('product_access.not_found');
    }
    await this.recordProduct('users.product.revoked', membership, productId, actor);
  }

  /** @throws AppError `role.not_found`, also for another organisation's custom role: its existence is nobody else's business */
  async getAssignableRole({ role_id: roleId, role_key: roleKey }: RoleReference, organisationId: string): Promise<Role> {
    const role = await this.roles.findAssignable({ roleId, roleKey }, organisationId);
    const isOthers = role !== null && role.organisationId !== null && role.organisationId !== organisationId;
    if (role === null || isOthers) throw new AppError('role.not_found');
    return role;
  }

  private async recordProduct(
    type: 'users.product.granted' | 'users.product.revoked',
    membership: MembershipView,
    productId: string,
    actor: EventActor,
  ): Promise<void> {
    const { user_id: userId, organisation_id: organisationId, membership_id } = membership;
    await this.versions.raise(userId);
    await this.events.record({ type, actor, userId, organisationId, payload: { membership_id, product_id: productId } });
  }
}

/** The user is held and organisations stay: what is not there any more is the role, deleted since it was looked up. */
function rethrow(error: unknown): never {
  if (violatedConstraint(error) !== null) throw new AppError('membership.exists');
  throw isReferenceViolation(error) ? new AppError('role.not_found') : error;
}

type AddedMembership = Omit<CheckedMembership, 'isNewUser' | 'role'> & { id: string; role: Pick<Role, 'key'> };

function additionOf({ id, userId, organisationId, role, productIds }: AddedMembership, actor: EventActor): EventToRecord[] {
  const about = { actor, userId, organisationId };
  return [
    { ...about, type: 'users.membership.added', payload: { membership_id: id, role: role.key, product_ids: productIds } },
    ...productIds.map((productId): EventToRecord => ({ ...about, type: 'users.product.granted', payload: { membership_id: id, product_id: productId } })),
  ];
}

/** Whoever keeps a list of who has which product hears of each that goes with the membership. */
function removalOf(membership: MembershipView, actor: EventActor, why: { reason?: 'expired' } = {}): EventToRecord[] {
  const { user_id: userId, organisation_id: organisationId, membership_id, role, products } = membership;
  const about = { actor, userId, organisationId };
  return [
    ...products.map(({ product_id }): EventToRecord => ({ ...about, type: 'users.product.revoked', payload: { membership_id, product_id } })),
    { ...about, type: 'users.membership.removed', payload: { membership_id, role: role.key, ...why } },
  ];
}
