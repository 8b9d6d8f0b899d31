import type { UserContext } from '@sa-platform/contracts';
import type { Invalidation } from './invalidation.js';
import type { HeldContext } from './context-cache.js';

/** What is known of one session. */
interface KnownSession {
  readonly userId: string;
  /** Our id of whoever acts as the user: what becomes of them may end it. */
  readonly actorId: string;
  held: HeldContext | null;
  /** A smaller version lacks a change that an event told of. */
  leastVersion: number;
}

/** There are a handful at a time; with more, those left out are asked about each time. */
const MOST_SESSIONS = 1_000;

/**
 * Contexts of users as whom somebody acts, by session: what is held for the user in person says nothing about a session,
 * which can end while the user stays. Bounded: the session renewed longest ago makes room.
 */
export class ImpersonatedContexts {
  readonly #sessions = new Map<string, KnownSession>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = Math.min(maxEntries, MOST_SESSIONS);
  }

  /** @param key of the session */
  find(key: string): HeldContext | null {
    return this.#sessions.get(key)?.held ?? null;
  }

  /** True when a newer version of the user's context was seen in this session or told of. */
  isOutdated(key: string, { version }: UserContext): boolean {
    const session = this.#sessions.get(key);
    return session !== undefined && version < Math.max(session.leastVersion, session.held?.context.version ?? 0);
  }

  /** @param actorId our id of whoever acts as the user */
  put(key: string, actorId: string, held: HeldContext): void {
    const leastVersion = this.#sessions.get(key)?.leastVersion ?? 0;
    this.#sessions.delete(key);
    this.#sessions.set(key, { userId: held.context.user_id, actorId, held, leastVersion });
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size > this.#maxEntries) this.#sessions.delete(oldest);
  }

  /** Forgets what may be done in the session, but not what events told. */
  forget(key: string): void {
    const session = this.#sessions.get(key);
    if (session) session.held = null;
  }

  invalidate(invalidation: Invalidation): void {
    for (const session of this.#sessions.values()) invalidateSession(session, invalidation);
  }

  clear(): void {
    this.#sessions.clear();
  }
}

function invalidateSession(session: KnownSession, invalidation: Invalidation): void {
  const { userId, actorId, held } = session;
  if (invalidation.userId === userId) session.leastVersion = Math.max(session.leastVersion, invalidation.version ?? 0);
  const isConcerned = held && (invalidation.userId === actorId || invalidation.affects(held.context));
  if (isConcerned) session.held = { ...held, askedAtMs: -Infinity };
}
