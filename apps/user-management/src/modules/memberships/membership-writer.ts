import { Injectable } from '@nestjs/common';
import type { EventActor, MembershipView, UserContext } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { holdsAll } from '../access/authority.js';
import { covers, reachOf } from '../access/reach.js';
import { ContextVersion } from '../context/context-version.js';
import { EventsService } from '../events/events.service.js';
import { ProductsService } from '../products/products.service.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { RolesService } from '../roles/roles.service.js';
import type { Role } from '../roles/roles.repository.js';
import type { NewMembershipDto } from './memberships.dto.js';
import { MembershipsRepository } from './memberships.repository.js';

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
  ) {}

  /**
   * @returns the new membership's id
   * @throws AppError `access.denied` outside the actor's organisations, `role.exceeds_actor`, `membership.exists`
   */
  async add(userId: string, dto: NewMembershipDto, by: UserContext | null, actor: EventActor): Promise<string> {
    if (by && !covers(reachOf(by, 'admin:users:write'), dto.organisation_id)) throw new AppError('access.denied');
    await this.organisations.requireExisting(dto.organisation_id);
    const role = await this.getAssignableRole(dto, dto.organisation_id);
    if (by && !holdsAll(by, role.permissions, dto.organisation_id)) throw new AppError('role.exceeds_actor');
    await this.products.requireExisting(dto.product_ids, 'product_ids');
    const id = uuidv7();
    const organisationId = dto.organisation_id;
    await this.memberships
      .insert({ id, userId, organisationId, roleId: role.id, expiresAt: dto.expires_at ?? null })
      .catch((error: unknown) => {
        throw violatedConstraint(error) === null ? error : new AppError('membership.exists');
      });
    await this.memberships.insertProducts(id, dto.product_ids);
    await this.versions.raise(userId);
    const about = { actor, userId, organisationId };
    await this.events.record({
      ...about,
      type: 'users.membership.added',
      payload: { membership_id: id, role: role.key, product_ids: dto.product_ids },
    });
    for (const productId of dto.product_ids) {
      await this.events.record({
        ...about,
        type: 'users.product.granted',
        payload: { membership_id: id, product_id: productId },
      });
    }
    return id;
  }

  /** @param role null keeps the role; @param expiresAt undefined keeps the end, null makes it lasting */
  async change(
    membership: MembershipView,
    { role, expiresAt }: { role: Role | null; expiresAt: Date | null | undefined },
    actor: EventActor,
  ): Promise<void> {
    const id = membership.membership_id;
    await this.memberships
      .update(id, { ...(role ? { roleId: role.id } : {}), ...(expiresAt === undefined ? {} : { expiresAt }) })
      .catch((error: unknown) => {
        throw violatedConstraint(error) === null ? error : new AppError('membership.exists');
      });
    await this.versions.raise(membership.user_id, role ? { roleId: membership.role.id } : {});
    const about = { actor, userId: membership.user_id, organisationId: membership.organisation_id };
    if (role) {
      const payload = { membership_id: id, from_role: membership.role.key, to_role: role.key };
      await this.events.record({ ...about, type: 'users.role.changed', payload });
    }
    if (expiresAt !== undefined) {
      const payload = { membership_id: id, fields: ['expires_at'] };
      await this.events.record({ ...about, type: 'users.updated', payload });
    }
  }

  async remove(membership: MembershipView, actor: EventActor): Promise<void> {
    await this.versions.raise(membership.user_id, {
      roleId: membership.role.id,
      organisationId: membership.organisation_id,
    });
    await this.memberships.delete(membership.membership_id);
    await this.events.record({
      type: 'users.membership.removed',
      actor,
      userId: membership.user_id,
      organisationId: membership.organisation_id,
      payload: { membership_id: membership.membership_id, role: membership.role.key },
    });
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
