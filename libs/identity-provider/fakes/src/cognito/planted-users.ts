import { randomUUID } from 'node:crypto';
import { withChanges } from './attribute-rules.js';
import type { Pool } from './pool.js';
import type { PoolUser } from './pool-users.js';

/** An account that a test plants: somebody at the console, an import, a federated sign-in. */
export interface SeededUser {
  email: string;
  emailVerified?: boolean;
  /** Only where the pool lets callers choose it; a federated user has one everywhere. */
  username?: string;
  attributes?: Record<string, string>;
  password?: string;
  status?: PoolUser['status'];
  enabled?: boolean;
  groups?: string[];
}

/** The pool's accounts as a test sees and changes them, past every rule of the API. */
export class PlantedUsers {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  list(): PoolUser[] {
    return this.#pool.users.all();
  }

  /** By Username, `sub` or e-mail. */
  find(name: string): PoolUser | null {
    const { users } = this.#pool;
    return users.find(name) ?? users.withEmail(name)[0] ?? users.all().find(({ sub }) => sub === name) ?? null;
  }

  get(name: string): PoolUser {
    const user = this.find(name);
    if (!user) throw new Error('the fake has no such account');
    return user;
  }

  seed(seeded: SeededUser): PoolUser {
    const sub = randomUUID();
    const now = this.#pool.now();
    const attributes = new Map([
      ['email', seeded.email],
      ['email_verified', String(seeded.emailVerified ?? true)],
      ...Object.entries(seeded.attributes ?? {}),
    ]);
    return this.#pool.users.add({
      username: seeded.username ?? sub,
      sub, attributes,
      password: seeded.password ?? null,
      passwordSetAt: now,
      status: seeded.status ?? 'CONFIRMED',
      enabled: seeded.enabled ?? true,
      groups: new Set(seeded.groups ?? []),
      createdAt: now,
      modifiedAt: now,
      signedOutAt: null,
    });
  }

  /** Changes attributes; an empty value deletes one. */
  update(name: string, attributes: Record<string, string>): void {
    const user = this.get(name);
    user.attributes = withChanges(user.attributes, new Map(Object.entries(attributes)));
    this.#pool.users.saved(user);
  }

  disable(name: string): void {
    this.#set(name, { enabled: false });
  }

  enable(name: string): void {
    this.#set(name, { enabled: true });
  }

  /** As after a first sign-in with a temporary password. */
  confirm(name: string, password: string): void {
    this.#set(name, { status: 'CONFIRMED', password });
  }

  delete(name: string): void {
    this.#pool.users.delete(this.get(name));
  }

  #set(name: string, changes: Partial<PoolUser>): void {
    this.#pool.users.saved(Object.assign(this.get(name), changes));
  }
}
