import { EventEmitter } from 'node:events';
import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type EventEnvelope, type Heartbeat } from '@sa-platform/contracts';
import { EventPublisher } from './event-publisher.js';

/** Without `REDIS_URL`: events reach listeners in this process, and stay in the outbox for the feed. */
export class InProcessPublisher extends EventPublisher {
  private readonly emitter = new EventEmitter();

  /** @returns what ends the subscription */
  onEvent(listener: (event: EventEnvelope) => void): () => void {
    this.emitter.on(EVENTS_CHANNEL, listener);
    return () => this.emitter.off(EVENTS_CHANNEL, listener);
  }

  override publish(events: readonly EventEnvelope[]): Promise<void> {
    for (const event of events) this.emitter.emit(EVENTS_CHANNEL, event);
    return Promise.resolve();
  }

  override beat(heartbeat: Heartbeat): Promise<void> {
    this.emitter.emit(HEARTBEAT_CHANNEL, heartbeat);
    return Promise.resolve();
  }

  override checkHealth(): Promise<void> {
    return Promise.resolve();
  }

  override close(): Promise<void> {
    this.emitter.removeAllListeners();
    return Promise.resolve();
  }
}
