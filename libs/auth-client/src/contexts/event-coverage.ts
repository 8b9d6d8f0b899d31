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

/** An event that was seen; `id` is null when only its number is known. */
export interface SeenEvent {
  sequence: number;
  id: string | null;
}

/** Events that may have been missed. Whoever has applied them all knows as much as if the connection had never broken. */
export interface EventGap {
  /** The last event before it; its id proves that the feed goes on from the same history. */
  readonly after: number;
  readonly id: string;
  /** Whoever asked later had missed nothing until the gap. */
  readonly sinceMs: number;
  /** The last number that may be missing. Rises while more is missed. */
  through: number;
}

/**
 * Says since when no event can have been missed. Redis pub/sub loses messages without a word, so nothing is covered until
 * a heartbeat shows that the connection is alive and that every event up to its sequence was seen. A new connection covers
 * what is asked for after its first heartbeat, nothing older, until `closeGap` says that what was missed has been applied.
 *
 * A later event may overtake an earlier one of another user. That looks like a loss and is as safe: numbers are given to
 * what is committed, so whoever asks once the later one is here is answered with the change of the earlier one.
 */
export class EventCoverage {
  #isSubscribed = false;
  /** Contexts asked for after this are covered. */
  #startMs = Infinity;
  /** When the newest heartbeat came of which we know that nothing before it is missing. */
  #heardAtMs = -Infinity;
  /** The newest event that was seen, or was there before we listened. */
  #sequence = 0;
  /** Its id; null when only a heartbeat told of it. */
  #id: string | null = null;
  /** Whether `#sequence` holds for this connection. */
  #isAligned = false;
  /** A heartbeat that knows of events that haven't come yet. */
  #awaited: Mark | null = null;
  /** Where we were when a heartbeat knew less than we did. */
  #suspected: Mark | null = null;
  #gap: EventGap | null = null;

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
    // Another object: who reads what an earlier connection missed doesn't know what this one does.
    this.#openGap(this.#sequence);
    if (this.#gap) this.#gap = { ...this.#gap };
    this.#awaited = null;
    this.#heardAtMs = -Infinity;
  }

  disconnected(): void {
    this.#isSubscribed = false;
  }

  /** An event came. A number left out is an event that was lost, or overtaken. */
  event(event: SeenEvent): void {
    if (event.sequence > this.#sequence + 1) this.#startAnew(event.sequence - 1);
    this.#advance(event);
  }

  /** What may have been missed and can be read again; null: nothing, or nothing that can be told from here on. */
  gap(): EventGap | null {
    return this.#isSubscribed && this.#isAligned ? this.#gap : null;
  }

  /**
   * Everything in the gap has been applied: what it had put in doubt is covered again.
   *
   * @param newest the newest event that was numbered when the question was asked that answered it, on this connection; what
   * is numbered later is published later, and so is heard
   * @returns false when more was missed meanwhile
   */
  closeGap(gap: EventGap, newest: SeenEvent): boolean {
    if (gap !== this.gap() || newest.sequence < gap.through) return false;
    this.#startMs = gap.sinceMs;
    this.#gap = null;
    this.#advance(newest);
    return true;
  }

  /** It can't be read: what it put in doubt stays so. */
  giveUp(gap: EventGap): void {
    if (this.#gap === gap) this.#gap = null;
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
    this.#isAligned = true;
    this.#startAnew(Math.max(this.#sequence, sequence));
    this.#advance({ sequence, id: null });
  }

  #await(sequence: number): void {
    this.#awaited ??= { sequence, atMs: this.now() };
    if (this.now() - this.#awaited.atMs < GRACE_MS) return;
    // They won't come any more: whatever they said, everything asked for from now on has it.
    this.#startAnew(sequence);
    this.#awaited = null;
    this.#suspected = null;
    this.#advance({ sequence, id: null });
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

  /** Another history: nothing that is known of the former one goes on in it. */
  #restart(sequence: number): void {
    this.#sequence = sequence;
    this.#id = null;
    this.#startMs = this.now();
    this.#awaited = null;
    this.#suspected = null;
    this.#gap = null;
  }

  /** @param through the last number that may be missing */
  #startAnew(through: number): void {
    this.#openGap(through);
    this.#startMs = this.now();
  }

  #openGap(through: number): void {
    if (this.#gap) this.#gap.through = Math.max(this.#gap.through, through);
    else if (this.#id !== null && this.#startMs < Infinity) {
      this.#gap = { after: this.#sequence, id: this.#id, sinceMs: this.#startMs, through };
    }
  }

  #advance({ sequence, id }: SeenEvent): void {
    if (sequence > this.#sequence) {
      this.#sequence = sequence;
      this.#id = id;
    } else if (sequence === this.#sequence) this.#id ??= id;
    if (this.#awaited === null || this.#sequence < this.#awaited.sequence) return;
    this.#heardAtMs = this.#awaited.atMs;
    this.#awaited = null;
  }
}
