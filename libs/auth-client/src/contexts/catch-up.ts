import type { UserManagementClient } from '../user-management-client.js';
import type { EventCoverage, EventGap, SeenEvent } from './event-coverage.js';
import type { Invalidation } from './invalidation.js';
import { toReadEvent } from './read-message.js';

const PER_PAGE = 1_000;
/** Whoever missed more than these asks for what it needs anew, which is less work than reading on. */
const MOST_PAGES = 10;
/** Rest after each time, so that a service in trouble, or one that lacks the scope, isn't asked for every gap there is. */
const REST_MS = 1_000;

/**
 * Reads from the feed what the channel may have kept from us, so that contexts from before count again (DESIGN 10). Any doubt
 * ends it, and things are as they would be without a feed: what was asked for before the gap is asked for again.
 */
export class CatchUp {
  #isRunning = false;
  #restUntilMs = -Infinity;

  /** @param now milliseconds on a clock that never goes back */
  constructor(
    private readonly users: Pick<UserManagementClient, 'readEvents'>,
    private readonly coverage: EventCoverage,
    private readonly apply: (invalidation: Invalidation) => void,
    private readonly now: () => number,
  ) {}

  /** Starts unless it runs, rests, or nothing is missing; never throws. */
  start(): void {
    const gap = this.#isRunning || this.now() < this.#restUntilMs ? null : this.coverage.gap();
    if (gap === null) return;
    this.#isRunning = true;
    void this.#close(gap).finally(() => {
      this.#isRunning = false;
      this.#restUntilMs = this.now() + REST_MS;
    });
  }

  async #close(gap: EventGap): Promise<void> {
    try {
      // From the last event that we know on: only its own history has it at its place.
      let last: SeenEvent = { sequence: gap.after - 1, id: null };
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { items, latestSequence } = await this.users.readEvents(last.sequence, PER_PAGE);
        if (this.coverage.gap() !== gap) return;
        if (items.length === 0) break;
        for (const item of items) last = this.#follow(last, item, gap);
        if (last.sequence === latestSequence && this.coverage.closeGap(gap, last)) return;
      }
    } catch {
      // No token, no scope, no answer, gone by now, another history: whatever it is, nothing is certain.
    }
    this.coverage.giveUp(gap);
  }

  /** @throws Error when it isn't the next event of the same history */
  #follow(last: SeenEvent, item: unknown, gap: EventGap): SeenEvent {
    const event = toReadEvent(item);
    const isNext = event?.sequence === last.sequence + 1 && (event.sequence !== gap.after || event.id === gap.id);
    if (!event || !isNext) throw new Error('The feed does not go on from where we were');
    this.apply(event.invalidation);
    return event;
  }
}
