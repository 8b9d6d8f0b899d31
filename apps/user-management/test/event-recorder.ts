import type { EventEnvelope } from '@sa-platform/contracts';
import { EventPublisher } from '../src/modules/events/event-publisher.js';
import { InProcessPublisher } from '../src/modules/events/in-process.publisher.js';
import { Relay } from '../src/modules/events/relay.js';
import { Database } from '../src/platform/database/database.js';
import type { TestApp } from './test-app.js';

/** Listens in the process to what the service publishes; the app must run without `REDIS_URL`. */
export class EventRecorder {
  readonly seen: EventEnvelope[] = [];

  constructor(private readonly app: TestApp) {
    const publisher = app.nest.get(EventPublisher);
    if (!(publisher instanceof InProcessPublisher)) throw new Error('events leave the process');
    publisher.onEvent((event) => this.seen.push(event));
  }

  /** What was published because of this change, in order. */
  async during(change: () => Promise<unknown>): Promise<EventEnvelope[]> {
    await this.settle();
    const before = this.seen.length;
    await change();
    await this.settle();
    return this.seen.slice(before);
  }

  /** Waits until everything that is committed is published. */
  async settle(): Promise<void> {
    await this.app.nest.get(Relay).drain();
  }
}

/** How many events the outbox holds, numbered or not. */
export async function countEvents(app: TestApp): Promise<number> {
  return app.nest.get(Database).client.outboxEvent.count();
}
