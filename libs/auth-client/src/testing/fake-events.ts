import { randomUUID } from 'node:crypto';
import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type EventEnvelope } from '@sa-platform/contracts';
import type { EventConnection, EventListener } from '../event-connection.js';

const HEARTBEAT_MS = 500;

/** An event as a test gives it; the rest is filled in. */
export type FakeEvent = Partial<EventEnvelope> & Pick<EventEnvelope, 'type'>;

/** Where a fake user-management hands its events over; every connection hears all of them. */
export class FakeEventPublisher {
  #sequence = 0;
  readonly #log: object[] = [];
  readonly #connections = new Set<FakeEvents>();

  get sequence(): number {
    return this.#sequence;
  }

  publish(event: FakeEvent): void {
    this.#sequence += 1;
    const envelope = {
      id: randomUUID(),
      sequence: this.#sequence,
      occurred_at: new Date().toISOString(),
      user_id: null,
      organisation_id: null,
      actor: { type: 'system', id: 'fake-user-management' },
      version: null,
      payload: {},
      ...event,
    };
    this.#log.push(envelope);
    for (const connection of this.#connections) connection.deliver(EVENTS_CHANNEL, JSON.stringify(envelope));
  }

  /** A page of the feed: everything that was published, whoever heard it. */
  read(after: number, limit: number): object {
    const items = this.#log.slice(after, after + limit);
    return { items, next_after: after + items.length, latest_sequence: this.#sequence };
  }

  connect(): FakeEvents {
    const connection: FakeEvents = new FakeEvents(this, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  }
}

/**
 * The events of a fake user-management, in this process. Subscribed as soon as it is opened, with a heartbeat every 500 ms;
 * `cut` and `reconnect` take the network away and give it back.
 *
 * @example
 * const events = users.connectEvents();
 * const client = createAuthClient({ verifier: issuer.verifierOptions, userManagementUrl: users.baseUrl, events });
 */
export class FakeEvents implements EventConnection {
  #listener: EventListener | null = null;
  #isOpened = false;
  /** What the listener believes. */
  #isSubscribed = false;
  #isCut = false;
  #timer: NodeJS.Timeout | undefined;

  /** @internal `connectEvents()` of the fake user-management makes one */
  constructor(
    private readonly publisher: FakeEventPublisher,
    private readonly onClose: () => void,
  ) {}

  open(listener: EventListener): void {
    if (this.#isOpened) throw new Error('A connection is opened once');
    this.#isOpened = true;
    this.#listener = listener;
    this.#timer = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
    this.reconnect();
  }

  /**
   * From now on nothing arrives.
   *
   * @param isNoticed false: nor does the listener hear of it, as when a network drops packets
   */
  cut(isNoticed = true): void {
    this.#isCut = true;
    if (isNoticed) this.#disconnect();
  }

  /** Subscribes anew: what was published meanwhile is lost. */
  reconnect(): void {
    this.#disconnect();
    this.#isCut = false;
    this.#isSubscribed = true;
    this.#listener?.onSubscribed();
    this.beat();
  }

  /** A heartbeat out of turn. */
  beat(): void {
    this.deliver(HEARTBEAT_CHANNEL, JSON.stringify({ sequence: this.publisher.sequence, at: new Date().toISOString() }));
  }

  /** Hands over a message as it is. */
  deliver(channel: string, message: string): void {
    if (!this.#isCut) this.#listener?.onMessage(channel, message);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isOpened = true;
    this.#listener = null;
    this.onClose();
    return Promise.resolve();
  }

  #disconnect(): void {
    if (!this.#isSubscribed) return;
    this.#isSubscribed = false;
    this.#listener?.onDisconnected();
  }
}
