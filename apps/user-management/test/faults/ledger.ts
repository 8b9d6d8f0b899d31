import type { AuditAction, EventType } from '@sa-platform/contracts';

/** What a 2xx answer promises for good: an entry in the audit log, and events in the outbox. */
export interface Promised {
  userId: string;
  requestId: string;
  isReplayed: boolean;
  audit: AuditAction;
  events: EventType[];
}

/** A membership as it was answered. */
export interface KnownMembership {
  id: string;
  role: string;
  products: Set<string>;
}

/** What was last acknowledged of one user. */
export interface KnownUser {
  id: string;
  email: string;
  displayName: string;
  status: string;
  memberships: Map<string, KnownMembership>;
  /** Events of requests that nobody knows the end of: so many of a type may be there beside those promised. */
  uncertain: Map<EventType, number>;
}

/** Everything that was acknowledged, written down as it came. */
export class Ledger {
  readonly promised: Promised[] = [];
  readonly users = new Map<string, KnownUser>();
  /** Addresses of imports that were accepted: each row is one user. */
  readonly imported: string[] = [];
  /** Events that were committed straight into the outbox, by id. */
  readonly written = new Set<string>();

  promise(promised: Promised): void {
    this.promised.push(promised);
  }
}
