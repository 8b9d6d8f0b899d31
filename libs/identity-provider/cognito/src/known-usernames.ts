import type { AccountRef } from '@sa-platform/identity-provider';

const MOST = 10_000;

/**
 * Usernames by subject, as far as this process has met them. In pools with aliases a subject is looked for in the list,
 * where a new account is missing at first: who made it a moment ago finds it all the same. What is noted here is a hint;
 * whoever follows it compares the subject of what is found.
 */
export class KnownUsernames {
  readonly #names = new Map<string, string>();

  note({ externalId, username }: AccountRef): void {
    if (username === null) return;
    this.#names.delete(externalId);
    this.#names.set(externalId, username);
    const [oldest] = this.#names.keys();
    if (this.#names.size > MOST && oldest !== undefined) this.#names.delete(oldest);
  }

  get(externalId: string): string | null {
    return this.#names.get(externalId) ?? null;
  }
}
