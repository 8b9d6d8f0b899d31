import { Injectable } from '@nestjs/common';
import type { AuditState, EventActor, Page, PermissionDefinition } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { EventsService } from '../events/events.service.js';
import type { ListPermissionsQuery, ListServicesQuery, OwningServiceView } from './permissions.dto.js';
import { PermissionsRepository } from './permissions.repository.js';

@Injectable()
export class PermissionsService {
  constructor(
    private readonly database: Database,
    private readonly permissions: PermissionsRepository,
    private readonly events: EventsService,
    private readonly trail: AuditTrail,
  ) {}

  async listPermissions({ limit, offset, service_id, search, sort }: ListPermissionsQuery): Promise<Page<PermissionDefinition>> {
    const page = await this.permissions.list({ serviceId: service_id, search }, sort, { limit, offset });
    return { ...page, limit, offset };
  }

  async listServices({ limit, offset, search }: ListServicesQuery): Promise<Page<OwningServiceView>> {
    return { ...(await this.permissions.listServices(search, { limit, offset })), limit, offset };
  }

  /** @throws AppError `permission.not_found` */
  async getPermission(permission: string): Promise<PermissionDefinition> {
    const [found] = await this.permissions.listNamed([permission]);
    if (found === undefined) throw new AppError('permission.not_found');
    return found;
  }

  /** Inserts or updates each by its string; what is registered already and the same stays untouched. */
  async register(definitions: PermissionDefinition[], actor: EventActor): Promise<PermissionDefinition[]> {
    const unique = [...new Map(definitions.map((definition) => [definition.permission, definition])).values()];
    await this.database.transaction(async () => {
      await this.database.lock('permission_registry');
      const changed = await this.changedAmong(unique);
      if (changed.length === 0) return;
      const former = await this.permissions.listNamed(changed.map(({ permission }) => permission));
      for (const definition of changed) await this.permissions.upsert(definition);
      await this.recordRegistration(changed, former, actor);
    });
    return unique;
  }

  /** The same for the catalogue at boot, without undoing what people edited. */
  async seedCatalogue(definitions: readonly PermissionDefinition[], actor: EventActor): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.lock('permission_registry');
      const added: PermissionDefinition[] = [];
      for (const definition of definitions) {
        if (await this.permissions.seed(definition)) added.push(definition);
      }
      if (added.length > 0) await this.recordRegistration(added, [], actor);
    });
  }

  /** @throws AppError 400 `permission.unknown` that names the first string nobody has registered */
  async requireRegistered(permissions: string[]): Promise<void> {
    const known = new Set((await this.permissions.listNamed(permissions)).map(({ permission }) => permission));
    const unknown = permissions.flatMap((permission, index) => (known.has(permission) ? [] : [{ permission, index }]));
    if (unknown.length === 0) return;
    throw new AppError(
      'permission.unknown',
      undefined,
      unknown.map(({ permission, index }) => ({ field: `permissions.${index}`, message: `${permission} is not registered` })),
    );
  }

  private async changedAmong(definitions: PermissionDefinition[]): Promise<PermissionDefinition[]> {
    const names = definitions.map(({ permission }) => permission);
    const existing = new Map((await this.permissions.listNamed(names)).map((row) => [row.permission, row]));
    return definitions.filter((definition) => {
      const row = existing.get(definition.permission);
      return row?.service_id !== definition.service_id || row.description !== definition.description;
    });
  }

  private async recordRegistration(definitions: PermissionDefinition[], former: PermissionDefinition[], actor: EventActor): Promise<void> {
    const version = await this.permissions.raiseRegistryVersion();
    const permissions = definitions.map(({ permission }) => permission);
    await this.events.record({ type: 'permissions.registered', actor, version, payload: { permissions } });
    await this.trail.record({
      action: 'PERMISSIONS_REGISTERED',
      actor,
      target: { type: 'permission', id: permissions.length === 1 ? (permissions[0] ?? null) : null },
      organisationId: null,
      before: former.length === 0 ? null : toState(former),
      after: toState(definitions),
    });
  }
}

function toState(definitions: PermissionDefinition[]): AuditState {
  return Object.fromEntries(definitions.map(({ permission, service_id, description }) => [permission, { service_id, description }]));
}
