import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from './database-errors.js';
import { dialectOf, type Dialect } from './engine.js';
import type { Connection } from './engines/connection.js';
import { Prisma } from './generated/postgresql/client.js';

const MOST_ATTEMPTS = 5;
const LONGEST_TRANSACTION_MS = 15_000;
const LONGEST_WAIT_FOR_CONNECTION_MS = 5_000;

interface OpenTransaction {
  client: Prisma.TransactionClient;
  /** What goes in right before the commit, by who writes it. */
  gathered: Map<(items: never[]) => Promise<void>, unknown[]>;
  /** By key, so that what is asked for twice happens once. */
  afterCommit: Map<unknown, () => void>;
}

/** Rows of `platform_state` that exist to be locked. */
export type PlatformLock = 'permission_registry' | 'platform_admins' | 'seeders';

/**
 * The one door to the database. Inside `transaction` every repository uses that transaction by itself, so a change and
 * its event commit together or not at all, and nothing waits for the connection it holds.
 */
export class Database {
  readonly dialect: Dialect;
  private readonly current = new AsyncLocalStorage<OpenTransaction>();

  constructor(readonly connection: Connection) {
    this.dialect = dialectOf(connection.engine);
  }

  /** The open transaction's client, or the pool. */
  get client(): Prisma.TransactionClient {
    return this.current.getStore()?.client ?? this.connection.prisma;
  }

  /**
   * Runs `work` in a transaction (READ COMMITTED on every engine); inside another one it joins it. Deadlocks,
   * serialization failures and lock timeouts run it again, up to five times with jitter, so `work` must not have
   * effects outside the database.
   */
  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.current.getStore()) return work();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isRetryable(error)) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /**
   * Runs `effect` once the open transaction has committed; never when it rolls back. Without one: now.
   *
   * @param key effects of one key happen once for each transaction
   */
  afterCommit(effect: () => void, key: unknown = effect): void {
    const open = this.current.getStore();
    if (open) open.afterCommit.set(key, effect);
    else effect();
  }

  /**
   * Hands the items of the open transaction over in one go right before it commits, in the order they came. Locks that
   * `write` takes are the transaction's last, so they are held shortly and nothing waits behind them.
   *
   * @param write the same function for all items that belong together; what it throws undoes the transaction
   */
  async gather<Item>(write: (items: Item[]) => Promise<void>, items: Item[]): Promise<void> {
    const open = this.current.getStore();
    if (!open) return this.transaction(() => this.gather(write, items));
    const gathered = open.gathered.get(write);
    if (gathered) gathered.push(...items);
    else open.gathered.set(write, [...items]);
  }

  /** Holds a named lock until the transaction ends. */
  async lock(name: PlatformLock): Promise<void> {
    await this.client.$queryRaw(Prisma.sql`SELECT name FROM platform_state WHERE name = ${name} FOR UPDATE`);
  }

  /** @throws the driver's error when the database doesn't answer */
  async ping(): Promise<void> {
    await this.connection.prisma.$queryRaw(Prisma.sql`SELECT 1`);
  }

  /** Behind a SELECT: nobody changes its rows until the transaction ends; others may hold them as well. */
  get forShare(): Prisma.Sql {
    // MariaDB knows no FOR SHARE.
    return this.dialect === 'mysql' ? Prisma.sql`LOCK IN SHARE MODE` : Prisma.sql`FOR SHARE`;
  }

  /** The database's own clock in UTC: replicas may disagree about the time, this does not. */
  get now(): Prisma.Sql {
    return this.dialect === 'mysql' ? Prisma.sql`UTC_TIMESTAMP(3)` : Prisma.sql`(now() AT TIME ZONE 'UTC')`;
  }

  /** That many milliseconds after `now`. */
  later(milliseconds: number): Prisma.Sql {
    // A literal both dialects know; neither takes it as a parameter.
    return Prisma.sql`(${this.now} + INTERVAL ${Prisma.raw(`'${(milliseconds / 1000).toFixed(3)}'`)} SECOND)`;
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const open: Omit<OpenTransaction, 'client'> = { gathered: new Map(), afterCommit: new Map() };
    const result = await this.connection.prisma.$transaction(
      (client) => this.current.run({ ...open, client }, () => this.complete(work, open)),
      { timeout: LONGEST_TRANSACTION_MS, maxWait: LONGEST_WAIT_FOR_CONNECTION_MS },
    );
    for (const effect of open.afterCommit.values()) effect();
    return result;
  }

  private async complete<Result>(work: () => Promise<Result>, { gathered }: Pick<OpenTransaction, 'gathered'>): Promise<Result> {
    const result = await work();
    for (const [write, items] of gathered) await write(items as never[]);
    return result;
  }
}
