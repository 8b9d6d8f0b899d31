import { randomUUID } from 'node:crypto';

/** An account as the tenant keeps it; `password` never leaves. Times are ISO 8601. */
export interface Auth0Account {
  user_id: string;
  connection: string;
  email: string;
  email_verified: boolean;
  name: string;
  password: string | null;
  blocked: boolean;
  user_metadata: Record<string, unknown>;
  app_metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
  /** Missing until the password is changed for the first time. */
  last_password_reset?: string;
  logins_count: number;
  /** Open sessions and refresh tokens, in numbers. */
  sessions: number;
  refresh_tokens: number;
}

/** What a test plants; everything left out is as for an account that somebody made in the console. */
export type SeedAuth0Account = Partial<Auth0Account> & { email: string };

interface IndexEntry {
  at: number;
  userId: string;
  account: Auth0Account | null;
}

/** The accounts of a tenant: read after write by id and e-mail, late in the search index. */
export class Auth0Users {
  readonly #accounts = new Map<string, Auth0Account>();
  readonly #index = new Map<string, Auth0Account>();
  readonly #notIndexed: IndexEntry[] = [];

  constructor(
    private readonly connection: string,
    private readonly now: () => number,
  ) {}

  list(): Auth0Account[] {
    return structuredClone([...this.#accounts.values()]);
  }

  get(userId: string): Auth0Account | null {
    return structuredClone(this.#accounts.get(userId) ?? null);
  }

  /** Byte by byte, as the API compares. */
  findByEmail(email: string): Auth0Account[] {
    return structuredClone([...this.#accounts.values()].filter((account) => account.email === email));
  }

  /** Accounts as the search knows them, this far behind. */
  search(lagMs: number): Auth0Account[] {
    while (this.#notIndexed[0] && this.#notIndexed[0].at + lagMs <= this.now()) {
      const entry = this.#notIndexed.shift();
      if (entry?.account) this.#index.set(entry.userId, entry.account);
      else if (entry) this.#index.delete(entry.userId);
    }
    return [...this.#index.values()];
  }

  put(account: Auth0Account): void {
    const kept = structuredClone(account);
    this.#accounts.set(kept.user_id, kept);
    this.#notIndexed.push({ at: this.now(), userId: kept.user_id, account: kept });
  }

  delete(userId: string): void {
    this.#accounts.delete(userId);
    this.#notIndexed.push({ at: this.now(), userId, account: null });
  }

  /** Plants an account past the API. */
  seed(account: SeedAuth0Account): Auth0Account {
    const at = new Date(this.now()).toISOString();
    const whole: Auth0Account = {
      user_id: `auth0|${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      connection: this.connection,
      email_verified: true,
      name: account.email,
      password: null,
      blocked: false,
      user_metadata: {},
      app_metadata: {},
      created_at: at,
      updated_at: at,
      logins_count: 0,
      sessions: 0,
      refresh_tokens: 0,
      ...account,
    };
    this.put(whole);
    return whole;
  }

  /** Changes an account past the API, as somebody at the console would. */
  change(userId: string, changes: Partial<Auth0Account>): void {
    const account = this.get(userId);
    if (!account) throw new Error('the fake has no such account');
    this.put({ ...account, ...changes });
  }

  block(userId: string, blocked = true): void {
    this.change(userId, { blocked });
  }

  /** Whether the sign-in page would let this in; a session and a refresh token are open then. */
  signIn(email: string, password: string): boolean {
    const found = this.findByEmail(email.toLowerCase()).find((account) => account.password === password);
    if (!found || found.blocked) return false;
    const { sessions, refresh_tokens: refreshTokens, logins_count: logins } = found;
    this.change(found.user_id, { sessions: sessions + 1, refresh_tokens: refreshTokens + 1, logins_count: logins + 1 });
    return true;
  }
}
