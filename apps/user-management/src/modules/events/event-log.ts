import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@sa-platform/contracts';
import { FeedRepository } from './feed.repository.js';

/** A piece of the log, and the number up to which nothing else of the types is in it. */
export interface LogPiece {
  events: EventEnvelope[];
  through: number;
}

/** The numbered events by their numbers, whether they went to a broker or not: what the feed answers, for other modules. */
@Injectable()
export class EventLog {
  constructor(private readonly feed: FeedRepository) {}

  /** @returns the newest number given; 0 before the first */
  async newest(): Promise<number> {
    return (await this.feed.findBounds()).latest;
  }

  /** @returns the oldest number that is kept; the next to come when none is */
  async oldest(): Promise<number> {
    return (await this.feed.findBounds()).oldest;
  }

  /** @param id of a numbered event that is kept */
  async find(id: string): Promise<EventEnvelope | null> {
    return this.feed.find(id);
  }

  /**
   * Reads on behind a number. What is asked for may end far ahead: `through` moves also where no event is of the types.
   *
   * @param types null for every type
   * @param limit of the events
   */
  async readAfter(sequence: number, types: readonly string[] | null, limit: number): Promise<LogPiece> {
    const { items, end } = await this.feed.list({ after: sequence, through: await this.newest(), types }, limit);
    return { events: items, through: end };
  }
}
