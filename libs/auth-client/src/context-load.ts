import type { HeldContext } from './context-cache.js';

/**
 * One load of a context on its way. It collects the invalidations that arrive meanwhile: an answer that may have been
 * made before one of them must not be used (DESIGN 10, Logto #9428). Whose load it is shows only in the answer, so all
 * user ids are kept.
 */
export class ContextLoad {
  readonly #invalidated = new Set<string>();
  #isAllInvalidated = false;

  constructor(
    /** The token it is made with: its refusal says nothing about other tokens of the same user. */
    readonly token: string,
    run: (load: ContextLoad) => Promise<HeldContext>,
  ) {
    this.result = run(this);
  }

  readonly result: Promise<HeldContext>;

  /** Called before each attempt: what was invalidated earlier is in its answer. */
  begin(): void {
    this.#invalidated.clear();
    this.#isAllInvalidated = false;
  }

  invalidate(userId: string | null): void {
    if (userId === null) this.#isAllInvalidated = true;
    else this.#invalidated.add(userId);
  }

  isStale(held: HeldContext): boolean {
    return this.#isAllInvalidated || this.#invalidated.has(held.context.user_id);
  }
}
