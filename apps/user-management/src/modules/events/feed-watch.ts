import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { Shutdown } from '../../platform/shutdown/shutdown.js';
import { FeedRepository, type FeedNews } from './feed.repository.js';

const POLL_MS = 200;
/** A waiter costs a socket and a timer; beyond these, a client asks again in a second. */
export const MOST_WAITERS = 1_000;

/** What somebody waits for: an event above a sequence, of these types. */
export interface FeedWish {
  after: number;
  /** Null: of any type. */
  types: readonly string[] | null;
}

/** Why the waiting ended; `over`: the time is, or the client is gone, or this replica stops. */
export type FeedWaitEnd = 'news' | 'over';

interface Waiter extends FeedWish {
  end: (why: FeedWaitEnd) => void;
}

/**
 * Everybody of this replica who waits for an event. While somebody does, it looks every 200 ms what is new, once for all of
 * them, since any replica may have numbered it; at once after this process has numbered some.
 */
@Injectable()
export class FeedWatch implements OnModuleDestroy {
  private readonly logger = new Logger(FeedWatch.name);
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  /** Everything up to here was told. */
  private seen = 0;

  constructor(
    private readonly feed: FeedRepository,
    private readonly shutdown: Shutdown,
  ) {
    shutdown.signal.addEventListener('abort', () => this.endAll(), { once: true });
  }

  /** How many wait now. */
  get waiting(): number {
    return this.waiters.size;
  }

  /**
   * @param longestMs how long at most, in milliseconds
   * @param gone aborted when nobody wants to know any more
   * @throws AppError 503 `service.overloaded` when too many wait already
   */
  async wait(wish: FeedWish, longestMs: number, gone: AbortSignal): Promise<FeedWaitEnd> {
    if (this.shutdown.isShuttingDown || gone.aborted) return 'over';
    if (this.waiters.size >= MOST_WAITERS) throw new AppError('service.overloaded');
    return new Promise((resolve) => {
      const leave = () => waiter.end('over');
      const timeout = setTimeout(leave, longestMs);
      const waiter: Waiter = {
        ...wish,
        end: (why) => {
          clearTimeout(timeout);
          gone.removeEventListener('abort', leave);
          this.waiters.delete(waiter);
          resolve(why);
        },
      };
      gone.addEventListener('abort', leave, { once: true });
      this.add(waiter);
    });
  }

  /** Looks now: this process has numbered events. */
  wake(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.look();
  }

  /** Wakes whoever waits for one of these. */
  private tell(news: readonly FeedNews[]): void {
    for (const waiter of [...this.waiters]) {
      if (news.some((each) => isWished(each, waiter))) waiter.end('news');
    }
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.endAll();
    await this.looking;
  }

  private endAll(): void {
    for (const waiter of [...this.waiters]) waiter.end('over');
  }

  /** What was told while the waiter read its page is looked at once more. */
  private add(waiter: Waiter): void {
    this.seen = this.waiters.size === 0 ? waiter.after : Math.min(this.seen, waiter.after);
    this.waiters.add(waiter);
    if (this.looking === null && this.timer === null) this.look();
  }

  private look(): void {
    this.timer = null;
    this.looking = this.tellNews().finally(() => {
      this.looking = null;
      if (this.waiters.size === 0) return;
      this.timer = setTimeout(() => this.look(), POLL_MS);
      this.timer.unref();
    });
  }

  private async tellNews(): Promise<void> {
    const from = this.seen;
    try {
      const news = await this.feed.listNews(from);
      // Somebody who came meanwhile may have begun further back.
      if (this.seen === from) this.seen = Math.max(from, ...news.map(({ sequence }) => sequence));
      this.tell(news);
    } catch (error) {
      this.logger.debug(`waiters of the feed wait on: ${errorNameAndCode(error)}`);
    }
  }
}

function isWished({ sequence, type }: FeedNews, { after, types }: FeedWish): boolean {
  return sequence > after && (types === null || types.includes(type));
}
