import { setTimeout as sleep } from 'node:timers/promises';
import type { CachedContexts, EventConnection, UserContext, UserManagementClient } from '@sa-platform/auth-client';
import { hasPermission } from '@sa-platform/auth-client';
import type { RedisEvents } from '@sa-platform/auth-client/redis';
import type { TestIssuer } from '@sa-platform/auth-client/testing';
import { ANY_REPLICA, fetchFromAny, tokenSource } from './any-replica.js';
import type { Replica } from './replica.js';

const EVERY_MS = 25;
/** Each question is a request. */
const ASKED_EVERY_MS = 400;
const PERMISSION = 'claims:write';
const ORGANISATION = 'texas';

/** The parts of `auth-client` that decide, of the source or of a build. */
export interface AuthClientBuild {
  CachedContexts: typeof CachedContexts;
  UserManagementClient: typeof UserManagementClient;
  RedisEvents: typeof RedisEvents;
}

/** Whoever decides about users, again and again; only what is needed to judge it is kept. */
export class Decisions {
  /** Of each user, when they were last let in, by `performance.now()`. */
  readonly lastAllowedAt = new Map<string, number>();
  /** Versions that went back. */
  readonly regressions: string[] = [];
  count = 0;
  private readonly newest = new Map<string, number>();

  constructor(readonly name: string) {}

  /**
   * @param newestBefore the newest version that was seen before the question
   * @param atMs when it was decided
   */
  note(userId: string, context: UserContext, newestBefore: number, atMs = performance.now()): void {
    this.count += 1;
    if (isAllowed(context)) this.lastAllowedAt.set(userId, atMs);
    if (context.version < newestBefore) this.regressions.push(`${this.name} went from version ${newestBefore} of a user back to ${context.version}`);
    this.newest.set(userId, Math.max(this.newestOf(userId), context.version));
  }

  newestOf(userId: string): number {
    return this.newest.get(userId) ?? 0;
  }

  /** Nobody was let in. */
  refuse(): void {
    this.count += 1;
  }
}

function isAllowed(context: UserContext): boolean {
  return hasPermission(context, PERMISSION, ORGANISATION);
}

/** An `auth-client` with events over a link of its own, asked about users without a pause. */
export class ClientProber {
  readonly decisions: Decisions;
  private readonly contexts: CachedContexts;
  private readonly watched = new Set<string>();
  private isStopped = false;

  constructor(
    name: string,
    build: AuthClientBuild,
    private readonly connection: EventConnection,
    { replicas, issuer }: { replicas: readonly Replica[]; issuer: TestIssuer },
  ) {
    this.decisions = new Decisions(name);
    const token = tokenSource(() => issuer.issueForService('prober', ['context:read', 'events:read']));
    const users = new build.UserManagementClient({
      baseUrl: ANY_REPLICA,
      serviceToken: () => Promise.resolve(token()),
      fetch: (url, init) => fetchFromAny(replicas, String(url instanceof Request ? url.url : url), init),
    });
    this.contexts = new build.CachedContexts(users);
  }

  start(): void {
    this.connection.open(this.contexts.listener);
  }

  watch(userId: string): void {
    this.watched.add(userId);
    void this.askForEver(userId);
  }

  forget(userId: string): void {
    this.watched.delete(userId);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.connection.close();
  }

  private async askForEver(userId: string): Promise<void> {
    while (this.watched.has(userId) && !this.isStopped) {
      const newest = this.decisions.newestOf(userId);
      try {
        this.decisions.note(userId, await this.contexts.getContext(userId), newest);
      } catch {
        this.decisions.refuse();
      }
      await sleep(EVERY_MS);
    }
  }
}

/** The users themselves, who ask every replica what they may do. */
export class ReplicaProber {
  readonly decisions: Decisions;
  private readonly watched = new Map<string, () => string>();
  private isStopped = false;

  constructor(
    private readonly replica: Replica,
    private readonly issuer: TestIssuer,
  ) {
    this.decisions = new Decisions(`replica ${replica.name}`);
  }

  watch(userId: string, externalId: string): void {
    this.watched.set(userId, tokenSource(() => this.issuer.issue({ sub: externalId })));
    void this.askForEver(userId);
  }

  forget(userId: string): void {
    this.watched.delete(userId);
  }

  stop(): void {
    this.isStopped = true;
  }

  private async askForEver(userId: string): Promise<void> {
    for (let token = this.watched.get(userId); token && !this.isStopped; token = this.watched.get(userId)) {
      if (this.replica.isServing) await this.ask(userId, token());
      await sleep(ASKED_EVERY_MS);
    }
  }

  private async ask(userId: string, token: string): Promise<void> {
    const newest = this.decisions.newestOf(userId);
    const askedAtMs = performance.now();
    try {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${this.replica.url}/v1/user-management/users/me/context`, { headers, signal: AbortSignal.timeout(10_000) });
      // Not earlier than it was asked, and whoever asks counts from then on.
      if (response.status === 200) this.decisions.note(userId, (await response.json()) as UserContext, newest, askedAtMs);
      else this.decisions.refuse();
    } catch {
      this.decisions.refuse();
    }
  }
}
