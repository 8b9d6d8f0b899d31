import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AuditAction, EventActor, Page } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { isReferenceViolation, violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { requireMatch, strongEtag, Tagged } from '../../platform/http/etag.js';
import { actorOf, userOf } from '../access/caller.js';
import { onlyWithin, reachOfCaller } from '../access/reach.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { EventsService } from '../events/events.service.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { PermissionsService } from '../permissions/permissions.service.js';
import { toRoleRecord, type RoleChange } from './role-record.js';
import { canSee, requireFreeKey, requireKeepsOwn, requireMayChange, requireMayShape } from './role-rules.js';
import type { CreateRoleDto, ListRolesQuery, RoleView, UpdateRoleDto } from './roles.dto.js';
import { PLATFORM_SCOPE, RolesRepository, type NewRole, type Role } from './roles.repository.js';

const WRITE = 'admin:roles:write';
/** Who may change something sees what came of it. */
const READ = ['admin:roles:read', WRITE];

@Injectable()
export class RolesService {
  constructor(
    private readonly database: Database,
    private readonly roles: RolesRepository,
    private readonly organisations: OrganisationsService,
    private readonly permissions: PermissionsService,
    private readonly events: EventsService,
    private readonly trail: AuditTrail,
  ) {}

  async listRoles(query: ListRolesQuery, caller: Caller): Promise<Page<RoleView>> {
    const { limit, offset, organisation_id: organisationId, search } = query;
    const reach = reachOfCaller(caller, ...READ);
    const { items, total } = await this.roles.list({ reach, organisationId, search }, { limit, offset });
    const ids = items.map(({ id }) => id);
    const counts = await this.roles.countMembers(ids, organisationId === undefined ? reach : onlyWithin(reach, organisationId));
    return { items: items.map((role) => toView(role, counts)), total, limit, offset };
  }

  /** @throws AppError `role.not_found`, also for custom roles of organisations out of the caller's reach */
  async getRole(id: string, caller: Caller): Promise<Tagged<RoleView>> {
    const reach = reachOfCaller(caller, ...READ);
    const role = await this.roles.find(id);
    if (role === null || !canSee(reach, role)) throw new AppError('role.not_found');
    return new Tagged(toView(role, await this.roles.countMembers([id], reach)), strongEtag(role.version));
  }

  async createRole(dto: CreateRoleDto, caller: Caller): Promise<Tagged<RoleView>> {
    const role: NewRole = {
      id: uuidv7(),
      key: dto.key,
      name: dto.name,
      description: dto.description,
      organisationId: dto.organisation_id ?? null,
      isSystem: false,
      permissions: dto.permissions,
    };
    requireFreeKey(role.key);
    requireMayShape(userOf(caller), reachOfCaller(caller, WRITE), role);
    return this.database.transaction(async () => {
      if (role.organisationId !== null) await this.organisations.requireExisting(role.organisationId);
      await this.permissions.requireRegistered(dto.permissions);
      await this.insert(role);
      await this.audit('ROLE_CREATED', actorOf(caller), { before: null, after: await this.roles.find(role.id) });
      return this.getRole(role.id, caller);
    });
  }

  async updateRole(id: string, dto: UpdateRoleDto, ifMatch: string | null, caller: Caller): Promise<Tagged<RoleView>> {
    return this.database.transaction(async () => {
      const role = await this.lockVisible(id, caller);
      requireMatch(ifMatch, strongEtag(role.version));
      requireMayChange(role, dto);
      const permissions = [...role.permissions, ...(dto.permissions ?? [])];
      requireMayShape(userOf(caller), reachOfCaller(caller, WRITE), { ...role, permissions });
      if (dto.permissions) {
        requireKeepsOwn(userOf(caller), id, dto.permissions);
        await this.permissions.requireRegistered(dto.permissions);
        await this.roles.replacePermissions(id, dto.permissions);
      }
      await this.roles.update(id, dto);
      const changed = await this.roles.find(id);
      if (changed !== null) await this.recordChange(changed, actorOf(caller));
      await this.audit('ROLE_UPDATED', actorOf(caller), { before: role, after: changed });
      return this.getRole(id, caller);
    });
  }

  async deleteRole(id: string, ifMatch: string | null, caller: Caller): Promise<void> {
    await this.database.transaction(async () => {
      const role = await this.lockVisible(id, caller);
      requireMatch(ifMatch, strongEtag(role.version));
      if (role.isSystem) throw new AppError('role.system');
      requireMayShape(userOf(caller), reachOfCaller(caller, WRITE), role);
      if (await this.roles.isInUse(id)) throw new AppError('role.in_use');
      await this.roles.delete(id).catch((error: unknown) => {
        throw isReferenceViolation(error) ? new AppError('role.in_use') : error;
      });
      await this.audit('ROLE_DELETED', actorOf(caller), { before: role, after: null });
    });
  }

  /** The role that a membership in this organisation would get, by its id or by its key (the organisation's own first). */
  async findAssignable(reference: { roleId?: string | undefined; roleKey?: string | undefined }, organisationId: string): Promise<Role | null> {
    if (reference.roleId !== undefined) return this.roles.find(reference.roleId);
    const key = reference.roleKey ?? '';
    return (await this.roles.findByKey(organisationId, key)) ?? (await this.roles.findByKey(PLATFORM_SCOPE, key));
  }

  /** The type role of a user type; null for admins, who hold every registered permission instead. */
  async findTypeRole(userType: string): Promise<Role | null> {
    return userType === 'admin' ? null : this.roles.findByKey(PLATFORM_SCOPE, userType);
  }

  private async insert(role: NewRole): Promise<void> {
    if (role.organisationId !== null && (await this.roles.findByKey(PLATFORM_SCOPE, role.key)) !== null) {
      throw new AppError('role.key_taken');
    }
    await this.roles.insert(role).catch((error: unknown) => {
      throw violatedConstraint(error) === null ? error : new AppError('role.key_taken');
    });
  }

  private async lockVisible(id: string, caller: Caller): Promise<Role> {
    await this.roles.lock(id);
    const role = await this.roles.find(id);
    if (role === null || !canSee(reachOfCaller(caller, WRITE), role)) throw new AppError('role.not_found');
    return role;
  }

  private async audit(action: AuditAction, actor: EventActor, change: RoleChange): Promise<void> {
    const record = toRoleRecord(action, actor, change);
    if (record !== null) await this.trail.record(record);
  }

  private async recordChange(role: Role, actor: EventActor): Promise<void> {
    await this.events.record({
      type: 'users.permissions.changed',
      actor,
      organisationId: role.organisationId,
      version: role.version,
      payload: { role_id: role.id, role_key: role.key, permissions: role.permissions },
    });
  }
}

function toView(role: Role, memberCounts: ReadonlyMap<string, number>): RoleView {
  return {
    id: role.id,
    key: role.key,
    name: role.name,
    description: role.description,
    organisation_id: role.organisationId,
    organisation_name: role.organisationName,
    is_system: role.isSystem,
    permissions: role.permissions,
    member_count: memberCounts.get(role.id) ?? 0,
    created_at: role.createdAt.toISOString(),
    updated_at: role.updatedAt.toISOString(),
  };
}
