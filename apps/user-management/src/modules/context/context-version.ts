import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { ContextRepository } from './context.repository.js';

/**
 * The version of a context is a sum over committed rows:
 *
 *   user.version + for each membership (organisation.version + role.version + 1 if expired) + type role's version
 *   (admins: the permission registry's version)
 *
 * Each edit raises its own row's counter under that row's lock, so editing a role with a million holders writes one row
 * and raises a million versions. The sum is a function of what is committed and is read in the same statement as the
 * content, so nothing becomes visible out of order. What leaves the sum (a removed membership, a former role) is added
 * to user.version in the same transaction, with the leaving row locked so it can't rise meanwhile: every commit that
 * changes a context raises its version by at least one, whatever runs beside it.
 */
@Injectable()
export class ContextVersion {
  constructor(private readonly contexts: ContextRepository) {}

  /**
   * Locks the user until the transaction ends. To be called before anything about them is read for a decision.
   *
   * @throws AppError `user.not_found`
   */
  async lock(userId: string): Promise<void> {
    if (!(await this.lockIfThere(userId))) throw new AppError('user.not_found');
  }

  /** The same for a job whose user may be gone. @returns whether there is such a user */
  async lockIfThere(userId: string): Promise<boolean> {
    return this.contexts.lockUser(userId);
  }

  /** Raises the user's version, making up for what leaves the sum. */
  async raise(userId: string, leaving: { roleId?: string; organisationId?: string; userType?: string } = {}): Promise<void> {
    let weight = 0;
    if (leaving.roleId) weight += await this.contexts.lockWeight('roles', leaving.roleId);
    if (leaving.organisationId) weight += await this.contexts.lockWeight('organisations', leaving.organisationId);
    if (leaving.userType) weight += await this.contexts.lockTypeWeight(leaving.userType);
    // One for the change itself, one for an expiry that may leave the sum with the membership or its old date.
    await this.contexts.raiseUserVersion(userId, weight + 2);
  }
}
