import { Injectable } from '@nestjs/common';
import type { Caller, Impersonation } from '@sa-platform/auth-client';
import { LONGEST_IMPERSONATION_SECONDS, type AuditAction, type EventActor, type EventPayload, type ImpersonationView, type UserContext } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { currentRequest } from '../../platform/http/current-request.js';
import { actorOf, userOf } from '../access/caller.js';
import { onlyOrganisationIn } from '../access/reach.js';
import { AuditTrail, type AuditRecord } from '../audit/audit-trail.js';
import { ContextService } from '../context/context.service.js';
import { ContextVersion } from '../context/context-version.js';
import { EventsService } from '../events/events.service.js';
import { mayBeImpersonated, requireMayImpersonate } from './impersonation-rules.js';
import type { ImpersonateDto } from './impersonation.dto.js';
import { ImpersonationsRepository } from './impersonations.repository.js';
import { SigningKeys } from './signing-keys.js';

/** The client that tokens of impersonation were asked for by (RFC 9068): this service itself. */
const CLIENT_ID = 'user-management';

/** A platform admin who acts as a user, for 15 minutes at most (DESIGN section 4, RFC 8693). */
@Injectable()
export class ImpersonationService {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly impersonations: ImpersonationsRepository,
    private readonly keys: SigningKeys,
    private readonly contexts: ContextService,
    private readonly versions: ContextVersion,
    private readonly events: EventsService,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Gives the admin a token of the user. One that the admin has for this user already is ended: there is one at a time.
   *
   * @throws AppError `user.not_found`, and as `requireMayImpersonate`
   */
  async start(userId: string, { reason }: ImpersonateDto, caller: Caller): Promise<ImpersonationView> {
    const { user_id: adminUserId } = userOf(caller);
    return this.database.transaction(async () => {
      const { admin, user } = await this.lockBoth(adminUserId, userId);
      const subject = requireMayImpersonate(admin, user);
      const actor = actorOf(caller);
      await this.endRunning(user, adminUserId, actor);
      const id = uuidv7();
      const session = { id, userId, adminUserId, reason };
      const { startedAt, expiresAt } = await this.impersonations.insert(session, LONGEST_IMPERSONATION_SECONDS * 1000);
      await this.tell('impersonation started', session, actor);
      await this.trail.record({ ...recordOf('IMPERSONATION_STARTED', session, actor, user), personal: { before: null, after: { reason } } });
      const [iat, exp] = [secondsOf(startedAt), secondsOf(expiresAt)];
      const act = { sub: caller.principal.subject, user_id: adminUserId };
      const { issuer: iss, audience: aud } = this.config.impersonation;
      const token = await this.keys.sign({ iss, aud, sub: subject, act, client_id: CLIENT_ID, jti: id, iat, exp });
      return {
        impersonation_id: id,
        user_id: userId,
        access_token: token,
        token_type: 'Bearer',
        expires_in: exp - iat,
        expires_at: new Date(exp * 1000).toISOString(),
      };
    });
  }

  /**
   * Afterwards nobody acts as the user, whoever began it. Repeating it changes nothing.
   *
   * @throws AppError `user.not_found`
   */
  async end(userId: string, caller: Caller): Promise<void> {
    await this.database.transaction(async () => {
      await this.versions.lock(userId);
      await this.endRunning(await this.contexts.getContext(userId), null, actorOf(caller));
    });
  }

  /** Whether the token's impersonation goes on, asked at each request: of the session, of the admin and of the user. */
  async goesOn({ id, actor }: Impersonation, user: UserContext): Promise<boolean> {
    const claimed = { id, userId: user.user_id, adminUserId: actor.userId, adminSubject: actor.subject };
    return mayBeImpersonated(user) && (await this.impersonations.isRunning(claimed));
  }

  /** Writes down a request that is made as the user, with both names, before it is decided or handled (DESIGN section 4). */
  async recordRequest({ id, actor }: Impersonation, user: UserContext): Promise<void> {
    const request = currentRequest();
    const record = recordOf('IMPERSONATED_REQUEST', { id }, { type: 'user', id: user.user_id, impersonator_id: actor.userId }, user);
    await this.trail.record({ ...record, after: { ...record.after, method: request?.method ?? null, route: request?.route ?? null } });
  }

  /**
   * Ends what the user takes part in, as the one or the other, when their status or type changes: they don't go on once it
   * changes back. To be called inside the transaction of the change, whose event tells siblings.
   */
  async endAllOf(userId: string): Promise<void> {
    await this.impersonations.endAllOf(userId);
  }

  /** What was written about an erased user. */
  async erase(userId: string): Promise<void> {
    await this.impersonations.clearReasons(userId);
  }

  /** As they are now, until the transaction ends: who is demoted or suspended at this moment comes before or after. */
  private async lockBoth(adminUserId: string, userId: string): Promise<{ admin: UserContext; user: UserContext }> {
    for (const id of [adminUserId, userId].sort()) await this.versions.lock(id);
    return { admin: await this.contexts.getContext(adminUserId), user: await this.contexts.getContext(userId) };
  }

  private async endRunning(user: UserContext, adminUserId: string | null, actor: EventActor): Promise<void> {
    const userId = user.user_id;
    const ids = await this.impersonations.listRunning(userId, adminUserId);
    await this.impersonations.end(ids);
    for (const id of ids) {
      await this.tell('impersonation ended', { id, userId }, actor);
      await this.trail.record(recordOf('IMPERSONATION_ENDED', { id }, actor, user));
    }
  }

  /** With a higher version of the user, so that siblings ask anew whatever they hold of them. */
  private async tell(reason: EventPayload<'users.updated'>['reason'], { id, userId }: { id: string; userId: string }, actor: EventActor): Promise<void> {
    await this.versions.raise(userId);
    await this.events.record({ type: 'users.updated', actor, userId, payload: { fields: [], reason, impersonation_id: id } });
  }
}

function recordOf(action: AuditAction, { id }: { id: string }, actor: EventActor, user: UserContext): AuditRecord {
  const target = { type: 'user', id: user.user_id } as const;
  return { action, actor, target, organisationId: onlyOrganisationIn(user.memberships), after: { impersonation_id: id } };
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
