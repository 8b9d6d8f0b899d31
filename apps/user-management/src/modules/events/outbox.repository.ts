import { Injectable } from '@nestjs/common';
import { among } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { OutboxEvent } from '../../platform/database/generated/postgresql/client.js';

/** An event as it is stored. */
export type OutboxRow = OutboxEvent;

/** How far the numbering is, and who may publish. */
export interface RelayState {
  /** Of this database. */
  id: string;
  /** The newest number given, 0 when there is none. */
  sequence: bigint;
  fence: bigint;
  /** Whether somebody holds the lease. */
  isLeased: boolean;
}

/** An event that has no number yet. */
export interface UnnumberedEvent {
  id: string;
  userId: string | null;
  position: bigint;
}

export interface NumberedEvent {
  id: string;
  sequence: number;
  /** Null keeps the one that the event was written with. */
  version: number | null;
}

/** What an event is waiting in the order of: that of writing until it has a number, and then that of the numbers. */
type Place = 'position' | 'sequence';
type Order = Prisma.OutboxEventOrderByWithRelationInput[];
type Waiting<By extends Place> = { id: string; userId: string | null } & Record<By, bigint | null>;
type List<Event> = (where: Prisma.OutboxEventWhereInput, take: number, orderBy: Order) => Promise<Event[]>;

const UNNUMBERED = { sequence: null } as const;
const UNPUBLISHED = { publishedAt: null, parkedAt: null, sequence: { not: null } } as const;
/**
 * The oldest of what waits, by all columns of its index, also the one that is null in all of it: or PostgreSQL reads past
 * everything that was done before, and a long backlog takes the square of its length.
 */
const OLDEST: Record<Place, Order> = {
  position: [{ sequence: 'asc' }, { position: 'asc' }],
  sequence: [{ publishedAt: 'asc' }, { sequence: 'asc' }],
};

