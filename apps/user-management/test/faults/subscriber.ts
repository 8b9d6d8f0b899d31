import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type EventEnvelope, type Heartbeat } from '@sa-platform/contracts';
import type { EventConnection, EventListener } from '@sa-platform/auth-client';
import type { CatchUp } from './catch-up.js';

/** How long a number that a heartbeat knows of may be on its way before it is looked for. */
const GRACE_MS = 1_000;
const RETRY_MS = 200;

/** What an application behind a subscriber keeps of an event that it was given. */
export interface Delivered {
  sequence: number;
  id: string;
  userId: string | null;
}

/**
 * A service that hears the events as `auth-client` does, and reads what it missed after each new subscription. The
 * application behind it gets every event once, in the order in which it came.
 */
export class Subscriber implements EventListener {
  readonly delivered: Delivered[] = [];
  /** Of the channel: sent again by a relay. */
  duplicates = 0;
  /** Two events of one number, or two numbers of one event. */
  readonly conflicts: string[] = [];
  readonly seen = new Map<number, string>();
  private readonly numbers = new Map<string, number>();
  /** What is heard while the past is read waits for it. */
  private waiting: EventEnvelope[] | null = null;
  private isAskedAgain = false;
  private isClosed = false;
  private suspectedAtMs: number | null = null;
  /** Every number up to this one was delivered. */
  private complete = 0;

  /** @param apply is told of each event as often as it comes */
  constructor(
    readonly name: string,
    private readonly connection: EventConnection,
    private readonly catchUp: CatchUp,
    private readonly apply: (event: EventEnvelope) => void,
  ) {}

  start(): void {
    this.connection.open(this);
  }

  onSubscribed(): void {
    void this.readPast();
  }

  onDisconnected(): void {
    // The next subscription reads what came meanwhile.
  }

  onMessage(channel: string, message: string): void {
    if (channel === HEARTBEAT_CHANNEL) this.compare((JSON.parse(message) as Heartbeat).sequence);
    if (channel !== EVENTS_CHANNEL) return;
    const event = JSON.parse(message) as EventEnvelope;
    if (this.seen.get(event.sequence) === event.id) this.duplicates += 1;
    if (this.waiting) this.waiting.push(event);
    else this.deliver(event);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.connection.close();
    this.catchUp.close();
  }

  /** A heartbeat that knows of more than came: after a while the past is read again. */
  private compare(sequence: number): void {
    if (sequence <= this.complete) {
      this.suspectedAtMs = null;
      return;
    }
    this.suspectedAtMs ??= performance.now();
    if (performance.now() - this.suspectedAtMs < GRACE_MS) return;
    this.suspectedAtMs = null;
    void this.readPast();
  }

  private async readPast(): Promise<void> {
    if (this.waiting) {
      this.isAskedAgain = true;
      return;
    }
    this.waiting = [];
    let isRead = false;
    while (!isRead && !this.isClosed) {
      isRead = await this.catchUp.read((event) => this.deliver(event)).then(() => true, () => false);
      if (!isRead) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    const waiting = this.waiting;
    this.waiting = null;
    for (const event of waiting) this.deliver(event);
    if (!this.isAskedAgain || this.isClosed) return;
    this.isAskedAgain = false;
    await this.readPast();
  }

  private deliver(event: EventEnvelope): void {
    const { sequence, id, user_id: userId } = event;
    const known = this.seen.get(sequence);
    const number = this.numbers.get(id);
    if (known !== undefined && known !== id) this.conflicts.push(`${sequence} is the number of two events`);
    if (number !== undefined && number !== sequence) this.conflicts.push(`one event has the numbers ${number} and ${sequence}`);
    this.apply(event);
    if (known !== undefined) return;
    this.seen.set(sequence, id);
    this.numbers.set(id, sequence);
    this.delivered.push({ sequence, id, userId });
    while (this.seen.has(this.complete + 1)) this.complete += 1;
  }
}
