import { setTimeout as sleep } from 'node:timers/promises';
import type { EventListener } from '../src/event-connection.js';

const EVERY_MS = 5;
const PATIENCE_MS = 20_000;

/** Writes down what a connection tells, in order: `subscribed`, `disconnected`, or the channel and the message. */
export class EventLog implements EventListener {
  readonly entries: string[] = [];
  /** Runs after each entry. */
  onEntry: (entry: string) => void = () => undefined;

  onSubscribed(): void {
    this.#add('subscribed');
  }

  onDisconnected(): void {
    this.#add('disconnected');
  }

  onMessage(channel: string, message: string): void {
    this.#add(`${channel} ${message}`);
  }

  count(entry: string): number {
    return this.entries.filter((other) => other === entry).length;
  }

  /** Waits until this was told so often. */
  async until(entry: string, times = 1): Promise<void> {
    await until(() => this.count(entry) >= times, () => this.entries);
  }

  #add(entry: string): void {
    this.entries.push(entry);
    this.onEntry(entry);
  }
}

/**
 * Waits by Node's own timers: a test may have replaced the global ones.
 *
 * @throws Error with what `describe` answers when it doesn't come true
 */
export async function until(isTrue: () => boolean, describe: () => unknown = () => isTrue.toString()): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`still waiting: ${JSON.stringify(describe())}`);
    await sleep(EVERY_MS);
  }
}
