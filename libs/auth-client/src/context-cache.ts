import type { UserContext } from '@sa-platform/contracts';

/** A context as the service answered it. */
export interface HeldContext {
  context: UserContext;
  etag: string | null;
  /** When it was asked for, in milliseconds since 1970: its content may be that old. */
  askedAtMs: number;
}

/** Contexts by the subject of the token, bounded; the one renewed longest ago makes room. */
export class ContextCache {
  readonly #held = new Map<string, HeldContext>();

  constructor(private readonly maxEntries: number) {}

  get(subject: string): HeldContext | null {
    return this.#held.get(subject) ?? null;
  }

  set(subject: string, held: HeldContext): void {
    this.#held.delete(subject);
    this.#held.set(subject, held);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.maxEntries) return;
      this.#held.delete(oldest);
    }
  }

  delete(subject: string): void {
    this.#held.delete(subject);
  }

  /** @param userId our id of the user; null drops everything */
  drop(userId: string | null): void {
    if (userId === null) { this.#held.clear(); return; }
    for (const [subject, { context }] of this.#held) {
      if (context.user_id === userId) this.#held.delete(subject);
    }
  }
}
