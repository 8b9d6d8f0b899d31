import type { AuditAction, AuditEntryView, AuditTargetType, EventActor } from '@sa-platform/contracts';
import { readPersonal, type SealedEntry } from './seal-entry.js';

/** The chain of what belongs to no organisation; no organisation's id has a colon. */
const PLATFORM_CHAIN = ':platform';
export function chainOf(organisationId: string | null): string {
  return organisationId ?? PLATFORM_CHAIN;
}

export function organisationOf(chain: string): string | null {
  return chain === PLATFORM_CHAIN ? null : chain;
}

export function toAuditEntryView(row: SealedEntry): AuditEntryView {
  return {
    id: row.id,
    organisation_id: organisationOf(row.chain),
    sequence: Number(row.sequence),
    occurred_at: row.occurredAt.toISOString(),
    action: row.action as AuditAction,
    actor: {
      type: row.actorType as EventActor['type'],
      id: row.actorId,
    },
    impersonator_id: row.impersonatorId,
    target: { type: row.targetType as AuditTargetType, id: row.targetId },
    request_id: row.requestId,
    before: parse(row.stateBefore),
    after: parse(row.stateAfter),
    personal: row.personal === null ? null : readPersonal(row.personal),
    personal_digest: row.personalDigest,
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}

function parse(state: string | null): Record<string, unknown> | null {
  return state === null ? null : (JSON.parse(state) as Record<string, unknown>);
}
