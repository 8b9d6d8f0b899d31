import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AuditAction, Page } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { requireMatch, strongEtag, Tagged } from '../../platform/http/etag.js';
import { actorOf } from '../access/caller.js';
import { covers, reachOfCaller } from '../access/reach.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Difference } from '../audit/difference.js';
import type {
  CreateOrganisationDto,
  ListOrganisationsQuery,
  OrganisationView,
  UpdateOrganisationDto,
} from './organisations.dto.js';
import { OrganisationsRepository, type Organisation } from './organisations.repository.js';

const READ = 'admin:organisations:read';

@Injectable()
export class OrganisationsService {
  constructor(
    private readonly database: Database,
    private readonly organisations: OrganisationsRepository,
    private readonly trail: AuditTrail,
  ) {}

  async listOrganisations(query: ListOrganisationsQuery, caller: Caller): Promise<Page<OrganisationView>> {
    const { limit, offset, search } = query;
    const { items, total } = await this.organisations.list({ reach: reachOfCaller(caller, READ), search }, { limit, offset });
    return { items: items.map(toView), total, limit, offset };
  }

  /** @throws AppError `organisation.not_found`, also for one out of the caller's reach */
  async getOrganisation(id: string, caller: Caller): Promise<Tagged<OrganisationView>> {
    if (!covers(reachOfCaller(caller, READ), id)) throw new AppError('organisation.not_found');
    const organisation = await this.require(id);
    return new Tagged(toView(organisation), strongEtag(organisation.version));
  }

  async createOrganisation(dto: CreateOrganisationDto, caller: Caller): Promise<Tagged<OrganisationView>> {
    const id = dto.id ?? uuidv7();
    return this.database.transaction(async () => {
      await this.organisations.insert({ id, name: dto.name }).catch((error: unknown) => {
        throw violatedConstraint(error) === null ? error : new AppError('organisation.id_taken');
      });
      await this.audit('ORGANISATION_CREATED', id, caller, { before: null, after: { name: dto.name } });
      return this.getOrganisation(id, caller);
    });
  }

  async updateOrganisation(
    id: string,
    dto: UpdateOrganisationDto,
    ifMatch: string | null,
    caller: Caller,
  ): Promise<Tagged<OrganisationView>> {
    return this.database.transaction(async () => {
      await this.organisations.lock(id);
      const organisation = await this.require(id);
      requireMatch(ifMatch, strongEtag(organisation.version));
      if (dto.name !== organisation.name) {
        await this.organisations.rename(id, dto.name);
        await this.audit('ORGANISATION_UPDATED', id, caller, { before: { name: organisation.name }, after: { name: dto.name } });
      }
      return this.getOrganisation(id, caller);
    });
  }

  /** @throws AppError `organisation.not_found` */
  async requireExisting(id: string): Promise<void> {
    await this.require(id);
  }

  /** Holds the organisation until the transaction ends: changes of its administrators follow each other. */
  async lock(id: string): Promise<void> {
    await this.organisations.lock(id);
  }

  /** Creates it unless its id is taken. */
  async ensure(organisation: { id: string; name: string }): Promise<void> {
    if ((await this.organisations.find(organisation.id)) === null) await this.organisations.insert(organisation);
  }

  private async audit(action: AuditAction, id: string, caller: Caller, change: Difference): Promise<void> {
    await this.trail.record({ action, actor: actorOf(caller), target: { type: 'organisation', id }, organisationId: id, ...change });
  }

  private async require(id: string): Promise<Organisation> {
    const organisation = await this.organisations.find(id);
    if (organisation === null) throw new AppError('organisation.not_found');
    return organisation;
  }
}

function toView(organisation: Organisation): OrganisationView {
  return {
    id: organisation.id,
    name: organisation.name,
    created_at: organisation.createdAt.toISOString(),
    updated_at: organisation.updatedAt.toISOString(),
  };
}
