import { AUDIT_ACTIONS, AUDIT_TARGETS, type AuditAction, type AuditTargetType } from '@sa-platform/contracts';
import { given, oneOf, textIn } from '../../shell/address.js';

/** Which entries are meant; all of it stands in the address. */
export interface AuditFilter {
  action?: AuditAction;
  actor_id?: string;
  target_type?: AuditTargetType;
  target_id?: string;
  organisation_id?: string;
  /** Only what belongs to no organisation. */
  scope?: 'platform';
  /** ISO 8601. */
  from?: string;
  /** ISO 8601. */
  until?: string;
}

export interface AuditSearch extends AuditFilter {
  cursor?: string;
}

/** Reads the address; what it doesn't know is left out. */
export function readAuditSearch(address: Record<string, unknown>): AuditSearch {
  const organisation = textIn(address.organisation_id);
  return given({
    action: oneOf(AUDIT_ACTIONS, address.action),
    actor_id: textIn(address.actor_id),
    target_type: oneOf(AUDIT_TARGETS, address.target_type),
    target_id: textIn(address.target_id),
    organisation_id: organisation,
    scope: organisation === undefined ? oneOf(['platform'], address.scope) : undefined,
    from: momentIn(address.from),
    until: momentIn(address.until),
    cursor: textIn(address.cursor),
  });
}

/** The first year that the service takes. */
const FIRST_YEAR = 1000;

/** @returns ISO 8601 in UTC; undefined for what is no moment, or not wholly typed yet */
export function momentIn(value: unknown): string | undefined {
  const text = textIn(value);
  const moment = new Date(text ?? Number.NaN);
  return Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < FIRST_YEAR ? undefined : moment.toISOString();
}
