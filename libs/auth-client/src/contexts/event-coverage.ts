/** Without a heartbeat for this long, events may be getting lost (DESIGN 10). */
export const HEARTBEAT_LIMIT_MS = 2_000;
/** How long an event may be on its way after a heartbeat that knows of it: numbers are given just before publishing. */
const GRACE_MS = 250;
/** A heartbeat that knows less than we saw this long before is of another history. */
const REWIND_MS = 1_000;

interface Mark {
  sequence: number;
  atMs: number;
}

/**
 * Says since when no event can have been missed. Redis pub/sub loses messages without a word, so nothing is covered until
 * a heartbeat shows that the connection is alive and that every event up to its sequence was seen. A new connection covers
 * what is asked for after its first heartbeat, nothing older.
 */
export class EventCoverage {
  #isSubscribed = false;
  /** Contexts asked for after this are covered. */
  #startMs = Infinity;
  /** When the newest heartbeat came of which we know that nothing before it is missing. */
  #heardAtMs = -Infinity;
  /** The newest event that was seen, or was there before we listened. */
  #sequence = 0;
  /** Whether `#sequence` holds for this connection. */
  #isAligned = false;
  /** A heartbeat that knows of events that haven't come yet. */
  #awaited: Mark | null = null;
  /** Where we were when a heartbeat knew less than we did. */
  #suspected: Mark | null = null;

  /** @param now milliseconds on a clock that never goes back */
  constructor(private readonly now: () => number) {}

  /**
   * Since when no event was missed, on the given clock: whoever asked the service then or earlier must ask again.
   * Infinity while that can't be told.
   */
  coveredSinceMs(): number {
    const isAlive = this.#isSubscribed && this.now() - this.#heardAtMs < HEARTBEAT_LIMIT_MS;
    return isAlive ? this.#startMs : Infinity;
  }

  /** From now on events arrive; none is known to have been heard. */
  subscribed(): void {
    this.#isSubscribed = true;
    this.#isAligned = false;
    this.#awaited = null;
    this.#heardAtMs = -Infinity;
  }

  disconnected(): void {
    this.#isSubscribed = false;
  }

  /** An event came. Redis keeps the order of a channel, so a number left out is an event lost. */
  event(sequence: number): void {
    if (sequence > this.#sequence + 1) this.#startMs = this.now();
    this.#sequence = Math.max(this.#sequence, sequence);
    if (this.#awaited === null || this.#sequence < this.#awaited.sequence) return;
    this.#heardAtMs = this.#awaited.atMs;
    this.#awaited = null;
  }

  /**
   * A heartbeat came.
   *
   * @param sequence the newest event that the service numbered
   * @returns false when the sequence went back for good: the database was restored, and versions went back with it
   */
  heartbeat(sequence: number): boolean {
    if (!this.#isAligned) this.#align(sequence);
    if (sequence > this.#sequence) this.#await(sequence);
    else if (this.#awaited === null) this.#heardAtMs = this.now();
    return !this.#isRewound(sequence);
  }

  /** What the first heartbeat knows of may have been published before we listened: only what is asked for now has it. */
  #align(sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
    this.#isAligned = true;
    this.#startMs = this.now();
  }

  #await(sequence: number): void {
    this.#awaited ??= { sequence, atMs: this.now() };
    if (this.now() - this.#awaited.atMs < GRACE_MS) return;
    // They won't come any more: whatever they said, everything asked for from now on has it.
    this.#restart(sequence);
    this.#heardAtMs = this.now();
  }

  #isRewound(sequence: number): boolean {
    if (sequence >= (this.#suspected?.sequence ?? this.#sequence)) {
      this.#suspected = null;
      return false;
    }
    this.#suspected ??= { sequence: this.#sequence, atMs: this.now() };
    if (this.now() - this.#suspected.atMs < REWIND_MS) return false;
    this.#restart(sequence);
    return true;
  }

  #restart(sequence: number): void {
    this.#sequence = sequence;
    this.#startMs = this.now();
    this.#awaited = null;
    this.#suspected = null;
  }
}
