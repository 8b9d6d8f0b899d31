import { Injectable } from '@nestjs/common';
import type { EventType } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { FeedWatch } from './feed-watch.js';
import type { FeedPage, FeedQuery } from './feed.dto.js';
import { FeedRepository } from './feed.repository.js';

interface Asked {
  /** Undefined: everything that is kept. */
  after: number | undefined;
  types: readonly EventType[] | null;
  limit: number;
}

/** The replay feed (DESIGN section 6): everything numbered, in order, from wherever the reader was. */
@Injectable()
export class FeedService {
  constructor(
    private readonly feed: FeedRepository,
    private readonly watch: FeedWatch,
  ) {}

  /**
   * Answers at once when there is something to read, or further to look; else waits for it, for `wait` seconds at most, and
   * answers an empty page.
   *
   * @param gone aborted when the client has hung up
   * @throws AppError 410 `events.expired` when events after `after` are no longer kept; 503 `service.overloaded` when too many wait
   */
  async read({ after, limit, types: asked, wait }: FeedQuery, gone: AbortSignal): Promise<FeedPage> {
    const types = asked ?? null;
    const page = await this.readPage({ after, limit, types });
    if (wait === 0 || page.items.length > 0 || page.next_after !== page.latest_sequence) return page;
    const end = await this.watch.wait({ after: page.next_after, types }, wait * 1000, gone);
    return end === 'news' ? this.readPage({ after: page.next_after, limit, types }) : page;
  }

  /**
   * The newest sequence is read before the events, so that none up to it is overlooked, and the oldest after them: what was
   * removed in between was perhaps one of them.
   */
  private async readPage({ after: asked, limit, types }: Asked): Promise<FeedPage> {
    const { oldest, latest } = await this.feed.findBounds();
    const after = asked ?? Math.max(oldest - 1, 0);
    const { items, end } = await this.feed.list({ after, through: latest, types }, limit);
    if (after < latest) await this.requireKept(after);
    return { items, next_after: end, latest_sequence: latest };
  }

  private async requireKept(after: number): Promise<void> {
    const { oldest } = await this.feed.findBounds();
    if (oldest > after + 1) throw new AppError('events.expired', `The oldest event that is kept has the sequence ${oldest}`);
  }
}
