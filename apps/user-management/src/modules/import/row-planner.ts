import type { MembershipView, UserContext } from '@sa-platform/contracts';
import { ContextService } from '../context/context.service.js';
import { requireAdministers, requireMayGive } from '../memberships/membership-rules.js';
import { MembershipWriter } from '../memberships/membership-writer.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { ProductsService } from '../products/products.service.js';
import type { Role } from '../roles/roles.repository.js';
import { RolesService } from '../roles/roles.service.js';
import { requireMayCreate, requireOutranks } from '../users/user-rules.js';
import type { UserChanges } from '../users/users.repository.js';
import type { ImportRecord } from './import-record.js';
import { membershipOf, missingProducts, profileChanges, requireSameType, requireVisible, type KnownUser } from './import-rules.js';
import { at, RowFault } from './row-fault.js';

/** What the planner asks; all of it belongs to other modules. */
export interface Sources {
  contexts: ContextService;
  memberships: MembershipWriter;
  organisations: OrganisationsService;
  products: ProductsService;
  roles: RolesService;
}

export interface PlannedMembership {
  organisationId: string;
  role: Role;
  productIds: string[];
}

/** What a row comes to; nothing of it is done yet. */
export type RowPlan =
  | { kind: 'create'; record: ImportRecord & { display_name: string }; membership: PlannedMembership | null }
  | { kind: 'update'; known: KnownUser; changes: UserChanges; membership: PlannedMembership | null; grants: { to: MembershipView; productIds: string[] } | null };

/** Decides about rows for one actor; what several rows of a batch name is looked up once. */
export class RowPlanner {
  private readonly found = new Map<string, Promise<unknown>>();

  constructor(
    private readonly sources: Sources,
    private readonly actor: UserContext,
  ) {}

  /**
   * @param known the user with this address, held by the open transaction
   * @throws RowFault for the first rule that the row breaks
   */
  async plan(record: ImportRecord, known: KnownUser | null): Promise<RowPlan> {
    return known === null ? this.planCreation(record) : this.planUpdate(record, known);
  }

  private async planCreation(record: ImportRecord): Promise<RowPlan> {
    const { display_name: displayName, user_type: userType } = record;
    if (displayName === undefined) throw new RowFault('display_name', 'request.invalid', 'is required for a new user');
    const typeRole = await this.once(`type ${userType}`, () => this.sources.roles.findTypeRole(userType));
    const isMember = record.organisation_id !== undefined;
    await at('user_type', () => requireMayCreate(this.actor, { userType, isMember }, typeRole?.permissions ?? []));
    const membership = await this.membershipWithin(record);
    if (membership) await at('role_key', () => requireMayGive(this.actor, membership.role, membership.organisationId));
    return { kind: 'create', record: { ...record, display_name: displayName }, membership };
  }

  private async planUpdate(record: ImportRecord, known: KnownUser): Promise<RowPlan> {
    await at('email', () => requireVisible(this.actor, known));
    await at('user_type', () => requireSameType(known, record));
    const changes = profileChanges(known, record);
    if (Object.keys(changes).length > 0) {
      const holdings = await this.sources.contexts.getHoldings(known.user.id);
      await at('email', () => requireOutranks(this.actor, holdings));
    }
    const membership = await this.membershipWithin(record);
    const present = membership && membershipOf(known, membership.organisationId, membership.role.id);
    if (present) {
      const productIds = missingProducts(present, record);
      return { kind: 'update', known, changes, membership: null, grants: productIds.length > 0 ? { to: present, productIds } : null };
    }
    if (membership) await at('role_key', () => requireMayGive(this.actor, membership.role, membership.organisationId));
    return { kind: 'update', known, changes, membership, grants: null };
  }

  private async membershipWithin(record: ImportRecord): Promise<PlannedMembership | null> {
    const { organisation_id: organisationId, role_key: key, product_ids: productIds } = record;
    if (organisationId === undefined || key === undefined) return null;
    const { memberships, organisations, products } = this.sources;
    await at('organisation_id', () => requireAdministers(this.actor, organisationId));
    await at('organisation_id', () => this.once(`organisation ${organisationId}`, () => organisations.requireExisting(organisationId)));
    const role = await at('role_key', () =>
      this.once(`role ${organisationId} ${key}`, () => memberships.getAssignableRole({ role_key: key }, organisationId)),
    );
    for (const id of productIds) {
      await at('product_ids', () => this.once(`product ${id}`, () => products.requireExisting([id], 'product_ids')));
    }
    return { organisationId, role, productIds };
  }

  private once<Result>(key: string, find: () => Promise<Result>): Promise<Result> {
    const known = this.found.get(key) ?? find();
    this.found.set(key, known);
    return known as Promise<Result>;
  }
}
