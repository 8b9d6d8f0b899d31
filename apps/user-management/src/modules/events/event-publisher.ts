import type { EventEnvelope, Heartbeat } from '@sa-platform/contracts';

/** Where the relay hands events over: Redis, or this process when there is none. */
export abstract class EventPublisher {
  /** Resolves once the broker has them all; rejects when it may not have, and the relay sends them again. */
  abstract publish(events: readonly EventEnvelope[]): Promise<void>;
  abstract beat(heartbeat: Heartbeat): Promise<void>;
  abstract checkHealth(): Promise<void>;
  abstract close(): Promise<void>;
}
