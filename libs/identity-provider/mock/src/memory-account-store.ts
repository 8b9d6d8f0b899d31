import type { AccountChanges, AccountCondition, LinkKind, MockAccount, MockAccountStore } from './mock-account.js';

/**
 * Accounts in the process, for tests: gone when it ends, unseen by other replicas.
 *
 * @example
 * const idp = await createMockIdentityProvider({ ...options, accounts: new MemoryAccountStore() });
 */
export class MemoryAccountStore implements MockAccountStore {
  readonly #accounts = new Map<string, MockAccount>();

  insert(account: MockAccount): Promise<boolean> {
    const isTaken = this.#accounts.has(account.subject)
      || this.#some((other) => other.emailCanonical === account.emailCanonical)
      || (account.userId !== null && this.#some((other) => other.userId === account.userId));
    if (!isTaken) this.#accounts.set(account.subject, structuredClone(account));
    return Promise.resolve(!isTaken);
  }

  find(subject: string): Promise<MockAccount | null> {
    return Promise.resolve(this.#first((account) => account.subject === subject));
  }

  findByEmail(emailCanonical: string): Promise<MockAccount | null> {
    return Promise.resolve(this.#first((account) => account.emailCanonical === emailCanonical));
  }

  findByUserId(userId: string): Promise<MockAccount | null> {
    return Promise.resolve(this.#first((account) => account.userId === userId));
  }

  findByLink(kind: LinkKind, tokenHash: string): Promise<MockAccount | null> {
    return Promise.resolve(this.#first((account) =>
      (kind === 'reset' ? account.resetTokenHash : account.verifyTokenHash) === tokenHash));
  }

  update(subject: string, changes: AccountChanges, still: AccountCondition = {}): Promise<boolean> {
    const account = this.#accounts.get(subject);
    const isTaken = changes.emailCanonical !== undefined
      && this.#some((other) => other.emailCanonical === changes.emailCanonical && other.subject !== subject);
    if (!account || isTaken || !holds(account, still)) return Promise.resolve(false);
    this.#accounts.set(subject, structuredClone({ ...account, ...changes, subject }));
    return Promise.resolve(true);
  }

  delete(subject: string): Promise<void> {
    this.#accounts.delete(subject);
    return Promise.resolve();
  }

  list(after: string | null, limit: number): Promise<MockAccount[]> {
    const page = [...this.#accounts.values()]
      .filter((account) => after === null || account.subject > after)
      .sort((one, other) => (one.subject < other.subject ? -1 : 1))
      .slice(0, limit);
    return Promise.resolve(structuredClone(page));
  }

  #some(matches: (account: MockAccount) => boolean): boolean {
    return [...this.#accounts.values()].some(matches);
  }

  #first(matches: (account: MockAccount) => boolean): MockAccount | null {
    const account = [...this.#accounts.values()].find(matches);
    return account ? structuredClone(account) : null;
  }
}

function holds(account: MockAccount, still: AccountCondition): boolean {
  return Object.entries(still).every(([name, value]) => account[name as keyof AccountCondition] === value);
}
