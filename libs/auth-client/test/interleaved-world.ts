import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type UserContext } from '@sa-platform/contracts';
import { AuthError } from '../src/auth-error.js';
import { CachedContexts } from '../src/contexts/cached-contexts.js';
import { buildContext, buildMembership } from '../src/testing/index.js';
import { UserManagementClient, type TaggedContext } from '../src/user-management-client.js';

export const NAMES = ['alice', 'bob'] as const;
export type Name = (typeof NAMES)[number];

/** Longest that a question may take, and that a context may be believed without a sign that nothing was missed. */
const QUESTION_MS = 1_500;
const BOUND_MS = 2_000;
const ROLE = { id: 'role-1', key: 'BILLER', name: 'Biller' };

/** Lets something take a turn later; the test decides when. */
type Wait = (what: string) => Promise<unknown>;

interface PublishedEvent {
  message: string;
  /** The versions that whoever heard the event must not go below. */
  versions: Partial<Record<Name, number>>;
}

/**
 * user-management, its events and one client, on one clock and without anything that a schedule doesn't decide. Each
 * answer of the client is compared with what it had been told and with what was true.
 */
export class InterleavedWorld {
  nowMs = 0;
  readonly contexts: CachedContexts;
  readonly failures: string[] = [];
  answers = 0;
  readonly #versions: Record<Name, { atMs: number; version: number }[]>;
  readonly #told: Record<Name, number> = { alice: 0, bob: 0 };
  readonly #answered: Record<Name, number> = { alice: 0, bob: 0 };
  readonly #outbox: PublishedEvent[] = [];
  #sequence = 0;
  #link: 'up' | 'silent' | 'down' = 'down';

  constructor(wait: Wait, maxAgeMs: number) {
    this.#versions = { alice: [{ atMs: 0, version: 1 }], bob: [{ atMs: 0, version: 1 }] };
    this.contexts = new CachedContexts(new InterleavedUsers(this, wait), { maxAgeMs, now: () => this.nowMs });
  }

  /** A change of one user, committed; its event waits to be published. */
  change(name: Name): void {
    this.#raise(name);
    this.#number({ user_id: name, version: this.versionOf(name) }, { [name]: this.versionOf(name) });
  }

  /** A change of a role that both hold. */
  changeRole(): void {
    for (const name of NAMES) this.#raise(name);
    const versions = Object.fromEntries(NAMES.map((name) => [name, this.versionOf(name)]));
    const payload = { role_id: ROLE.id, role_key: ROLE.key, permissions: [] };
    this.#number({ type: 'users.permissions.changed', user_id: null, version: 1, payload }, versions);
  }

  publishNext(): void {
    const event = this.#outbox.shift();
    if (!event || this.#link !== 'up') return;
    this.#tell(event.versions);
    this.contexts.listener.onMessage(EVENTS_CHANNEL, event.message);
  }

  beat(): void {
    const message = JSON.stringify({ sequence: this.#sequence, at: '' });
    if (this.#link === 'up') this.contexts.listener.onMessage(HEARTBEAT_CHANNEL, message);
  }

  disconnect(): void {
    if (this.#link !== 'down') this.contexts.listener.onDisconnected();
    this.#link = 'down';
  }

  cutSilently(): void {
    if (this.#link === 'up') this.#link = 'silent';
  }

  reconnect(): void {
    this.disconnect();
    this.#link = 'up';
    this.contexts.listener.onSubscribed();
  }

  invalidate(name: Name | null): void {
    for (const each of name === null ? NAMES : [name]) this.#tell({ [each]: this.versionOf(each) });
    this.contexts.invalidate(name);
  }

  ask(name: Name, way: 'token' | 'id' | 'many'): void {
    const check = (context: UserContext | undefined): void => this.#check(name, context?.version ?? -1);
    this.#ask(name, way).then(check, (error: unknown) => {
      const isRefusal = error instanceof AuthError && error.code === 'context.unavailable';
      if (!isRefusal) this.failures.push(`${name}: ${String(error)}`);
    });
  }

  versionOf(name: Name): number {
    return this.#versionAt(name, Infinity);
  }

  async #ask(name: Name, way: 'token' | 'id' | 'many'): Promise<UserContext | undefined> {
    if (way === 'id') return this.contexts.getContext(name);
    if (way === 'many') return (await this.contexts.getContexts(NAMES)).get(name);
    return this.contexts.contextOf({ type: 'user', subject: `auth0|${name}`, scopes: [], expiresAtMs: 0 }, name);
  }

  #check(name: Name, version: number): void {
    this.answers += 1;
    const expectAtLeast = (least: number, why: string): void => {
      if (version < least) this.failures.push(`${name}: version ${version} at ${this.nowMs} ms, but ${why} ${least}`);
    };
    expectAtLeast(this.#told[name], 'it was told of');
    expectAtLeast(this.#answered[name], 'it had answered');
    expectAtLeast(this.#versionAt(name, this.nowMs - BOUND_MS), 'two seconds ago it was');
    this.#answered[name] = Math.max(this.#answered[name], version);
  }

  #versionAt(name: Name, atMs: number): number {
    return this.#versions[name].findLast((change) => change.atMs <= atMs)?.version ?? 0;
  }

  #raise(name: Name): void {
    this.#versions[name].push({ atMs: this.nowMs, version: this.versionOf(name) + 1 });
  }

  #number(event: object, versions: PublishedEvent['versions']): void {
    this.#sequence += 1;
    const message = JSON.stringify({ type: 'users.updated', payload: {}, sequence: this.#sequence, ...event });
    this.#outbox.push({ message, versions });
  }

  #tell(versions: PublishedEvent['versions']): void {
    for (const name of NAMES) this.#told[name] = Math.max(this.#told[name], versions[name] ?? 0);
  }
}

/** Answers what was true when the question arrived; question and answer travel as long as the schedule likes. */
class InterleavedUsers extends UserManagementClient {
  constructor(
    private readonly world: InterleavedWorld,
    private readonly wait: Wait,
  ) {
    super({ baseUrl: 'http://users' });
  }

  override readOwnContext(token: string, etag: string | null = null): Promise<TaggedContext | null> {
    return this.#travel(() => tag(this.world, token as Name, etag));
  }

  override readContext(userId: string, etag: string | null = null): Promise<TaggedContext | null> {
    return this.#travel(() => tag(this.world, userId as Name, etag));
  }

  override readContexts(userIds: readonly string[]): Promise<Map<string, UserContext>> {
    return this.#travel(() => new Map(userIds.map((userId) => [userId, contextOf(this.world, userId as Name)])));
  }

  async #travel<Answer>(answer: () => Answer): Promise<Answer> {
    const askedAtMs = this.world.nowMs;
    await this.wait('a question arrives');
    const decided = answer();
    await this.wait('an answer arrives');
    if (this.world.nowMs - askedAtMs > QUESTION_MS) throw new AuthError('context.unavailable');
    return decided;
  }
}

function tag(world: InterleavedWorld, name: Name, etag: string | null): TaggedContext | null {
  const context = contextOf(world, name);
  const current = `"${context.version}"`;
  return etag === current ? null : { context, etag: current };
}

function contextOf(world: InterleavedWorld, name: Name): UserContext {
  return buildContext({ user_id: name, version: world.versionOf(name), memberships: [buildMembership({ role: ROLE })] });
}
