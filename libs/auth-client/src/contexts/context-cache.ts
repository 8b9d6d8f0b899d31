import type { UserContext } from '@sa-platform/contracts';
import type { Invalidation } from './invalidation.js';

/** A context as the service answered it. */
export interface HeldContext {
  readonly context: UserContext;
  readonly etag: string | null;
  /** When it was asked for: its content may be that old. -Infinity once it was invalidated. */
  readonly askedAtMs: number;
}

/** What is known of one user. */
interface KnownUser {
  /** `sub` of the tokens that were seen to be theirs; null when they were only asked for by id. */
  subject: string | null;
  held: HeldContext | null;
  /** A smaller version lacks a change that an event told of. */
  leastVersion: number;
}

/**
 * Contexts by user, found by our id or by the subject of the user's tokens; bounded: the user renewed longest ago makes
 * room. An invalidated context stays for its ETag and its version, and is never fresh again.
 */
export class ContextCache {
  readonly #users = new Map<string, KnownUser>();
  readonly #userIds = new Map<string, string>();

  constructor(private readonly maxEntries: number) {}

  findBySubject(subject: string): HeldContext | null {
    const userId = this.#userIds.get(subject);
    return userId === undefined ? null : this.findByUserId(userId);
  }

  findByUserId(userId: string): HeldContext | null {
    return this.#users.get(userId)?.held ?? null;
  }

  /** True when a newer version of this user's context was seen or told of. */
  isOutdated({ user_id: userId, version }: UserContext): boolean {
    const user = this.#users.get(userId);
    return user !== undefined && version < Math.max(user.leastVersion, user.held?.context.version ?? 0);
  }

  /** @param subject null when it wasn't asked for with the user's own token */
  put(subject: string | null, held: HeldContext): void {
    const userId = held.context.user_id;
    const known = this.#users.get(userId);
    if (known && subject !== null) this.#unlink(userId, known);
    this.#users.delete(userId);
    this.#users.set(userId, {
      subject: subject ?? known?.subject ?? null,
      held,
      leastVersion: known?.leastVersion ?? 0,
    });
    if (subject !== null) this.#userIds.set(subject, userId);
    this.#makeRoom();
  }

  /** Forgets what these tokens' user may do, but not what events told. */
  forgetSubject(subject: string): void {
    const userId = this.#userIds.get(subject);
    if (userId !== undefined) this.forgetUser(userId);
  }

  forgetUser(userId: string): void {
    const user = this.#users.get(userId);
    if (user) user.held = null;
  }

  invalidate(invalidation: Invalidation): void {
    const { userId } = invalidation;
    if (userId === null) {
      for (const user of this.#users.values()) invalidateHeld(user, invalidation);
      return;
    }
    const user = this.#users.get(userId);
    if (!user) return;
    user.leastVersion = Math.max(user.leastVersion, invalidation.version ?? 0);
    invalidateHeld(user, invalidation);
  }

  clear(): void {
    this.#users.clear();
    this.#userIds.clear();
  }

  #makeRoom(): void {
    for (const [userId, user] of this.#users) {
      if (this.#users.size <= this.maxEntries) return;
      this.#users.delete(userId);
      this.#unlink(userId, user);
    }
  }

  #unlink(userId: string, { subject }: KnownUser): void {
    if (subject !== null && this.#userIds.get(subject) === userId) this.#userIds.delete(subject);
  }
}

function invalidateHeld(user: KnownUser, invalidation: Invalidation): void {
  if (user.held && invalidation.affects(user.held.context)) user.held = { ...user.held, askedAtMs: -Infinity };
}
