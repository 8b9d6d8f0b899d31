import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { MembershipsRepository } from './memberships.repository.js';

/**
 * An organisation never loses its last tenant administrator, nor the last one whom no date ends: it would be without one
 * on that day. By no path (DESIGN section 4).
 */
@Injectable()
export class TenantAdminGuard {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly organisations: OrganisationsService,
  ) {}

  /**
   * To be called inside the transaction before the user stops being a tenant administrator there: locks the
   * organisation, so two last administrators can't remove each other.
   *
   * @throws AppError `membership.last_tenant_admin`
   */
  async requireAnother(userId: string, organisationId: string): Promise<void> {
    const administered = await this.memberships.listAdministered(userId);
    const here = administered.find((entry) => entry.organisationId === organisationId);
    if (here) await this.requireOther(userId, here);
  }

  /** The same for every organisation the user administers: before they are suspended, deactivated or erased. */
  async requireAnotherEverywhere(userId: string): Promise<void> {
    for (const here of await this.memberships.listAdministered(userId)) await this.requireOther(userId, here);
  }

  private async requireOther(userId: string, here: { organisationId: string; isLasting: boolean }): Promise<void> {
    await this.organisations.lock(here.organisationId);
    const others = await this.memberships.countOtherAdmins(here.organisationId, userId);
    if ((here.isLasting ? others.lasting : others.current) === 0) throw new AppError('membership.last_tenant_admin');
  }
}
