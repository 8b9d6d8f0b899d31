import { userNotFound } from './cognito-error.js';
import type { PoolOptions } from './fake-cognito-options.js';

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'EXTERNAL_PROVIDER' | 'RESET_REQUIRED' | 'FORCE_CHANGE_PASSWORD';

/** An account of the pool. */
export interface PoolUser {
  username: string;
  sub: string;
  attributes: Map<string, string>;
  password: string | null;
  /** Epoch in milliseconds. */
  passwordSetAt: number;
  status: UserStatus;
  enabled: boolean;
  groups: Set<string>;
  createdAt: number;
  modifiedAt: number;
  /** When all tokens given out before were revoked; epoch in milliseconds. */
  signedOutAt: number | null;
}

interface Version {
  at: number;
  user: PoolUser | null;
}

/** The accounts of a pool, found by every name that the pool's sign-in mode allows, and listed as they were a while ago. */
export class PoolUsers {
  readonly #options: PoolOptions;
  readonly #now: () => number;
  readonly #users = new Map<string, PoolUser>();
  readonly #byEmail = new Map<string, Set<PoolUser>>();
  readonly #emails = new Map<PoolUser, string>();
  readonly #staleAliases = new Map<string, PoolUser>();
  readonly #versions = new Map<string, Version[]>();
  /** What `listed` answers until something changes; without a lag only. */
  #listed: PoolUser[] | null = null;

  constructor(options: PoolOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  get size(): number {
    return this.#users.size;
  }

  all(): PoolUser[] {
    return [...this.#users.values()];
  }

  /** By Username or any other name that an administrative call may use. */
  find(name: string): PoolUser | null {
    const key = this.fold(name);
    const user = this.#users.get(key) ?? this.#byAlias(key);
    if (user || !this.#options.takesSubAsUsername) return user;
    return this.all().find(({ sub }) => sub === name) ?? null;
  }

  get(name: string): PoolUser {
    const user = this.find(name);
    if (!user) throw userNotFound();
    return user;
  }

  /** Everybody with this e-mail, verified or not. */
  withEmail(email: string): PoolUser[] {
    return [...this.#byEmail.get(this.fold(email)) ?? []];
  }

  add(user: PoolUser): PoolUser {
    this.#users.set(this.fold(user.username), user);
    this.saved(user);
    return user;
  }

  /** Has to follow every change of an account. */
  saved(user: PoolUser): void {
    user.modifiedAt = this.#now();
    this.#index(user, user.attributes.get('email'));
    this.#remember(user.sub, { ...user, attributes: new Map(user.attributes), groups: new Set(user.groups) });
  }

  delete(user: PoolUser): void {
    this.#users.delete(this.fold(user.username));
    this.#index(user, undefined);
    for (const [alias, owner] of this.#staleAliases) if (owner === user) this.#staleAliases.delete(alias);
    this.#remember(user.sub, null);
  }

  /** The accounts as `ListUsers` sees them now, in the order of their `sub`, which is nobody's. */
  listed(): PoolUser[] {
    if (this.#listed && this.#options.listLagMs === 0) return this.#listed;
    const until = this.#now() - this.#options.listLagMs;
    const seen = [...this.#versions.values()].map((versions) => versions.findLast(({ at }) => at <= until)?.user ?? null);
    this.#listed = seen.filter((user) => user !== null).sort((a, b) => (a.sub < b.sub ? -1 : 1));
    return this.#listed;
  }

  /** How the pool compares names. */
  fold(name: string): string {
    return this.#options.caseSensitive ? name : name.toLowerCase();
  }

  #byAlias(key: string): PoolUser | null {
    const { signInMode } = this.#options;
    if (signInMode === 'username') return null;
    const owners = [...this.#byEmail.get(key) ?? []].filter(({ status }) => status !== 'EXTERNAL_PROVIDER');
    const named = owners.filter((user) => signInMode === 'email' || user.attributes.get('email_verified') === 'true');
    return named[0] ?? this.#staleAliases.get(key) ?? null;
  }

  #index(user: PoolUser, email: string | undefined): void {
    const before = this.#emails.get(user);
    const after = email === undefined ? undefined : this.fold(email);
    if (before === after) return;
    if (before !== undefined) this.#byEmail.get(before)?.delete(user);
    if (before !== undefined && this.#options.keepsStaleAliases) this.#staleAliases.set(before, user);
    this.#emails.delete(user);
    if (after === undefined) return;
    this.#emails.set(user, after);
    this.#byEmail.set(after, (this.#byEmail.get(after) ?? new Set<PoolUser>()).add(user));
  }

  #remember(sub: string, user: PoolUser | null): void {
    this.#listed = null;
    const versions = this.#options.listLagMs > 0 ? this.#versions.get(sub) ?? [] : [];
    this.#versions.set(sub, [...versions, { at: this.#now(), user }]);
    if (user === null && this.#options.listLagMs === 0) this.#versions.delete(sub);
  }
}
