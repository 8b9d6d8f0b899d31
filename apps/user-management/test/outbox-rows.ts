import { uuidv7 } from 'uuidv7';
import { prismaOf } from './people.js';
import type { TestApp } from './test-app.js';

export interface PlantedEvent {
  userId: string | null;
  isUrgent?: boolean;
  payload?: string;
  occurredAt?: Date;
}

/** Writes events past the service, as a backlog or a damaged row would lie there. @returns their ids in order */
export async function plantEvents(app: TestApp, events: PlantedEvent[], client: Pick<ReturnType<typeof prismaOf>, 'outboxEvent'> = prismaOf(app)): Promise<string[]> {
  const rows = events.map(({ userId, isUrgent = false, payload = '{}', occurredAt = new Date() }) => ({
    id: uuidv7(),
    type: isUrgent ? 'users.deactivated' : 'users.updated',
    userId,
    actorType: 'system',
    actorId: 'test',
    payload,
    occurredAt,
    isUrgent,
  }));
  await client.outboxEvent.createMany({ data: rows });
  return rows.map(({ id }) => id);
}
