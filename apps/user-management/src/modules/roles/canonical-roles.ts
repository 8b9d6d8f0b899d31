import { Injectable, Logger } from '@nestjs/common';
import { TENANT_ADMIN, TENANT_ROLES, TYPE_ROLES, type AuditAction, type EventActor, type RoleDefinition } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { AuditTrail } from '../audit/audit-trail.js';
import { EventsService } from '../events/events.service.js';
import { FORMER_EDITIONS, type Edition } from './former-editions.js';
import { toRoleRecord, type RoleChange } from './role-record.js';
import { PLATFORM_SCOPE, RolesRepository, type Role } from './roles.repository.js';

const EDITION = FORMER_EDITIONS.length + 1;

/** The platform roles that every installation has; to be called in a transaction that holds the lock `seeders`. */
@Injectable()
export class CanonicalRoles {
  private readonly logger = new Logger(CanonicalRoles.name);

  constructor(
    private readonly roles: RolesRepository,
    private readonly events: EventsService,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Creates what is missing. A database that was seeded with a former edition follows once: each role that still holds
   * exactly what that edition gave it. The edition is remembered, so a person who goes back to it later has their way.
   */
  async seed(actor: EventActor): Promise<void> {
    for (const definition of [...TYPE_ROLES, ...TENANT_ROLES]) {
      if ((await this.find(definition.key)) !== null) continue;
      await this.roles.insert({ ...definition, id: uuidv7(), organisationId: null, isSystem: true });
      await this.audit('ROLE_CREATED', actor, { before: null, after: await this.find(definition.key) });
    }
    const seeded = await this.roles.findEdition();
    const former = FORMER_EDITIONS[seeded - 1];
    if (former !== undefined) await this.follow(former, actor);
    if (seeded < EDITION) await this.roles.saveEdition(EDITION);
  }

  /**
   * No role gets more than TENANT_ADMIN then holds: where that one was edited, an organisation's administrators would lose
   * their say over whoever has the role.
   */
  private async follow(former: Edition, actor: EventActor): Promise<void> {
    const isTenantAdmin = ({ key }: RoleDefinition) => key === TENANT_ADMIN;
    for (const definition of TENANT_ROLES.filter(isTenantAdmin)) await this.bringUp(definition, former, actor);
    const held = new Set((await this.find(TENANT_ADMIN))?.permissions);
    const isWithin = ({ permissions }: RoleDefinition) => permissions.every((permission) => held.has(permission));
    const others = TENANT_ROLES.filter((definition) => !isTenantAdmin(definition));
    for (const definition of others.filter(isWithin)) await this.bringUp(definition, former, actor);
    const left = others.filter((definition) => !isWithin(definition)).map(({ key }) => key);
    if (left.length > 0) this.logger.warn(`${TENANT_ADMIN} was edited and lacks permissions of ${left.join(', ')}: they stay as they are`);
  }

  private async bringUp(definition: RoleDefinition, former: Edition, actor: EventActor): Promise<void> {
    const before = former[definition.key];
    const found = await this.find(definition.key);
    if (before === undefined || found === null) return;
    await this.roles.lock(found.id);
    const role = (await this.find(definition.key)) ?? found;
    if (!holdsExactly(role, before.permissions) || holdsExactly(role, definition.permissions)) return;
    await this.roles.replacePermissions(role.id, definition.permissions);
    await this.roles.update(role.id, role.description === before.description ? { description: definition.description } : {});
    await this.events.record({
      type: 'users.permissions.changed',
      actor,
      version: role.version + 1,
      payload: { role_id: role.id, role_key: role.key, permissions: [...definition.permissions].sort() },
    });
    await this.audit('ROLE_UPDATED', actor, { before: role, after: await this.find(definition.key) });
  }

  private async audit(action: AuditAction, actor: EventActor, change: RoleChange): Promise<void> {
    const record = toRoleRecord(action, actor, change);
    if (record !== null) await this.trail.record(record);
  }

  private find(key: string): Promise<Role | null> {
    return this.roles.findByKey(PLATFORM_SCOPE, key);
  }
}

function holdsExactly({ permissions: held }: Role, permissions: readonly string[]): boolean {
  return held.length === permissions.length && permissions.every((permission) => held.includes(permission));
}
