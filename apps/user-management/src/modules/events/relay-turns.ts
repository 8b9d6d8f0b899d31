import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ContextService } from '../context/context.service.js';
import type { Fence } from './event-publisher.js';
import { FeedWatch } from './feed-watch.js';
import { OutboxRepository, type OutboxRow, type RelayState } from './outbox.repository.js';

const BATCH = 200;
/** Longer than the broker may take for a batch, so that whoever is slow is rarely overtaken. */
export const LEASE_MS = 3_000;
const MOST_ATTEMPTS = 5;

/** What one holder of the lease is to publish, and under which fence. */
export interface Turn {
  fence: Fence;
  events: OutboxRow[];
}

/** What became of a turn's events; those in neither list are still to go out. */
export interface Outcome {
  published: string[];
  /** The broker took others, but not these. */
  refused: string[];
}

/** What the relay does in the database, each in one short transaction under the lock of the relay's state. */
@Injectable()
export class RelayTurns {
  constructor(
    private readonly database: Database,
    private readonly outbox: OutboxRepository,
    private readonly contexts: ContextService,
    private readonly watch: FeedWatch,
  ) {}

  /**
   * Numbers what is committed, and takes the lease when somebody has to publish.
   *
   * @param seenFence a fence that the broker has seen: the next one is higher, also in a database that was restored
   * @returns null when nothing is to go out, or somebody else holds the lease: they look again before they give it back
   */
  async begin(seenFence = 0): Promise<Turn | null> {
    return this.database.transaction(async () => {
      const state = await this.outbox.lockState();
      const sequence = await this.number(state);
      if (!state.isLeased) return this.publishNext({ ...state, sequence, fence: BigInt(Math.max(Number(state.fence), seenFence) + 1) });
      if (sequence > state.sequence) await this.outbox.saveSequence({ ...state, sequence });
      return null;
    });
  }

  /**
   * Writes down what became of a turn and goes on with the next one; gives the lease back when there is none.
   *
   * @returns null when nothing is left, or somebody else has taken over: then nothing is written, and they publish again
   * what was published already
   */
  async goOn({ fence }: Turn, { published, refused }: Outcome): Promise<{ next: Turn | null; parked: string[] }> {
    return this.database.transaction(async () => {
      const state = await this.outbox.lockState();
      if (Number(state.fence) !== fence.value) return { next: null, parked: [] };
      if (published.length > 0) await this.outbox.markPublished(published);
      const parked = refused.length > 0 ? await this.outbox.countAttempts(refused, MOST_ATTEMPTS) : [];
      return { next: await this.publishNext({ ...state, sequence: await this.number(state) }), parked };
    });
  }

  /** Gives the lease back, with what was published, so that any replica can go on at once. */
  async end({ fence }: Turn, published: string[] = []): Promise<void> {
    await this.database.transaction(async () => {
      const state = await this.outbox.lockState();
      if (Number(state.fence) !== fence.value) return;
      if (published.length > 0) await this.outbox.markPublished(published);
      await this.outbox.saveState(state, null);
    });
  }

  /** @returns whether there may be more to number */
  async numberMore(): Promise<boolean> {
    if ((await this.outbox.listUnnumbered(1)).length === 0) return false;
    return this.database.transaction(async () => {
      const state = await this.outbox.lockState();
      const sequence = await this.number(state);
      if (sequence > state.sequence) await this.outbox.saveSequence({ ...state, sequence });
      return sequence > state.sequence;
    });
  }

  /** Whether anything waits that nobody gave up. */
  async hasWork(): Promise<boolean> {
    return (await this.outbox.listUnnumbered(1)).length > 0 || (await this.outbox.hasUnpublished(null));
  }

  private async publishNext(state: RelayState): Promise<Turn | null> {
    const events = await this.outbox.listUnpublished(BATCH);
    await this.outbox.saveState(state, events.length === 0 ? null : LEASE_MS);
    return events.length === 0 ? null : { fence: { id: state.id, value: Number(state.fence) }, events };
  }

  /**
   * The version is read after the change committed: a context without the change always has a smaller one.
   *
   * @returns the newest number now
   */
  private async number({ sequence }: RelayState): Promise<bigint> {
    const events = await this.outbox.listUnnumbered(BATCH);
    if (events.length === 0) return sequence;
    const userIds = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
    const versions = await this.contexts.listVersions(userIds);
    await this.outbox.numberAll(
      events.map(({ id, userId }, index) => ({
        id,
        sequence: Number(sequence) + index + 1,
        version: userId === null ? null : (versions.get(userId) ?? null),
      })),
    );
    this.database.afterCommit(() => this.watch.wake(), this.watch);
    return sequence + BigInt(events.length);
  }
}
