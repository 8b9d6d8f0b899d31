import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { MembershipsRepository } from './memberships.repository.js';

/** An organisation that has a lasting tenant administrator never loses the last one, by any path (DESIGN section 4). */
@Injectable()
export class TenantAdminGuard {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly organisations: OrganisationsService,
  ) {}

  /**
   * To be called inside the transaction before the user stops being a lasting tenant administrator there: locks the
   * organisation, so two last administrators can't remove each other.
   *
   * @throws AppError `membership.last_tenant_admin`
   */
  async requireAnother(userId: string, organisationId: string): Promise<void> {
    const administered = await this.memberships.listTenantAdminOrganisations(userId);
    if (administered.includes(organisationId)) await this.requireOther(userId, organisationId);
  }

  /** The same for every organisation the user administers: before they are suspended, deactivated or erased. */
  async requireAnotherEverywhere(userId: string): Promise<void> {
    for (const organisationId of await this.memberships.listTenantAdminOrganisations(userId)) {
      await this.requireOther(userId, organisationId);
    }
  }

  private async requireOther(userId: string, organisationId: string): Promise<void> {
    await this.organisations.lock(organisationId);
    if ((await this.memberships.countOtherTenantAdmins(organisationId, userId)) > 0) return;
    throw new AppError('membership.last_tenant_admin');
  }
}
