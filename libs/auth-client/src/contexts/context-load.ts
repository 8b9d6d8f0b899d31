import type { UserContext } from '@sa-platform/contracts';
import type { Invalidation } from './invalidation.js';

/**
 * One question to the service on its way. It collects the invalidations that arrive meanwhile: an answer that may have
 * been made before one of them must not be used (DESIGN 10, Logto #9428). Whose context it is shows only in the answer, so
 * those of all users are kept.
 */
export class ContextLoad {
  #invalidations: Invalidation[] = [];

  /** @param actorId our id of whoever acts as the user: what becomes of them concerns the answer as well; null: nobody */
  constructor(private readonly actorId: string | null) {}

  /** Called before each attempt: what was invalidated earlier is in its answer. */
  begin(): void {
    this.#invalidations = [];
  }

  add(invalidation: Invalidation): void {
    this.#invalidations.push(invalidation);
  }

  isStale(context: UserContext): boolean {
    return this.#invalidations.some((invalidation) => this.#isAboutActor(invalidation) || invalidation.affects(context));
  }

  #isAboutActor({ userId }: Invalidation): boolean {
    return this.actorId !== null && userId === this.actorId;
  }
}
