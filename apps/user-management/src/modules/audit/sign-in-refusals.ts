import { Injectable, Logger } from '@nestjs/common';
import type { AuditTarget, UserContext } from '@sa-platform/contracts';
import { errorName } from '../../platform/errors/error-name.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { onlyOrganisationIn } from '../access/reach.js';
import { accountTarget, AuditTrail } from './audit-trail.js';

/** Whoever is out keeps asking; one entry in so long says as much as a thousand. */
const ONE_ENTRY_EACH_MS = 15 * 60_000;
const MOST_REMEMBERED = 10_000;

/** Writes down that somebody came with a token that the provider gave them, and was not let in. */
@Injectable()
export class SignInRefusals {
  private readonly logger = new Logger(SignInRefusals.name);
  /** When each person was last written down for this reason, the oldest first. */
  private readonly told = new Map<string, number>();

  constructor(private readonly trail: AuditTrail) {}

  /** Of a user who is suspended or deactivated. */
  async noteUser(user: UserContext): Promise<void> {
    await this.note({ type: 'user', id: user.user_id }, user.status, onlyOrganisationIn(user.memberships));
  }

  /** Of an account that is nobody's here. */
  async noteAccount(subject: string): Promise<void> {
    await this.note(accountTarget(subject), 'unknown', null);
  }

  private async note(target: AuditTarget, reason: string, organisationId: string | null): Promise<void> {
    const key = `${target.type} ${String(target.id)} ${reason}`;
    const now = Date.now();
    if (now - (this.told.get(key) ?? 0) < ONE_ENTRY_EACH_MS) return;
    this.told.delete(key);
    this.told.set(key, now);
    for (const oldest of this.told.keys()) {
      if (this.told.size <= MOST_REMEMBERED) break;
      this.told.delete(oldest);
    }
    try {
      await this.trail.record({ action: 'SIGN_IN_REFUSED', actor: SYSTEM_ACTOR, target, organisationId, after: { reason } });
    } catch (error) {
      // They are refused in any case.
      this.told.delete(key);
      this.logger.warn(`a refused sign-in could not be written down: ${errorName(error)}`);
    }
  }
}
