import type { EventEnvelope, Heartbeat } from '@sa-platform/contracts';

/** Tells the broker whose turn it is: whoever comes with a smaller number than it has seen is refused. */
export interface Fence {
  /** Of the database that gives the numbers. */
  id: string;
  value: number;
}

/** Somebody else has taken over: nothing was published. */
export class StaleFenceError extends Error {
  override readonly name = 'StaleFenceError';
  constructor(readonly newest: number) {
    super('somebody else publishes by now');
  }
}

/** The broker is there and takes events, but not all of these; some may be out. */
export class EventsRefusedError extends Error {
  override readonly name = 'EventsRefusedError';
}

/** Where the relay hands events over: Redis, or this process when there is none. */
export abstract class EventPublisher {
  /**
   * Resolves once the broker has them all; rejects when it may not have, and the relay sends them again.
   *
   * @throws StaleFenceError, EventsRefusedError; any other error says that the broker is away
   */
  abstract publish(events: readonly EventEnvelope[], fence: Fence): Promise<void>;
  abstract beat(heartbeat: Heartbeat): Promise<void>;
  abstract checkHealth(): Promise<void>;
  abstract close(): Promise<void>;
}
