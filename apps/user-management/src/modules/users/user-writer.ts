import { Injectable } from '@nestjs/common';
import type { Delivery, EventActor, UserStatus, UserType } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { ContextVersion } from '../context/context-version.js';
import { EventsService, type EventToRecord } from '../events/events.service.js';
import { PRIORITY } from '../identity/identity-job.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { ImpersonationService } from '../impersonation/impersonation.service.js';
import { MailQueue } from '../mails/mail-queue.js';
import { TenantAdminGuard } from '../memberships/tenant-admin-guard.js';
import { eventOfTransition } from './user-rules.js';
import { UsersRepository, type NewUser, type Practitioner, type User, type UserChanges } from './users.repository.js';

export interface UserToCreate {
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  phone?: string | null | undefined;
  externalId?: string;
  externalUsername?: string | null;
}

/** Each change of a user with its version and its event; to be called inside a transaction that holds the user. */
@Injectable()
export class UserWriter {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly versions: ContextVersion,
    private readonly events: EventsService,
    private readonly tenantAdmins: TenantAdminGuard,
    private readonly identity: IdentityQueue,
    private readonly impersonations: ImpersonationService,
    private readonly mails: MailQueue,
  ) {}

  /** @throws AppError `user.email_taken` */
  async create(user: UserToCreate, actor: EventActor): Promise<string> {
    const id = uuidv7();
    await this.users.insert({ ...user, id, phone: user.phone ?? null, externalId: user.externalId ?? null, externalUsername: user.externalUsername ?? null }).catch(rethrow);
    await this.events.record(creationOf({ ...user, id }, actor));
    return id;
  }

  /** Holds whoever has one of these canonical addresses until the transaction ends. */
  async lockByEmails(emails: string[]): Promise<User[]> {
    return this.users.lockByEmails(emails);
  }

  /**
   * Many at once, each with the job that makes their account, behind everything that people wait for.
   *
   * @throws AppError `user.email_taken` when one of the addresses is somebody's
   */
  async createAll(users: NewUser[], delivery: Delivery, actor: EventActor): Promise<void> {
    await this.users.insertAll(users).catch(rethrow);
    await this.identity.requestNew(users.map(({ id }) => id), delivery);
    await this.events.recordAll(users.map((user) => creationOf(user, actor)));
  }

  /** Changes columns of the profile; the event names them, never their values. */
  async change(id: string, changes: UserChanges, fields: string[], actor: EventActor): Promise<void> {
    await this.users.update(id, changes).catch(rethrow);
    await this.versions.raise(id);
    await this.events.record({ type: 'users.updated', actor, userId: id, payload: { fields } });
  }

  async savePractitioner(id: string, profile: Partial<Practitioner>): Promise<void> {
    await this.users.savePractitioner(id, profile);
  }

  async savePatient(id: string, account: { clinicalPatientId?: string | null }): Promise<void> {
    await this.users.savePatient(id, account).catch(rethrow);
  }

  /** @throws AppError `user.last_platform_admin`, `membership.last_tenant_admin`, `user.status_transition` */
  async changeStatus(user: User, status: UserStatus, actor: EventActor): Promise<void> {
    const event = tellOfStatus(user.status, status);
    if (user.status === 'active') {
      await this.requireAnotherPlatformAdmin(user);
      await this.tenantAdmins.requireAnotherEverywhere(user.id);
    }
    await this.users.update(user.id, { status });
    await this.impersonations.endAllOf(user.id);
    await this.versions.raise(user.id);
    const takesAway = status !== 'active';
    // The provider blocks who is suspended or deactivated; a pending person may sign in, with nothing of before.
    const revokeSessions = status === 'pending';
    await this.identity.request(user.id, { priority: takesAway ? PRIORITY.revocation : PRIORITY.change, revokeSessions });
    await this.record({ ...event, actor, userId: user.id });
  }

  /**
   * Gives the user another type, and with it what that type gives; what the former one gave leaves the context's version.
   *
   * @param status of afterwards: a pending user becomes active with their type
   * @throws AppError `user.last_platform_admin`
   */
  async changeType(user: User, { userType, status }: Pick<User, 'userType' | 'status'>, actor: EventActor): Promise<void> {
    if (user.status === 'active' && userType !== 'admin') await this.requireAnotherPlatformAdmin(user);
    await this.versions.raise(user.id, { userType: user.userType });
    await this.users.update(user.id, { userType, status });
    await this.impersonations.endAllOf(user.id);
    await this.identity.request(user.id);
    const types = { from_type: user.userType, to_type: userType };
    const event =
      user.status === status
        ? { type: 'users.updated' as const, payload: { fields: ['user_type'], ...types } }
        : tellOfStatus(user.status, status, types);
    await this.record({ ...event, actor, userId: user.id });
  }

  /** Takes everything personal away from a deactivated user without memberships, here and at the identity provider. */
  async erase({ id, email, externalId, externalUsername }: User, actor: EventActor): Promise<void> {
    await this.users.erase(id);
    await this.impersonations.erase(id);
    await this.versions.raise(id);
    await this.identity.requestRemoval(id, { email, externalId, externalUsername, mayShowUp: externalId === null });
    await this.events.record({ type: 'users.erased', actor, userId: id, payload: {} });
  }

  /** Undoes a creation; whoever heard of the user hears that they are gone. */
  async undoCreation(id: string, actor: EventActor): Promise<void> {
    await this.users.delete(id);
    await this.events.record({ type: 'users.erased', actor, userId: id, payload: { reason: 'creation undone' } });
  }

  /** Whoever is approved, whichever way, is told so. */
  private async record(event: Extract<EventToRecord, { userId: string }>): Promise<void> {
    await this.events.record(event);
    if (event.type === 'users.approved') await this.mails.requestForApproval(event.userId);
  }

  private async requireAnotherPlatformAdmin(user: User): Promise<void> {
    if (user.userType !== 'admin') return;
    await this.database.lock('platform_admins');
    if ((await this.users.countOtherPlatformAdmins(user.id)) === 0) throw new AppError('user.last_platform_admin');
  }
}

/** @param types when the user gets another type in the same moment */
function tellOfStatus(from: UserStatus, to: UserStatus, types: { from_type?: UserType; to_type?: UserType } = {}) {
  const type = eventOfTransition(from, to);
  const change = { from, to, ...types };
  return type === 'users.updated' ? { type, payload: { fields: ['status'], ...change } } : { type, payload: change };
}

function creationOf(user: Pick<NewUser, 'id' | 'userType' | 'status'>, actor: EventActor): EventToRecord<'users.created'> {
  return { type: 'users.created', actor, userId: user.id, payload: { user_type: user.userType, status: user.status } };
}

function rethrow(error: unknown): never {
  const constraint = violatedConstraint(error);
  if (constraint === 'users_email_canonical_key') throw new AppError('user.email_taken');
  if (constraint === 'patient_accounts_clinical_patient_id_key') throw new AppError('user.clinical_patient_taken');
  throw error;
}