/** The outbox as the relay works it off. Whatever it decides, it decides while it has locked the state. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly database: Database) {}

  /** Until the transaction ends nobody else numbers events, or takes or gives back the lease. */
  async lockState(): Promise<RelayState> {
    const [state] = await this.database.client.$queryRaw<(Omit<RelayState, 'isLeased'> & { leased: number | boolean })[]>(
      Prisma.sql`SELECT id, sequence, fence, COALESCE(leased_until > ${this.database.now}, FALSE) AS leased FROM relay_state FOR UPDATE`,
    );
    if (!state) throw new Error('relay_state has no row');
    const { leased, ...rest } = state;
    return { ...rest, isLeased: Boolean(Number(leased)) };
  }

  async saveSequence({ id, sequence }: Pick<RelayState, 'id' | 'sequence'>): Promise<void> {
    await this.database.client.relayState.update({ where: { id }, data: { sequence }, select: { id: true } });
  }

  /** @param leaseMs from now on, by the database's clock; null gives the lease back */
  async saveState({ id, sequence, fence }: Pick<RelayState, 'id' | 'sequence' | 'fence'>, leaseMs: number | null): Promise<void> {
    const until = leaseMs === null ? Prisma.sql`NULL` : this.database.later(leaseMs);
    await this.database.client.$executeRaw(
      Prisma.sql`UPDATE relay_state SET sequence = ${sequence}, fence = ${fence}, leased_until = ${until} WHERE id = ${id}`,
    );
  }

  /** @returns the newest number given, 0 when there is none */
  async lastSequence(): Promise<number> {
    const state = await this.database.client.relayState.findFirst({ select: { sequence: true } });
    return Number(state?.sequence ?? 0);
  }

  /** @returns the newest place in the order of writing, 0 when nothing is written */
  async lastPosition(): Promise<bigint> {
    const last = await this.database.client.outboxEvent.findFirst({ orderBy: { position: 'desc' }, select: { position: true } });
    return last?.position ?? 0n;
  }

  /** @param position where the events that are asked about end; null asks about all */
  async hasUnpublished(position: bigint | null): Promise<boolean> {
    const where = { publishedAt: null, parkedAt: null, ...(position === null ? {} : { position: { lte: position } }) };
    return (await this.database.client.outboxEvent.findFirst({ where, orderBy: OLDEST.sequence, select: { id: true } })) !== null;
  }

  /** @param limit of the oldest; up to half as many that take access away come from further on, with what their users hear first */
  listUnnumbered(limit: number): Promise<UnnumberedEvent[]> {
    const select = { id: true, userId: true, position: true } as const;
    return listWithUrgent('position', limit, (where, take, orderBy) =>
      this.database.client.outboxEvent.findMany({ where: { ...UNNUMBERED, ...where }, orderBy, take, select }),
    );
  }

  /** The same of those that have a number and are to go out. */
  listUnpublished(limit: number): Promise<OutboxRow[]> {
    return listWithUrgent('sequence', limit, (where, take, orderBy) =>
      this.database.client.outboxEvent.findMany({ where: { ...UNPUBLISHED, ...where }, orderBy, take }),
    );
  }

  async numberAll(events: NumberedEvent[]): Promise<void> {
    const ids = events.map(({ id }) => id);
    await this.database.client.$executeRaw(Prisma.sql`
      UPDATE outbox_events SET sequence = CASE id ${cases(events.map(({ id, sequence }) => [id, sequence]))} END,
             version = CASE id ${cases(events.map(({ id, version }) => [id, version]))} ELSE version END
       WHERE ${among(Prisma.sql`id`, ids)}`);
  }

  async markPublished(ids: string[]): Promise<void> {
    await this.database.client.outboxEvent.updateMany({
      where: { id: { in: ids } },
      data: { publishedAt: new Date(), isUrgent: false },
    });
  }

  /** Counts one more attempt at each; those that had `mostAttempts` are given up. @returns the ids of these */
  async countAttempts(ids: string[], mostAttempts: number): Promise<string[]> {
    const { outboxEvent } = this.database.client;
    await outboxEvent.updateMany({ where: { id: { in: ids } }, data: { publishAttempts: { increment: 1 } } });
    const spent = await outboxEvent.findMany({ where: { id: { in: ids }, publishAttempts: { gte: mostAttempts } }, select: { id: true } });
    const parked = spent.map(({ id }) => id);
    await outboxEvent.updateMany({ where: { id: { in: parked } }, data: { parkedAt: new Date(), isUrgent: false } });
    return parked;
  }

  /**
   * Removes events that are out or given up and older than `cutoff`, from the oldest number on.
   *
   * @returns how many were removed, `limit` at most
   */
  async removeOldest(cutoff: Date, limit: number): Promise<number> {
    const { outboxEvent } = this.database.client;
    const select = { sequence: true, occurredAt: true, publishedAt: true, parkedAt: true } as const;
    const oldest = await outboxEvent.findMany({ where: { sequence: { not: null } }, orderBy: { sequence: 'asc' }, take: limit, select });
    const firstKept = oldest.findIndex(({ occurredAt, publishedAt, parkedAt }) => occurredAt >= cutoff || (publishedAt ?? parkedAt) === null);
    const last = (firstKept === -1 ? oldest : oldest.slice(0, firstKept)).at(-1);
    if (!last) return 0;
    return (await outboxEvent.deleteMany({ where: { sequence: { lte: last.sequence ?? 0n } } })).count;
  }

  async countParked(): Promise<number> {
    return this.database.client.outboxEvent.count({ where: { parkedAt: { not: null } } });
  }

  /** @returns when the oldest event that is to go out was written; null when none waits */
  async findOldestWaiting(): Promise<Date | null> {
    const where = { publishedAt: null, parkedAt: null };
    const { _min: oldest } = await this.database.client.outboxEvent.aggregate({ where, _min: { occurredAt: true } });
    return oldest.occurredAt;
  }
}

/** The oldest, and behind them those that take access away from further on, each with what its user has to hear before it. */
async function listWithUrgent<By extends Place, Event extends Waiting<By>>(by: By, limit: number, list: List<Event>): Promise<Event[]> {
  const oldest = await list({}, limit, OLDEST[by]);
  const last = oldest.at(-1)?.[by] ?? null;
  if (oldest.length < limit || last === null) return oldest;
  const order = [{ [by]: 'asc' }];
  const urgent = await list({ isUrgent: true, [by]: { gt: last } }, limit / 2, order);
  const before = await list({ userId: { in: usersOf(urgent) }, [by]: { gt: last, lt: urgent.at(-1)?.[by] ?? last } }, limit / 2, order);
  return [...oldest, ...merge(urgent, before, (event) => event[by] ?? 0n, limit / 2)];
}

function usersOf(events: { userId: string | null }[]): string[] {
  return [...new Set(events.flatMap(({ userId }) => userId ?? []))];
}

/** Cut off at one place in their order, so that no user's event is left out before a later one of theirs. */
function merge<Event extends { id: string }>(some: Event[], others: Event[], placeOf: (event: Event) => bigint, limit: number): Event[] {
  const all = new Map([...some, ...others].map((event) => [event.id, event]));
  return [...all.values()].sort((a, b) => Number(placeOf(a) - placeOf(b))).slice(0, limit);
}

/** Numbers as literals: nothing tells PostgreSQL the type of a parameter behind THEN. */
function cases(values: [id: string, value: number | null][]): Prisma.Sql {
  const branches = values.map(([id, value]) => Prisma.sql`WHEN ${id} THEN ${value === null ? Prisma.sql`version` : Prisma.raw(String(Math.trunc(value)))}`);
  return Prisma.join(branches, ' ');
}
