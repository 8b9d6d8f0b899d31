/**
 * Work that a replica looks for on a timer, and at once when somebody knows that there is some; never twice at the same
 * time. The timer keeps no process alive.
 */
export class RecurringWork {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private stopped = false;

  /** @param work all that there is to do now; it never throws, and ends early once `isStopped` */
  constructor(private readonly work: () => Promise<void>) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  /** @param everyMs how often it looks, in milliseconds */
  start(everyMs: number): void {
    this.timer = setInterval(() => this.wake(), everyMs);
    this.timer.unref();
  }

  /** Starts, unless it works already or was stopped. */
  wake(): void {
    if (this.stopped) return;
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
  }

  /** Begins nothing any more, and waits for what it is at. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }
}
