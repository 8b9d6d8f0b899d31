import type { ForcedChange } from './account-directory.js';

const MAX_PENDING = 10_000;

/**
 * Sign-ins that wait for a new password, by their interaction. In this process only, as the interactions are, and bounded:
 * the oldest give way and have to sign in again.
 */
export class PendingChanges {
  readonly #changes = new Map<string, ForcedChange>();

  remember(uid: string, change: ForcedChange): void {
    this.#changes.delete(uid);
    this.#changes.set(uid, change);
    const [oldest] = this.#changes.keys();
    if (this.#changes.size > MAX_PENDING && oldest !== undefined) this.#changes.delete(oldest);
  }

  find(uid: string): ForcedChange | null {
    return this.#changes.get(uid) ?? null;
  }

  forget(uid: string): void {
    this.#changes.delete(uid);
  }
}
