import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditState, EventActor } from '@sa-platform/contracts';
import { onlyOrganisationIn } from '../access/reach.js';
import { AuditTrail, type AuditRecord } from '../audit/audit-trail.js';
import { differenceOf } from '../audit/difference.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { actionOfChange, toPersonalState, toState, type UserSnapshot } from './user-state.js';
import { UsersRepository } from './users.repository.js';

export interface UserDeed {
  /** `by status`: what came of it decides. */
  action: AuditAction | 'by status';
  actor: EventActor;
  /** What else there is to say, with nothing personal. */
  details?: AuditState;
}

/** Writes down what is done to users, with what differs before and after. */
@Injectable()
export class UserAudit {
  constructor(
    private readonly trail: AuditTrail,
    private readonly users: UsersRepository,
    private readonly memberships: MembershipsService,
  ) {}

  /**
   * Does `work` and writes down what it changed; nothing where it changed nothing. To be called inside a transaction that
   * holds the user.
   */
  async change<Result>(userId: string, deed: UserDeed, work: () => Promise<Result>): Promise<Result> {
    const before = await this.snapshot(userId);
    const result = await work();
    await this.record(userId, deed, { before, after: await this.snapshot(userId) });
    return result;
  }

  /** Writes down somebody new. */
  async created(userId: string, deed: UserDeed): Promise<void> {
    await this.record(userId, deed, { before: null, after: await this.snapshot(userId) });
  }

  /** Writes down what was done with a user and changed nothing here. */
  async done(userId: string, deed: UserDeed): Promise<void> {
    const now = await this.snapshot(userId);
    await this.trail.record(toRecord(userId, { details: {}, ...deed }, { before: now, after: now }));
  }

  /** For whoever knows what was and what is. */
  async record(userId: string, deed: UserDeed, states: States): Promise<void> {
    const record = toRecord(userId, deed, states);
    if (isGone(states)) await this.trail.erasePersonal(userId);
    const isChange = record.before !== null || record.after !== null || record.personal !== null;
    if (isChange) await this.trail.record(record);
  }

  private async snapshot(userId: string): Promise<UserSnapshot | null> {
    const user = await this.users.find(userId);
    return user && { user, memberships: await this.memberships.reader.listOf([userId], 'platform') };
  }
}

interface States {
  before: UserSnapshot | null;
  after: UserSnapshot | null;
}

function toRecord(userId: string, { action, actor, details }: UserDeed, states: States): AuditRecord {
  const { before, after } = states;
  const state = differenceOf(before && toState(before), after && toState(after));
  return {
    action: action === 'by status' ? actionOfChange(before, after) : action,
    actor,
    target: { type: 'user', id: userId },
    organisationId: homeOf(states),
    before: state.before,
    after: state.after === null && details === undefined ? null : { ...state.after, ...details },
    personal: isGone(states) ? null : personalOf(states),
  };
}

function personalOf({ before, after }: States): AuditRecord['personal'] {
  const personal = differenceOf(before && toPersonalState(before.user), after && toPersonalState(after.user));
  return personal.before === null && personal.after === null ? null : personal;
}

/** Of whom nothing personal may stay. */
function isGone({ after }: States): boolean {
  return after === null || after.user.erasedAt !== null;
}

/** Whose entry it is: the organisation's that they belong to alone; who belongs to several or none is the platform's. */
function homeOf({ before, after }: States): string | null {
  return onlyOrganisationIn([...(before?.memberships ?? []), ...(after?.memberships ?? [])]);
}
