import type { EventEnvelope } from '@sa-platform/contracts';
import { EventsRefusedError, type EventPublisher, type Fence } from './event-publisher.js';
import type { Outcome, Turn } from './relay-turns.js';
import { readEnvelope } from './to-envelope.js';

/**
 * Publishes a turn's events in their order. One that can't be read, or that the broker refuses while it takes others, is
 * told of as refused; what the same user has to hear after it is left for a later turn.
 *
 * @throws StaleFenceError, or the error of a broker that is away: some may be out, and all go out again
 */
export async function publishTurn(publisher: EventPublisher, { events, fence }: Turn): Promise<Outcome> {
  const refused: { id: string; userId: string | null }[] = [];
  const isHeldBack = (userId: string | null) => userId !== null && refused.some((event) => event.userId === userId);
  const envelopes: EventEnvelope[] = [];
  for (const row of events) {
    const envelope = isHeldBack(row.userId) ? null : readEnvelope(row);
    if (envelope) envelopes.push(envelope);
    else if (!isHeldBack(row.userId)) refused.push(row);
  }
  const published: string[] = [];
  if (await takes(publisher, envelopes, fence)) published.push(...envelopes.map(({ id }) => id));
  else {
    for (const envelope of envelopes) {
      if (isHeldBack(envelope.user_id)) continue;
      if (await takes(publisher, [envelope], fence)) published.push(envelope.id);
      else refused.push({ id: envelope.id, userId: envelope.user_id });
    }
  }
  return { published, refused: refused.map(({ id }) => id) };
}

async function takes(publisher: EventPublisher, envelopes: EventEnvelope[], fence: Fence): Promise<boolean> {
  if (envelopes.length === 0) return true;
  try {
    await publisher.publish(envelopes, fence);
    return true;
  } catch (error) {
    if (error instanceof EventsRefusedError) return false;
    throw error;
  }
}
