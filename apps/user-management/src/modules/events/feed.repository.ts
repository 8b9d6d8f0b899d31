import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { readEnvelope } from './to-envelope.js';

/** Types that hardly ever occur are looked for among so many sequences at a time: a statement stays short. */
const SEARCHED_AT_ONCE = 10_000;

/** From the first sequence that is kept to the newest given; where nothing is kept the first is the next to come. */
export interface FeedBounds {
  oldest: number;
  latest: number;
}

/** Which part of the feed: sequences above `after`, up to `through`. */
export interface FeedRange {
  after: number;
  through: number;
  /** Null: all. */
  types: readonly string[] | null;
}

/** The newest event of a type. */
export interface FeedNews {
  type: string;
  sequence: number;
}

/** Reads what the relay has numbered, published or not. Every question goes along the index of sequences. */
@Injectable()
export class FeedRepository {
  constructor(private readonly database: Database) {}

  async findBounds(): Promise<FeedBounds> {
    const [row] = await this.database.client.$queryRaw<{ oldest: bigint | null; latest: bigint | null }[]>(
      Prisma.sql`SELECT (SELECT MIN(sequence) FROM outbox_events) AS oldest, sequence AS latest FROM relay_state`,
    );
    const latest = Number(row?.latest ?? 0);
    return { oldest: Number(row?.oldest ?? latest + 1), latest };
  }

  /**
   * @returns up to `limit` events, and the sequence that this is all up to, which for certain types may end before `through`;
   * what can't be read is left out, as the relay does
   */
  async list({ after, through: last, types }: FeedRange, limit: number): Promise<{ items: EventEnvelope[]; end: number }> {
    if (last <= after) return { items: [], end: after };
    const through = types === null ? last : Math.min(last, after + SEARCHED_AT_ONCE);
    const rows = await this.database.client.outboxEvent.findMany({
      where: { sequence: { gt: after, lte: through }, ...(types === null ? {} : { type: { in: [...types] } }) },
      orderBy: { sequence: 'asc' },
      take: limit,
    });
    const isCut = rows.length === limit;
    return { items: rows.flatMap((row) => readEnvelope(row) ?? []), end: isCut ? Number(rows.at(-1)?.sequence) : through };
  }

  /** @param id of an event that has its number */
  async find(id: string): Promise<EventEnvelope | null> {
    const row = await this.database.client.outboxEvent.findFirst({ where: { id, sequence: { not: null } } });
    return row && readEnvelope(row);
  }

  /** @returns the newest of each type that has one above this sequence */
  async listNews(after: number): Promise<FeedNews[]> {
    const rows = await this.database.client.$queryRaw<{ type: string; sequence: bigint }[]>(
      Prisma.sql`SELECT type, MAX(sequence) AS sequence FROM outbox_events WHERE sequence > ${after} GROUP BY type`,
    );
    return rows.map(({ type, sequence }) => ({ type, sequence: Number(sequence) }));
  }
}
