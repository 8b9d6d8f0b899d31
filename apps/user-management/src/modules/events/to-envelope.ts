import type { EventActor, EventEnvelope, EventType } from '@sa-platform/contracts';
import type { OutboxRow } from './outbox.repository.js';

/**
 * The event as it travels. What the catalogue says of its type was true when the row was written: `EventToRecord` allows
 * nothing else.
 *
 * @param row one that has its number
 * @throws SyntaxError when the payload is not JSON
 */
function toEnvelope(row: OutboxRow): EventEnvelope {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    type: row.type as EventType,
    occurred_at: row.occurredAt.toISOString(),
    user_id: row.userId,
    organisation_id: row.organisationId,
    actor: actorOf(row),
    version: row.version === null ? null : Number(row.version),
    payload: JSON.parse(row.payload) as Record<string, unknown>,
  } as EventEnvelope;
}

/** The same; null where the payload is not JSON: such a row was written past the service, and the relay parks it. */
export function readEnvelope(row: OutboxRow): EventEnvelope | null {
  try {
    return toEnvelope(row);
  } catch {
    return null;
  }
}

function actorOf({ actorType, actorId: id, impersonatorId }: OutboxRow): EventActor {
  const type = actorType as EventActor['type'];
  return impersonatorId === null ? { type, id } : { type, id, impersonator_id: impersonatorId };
}
