import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type UserContext } from '@sa-platform/contracts';
import { AuthError } from '../src/auth-error.js';
import { CachedContexts } from '../src/contexts/cached-contexts.js';
import { buildContext, buildMembership } from '../src/testing/index.js';
import { UserManagementClient, type FeedAnswer, type TaggedContext } from '../src/user-management-client.js';

export const NAMES = ['alice', 'bob'] as const;
export type Name = (typeof NAMES)[number];
export const WAYS = ['token', 'id', 'many', 'session'] as const;
export type Way = (typeof WAYS)[number];

/** Longest that a question may take, and that a context may be believed without a sign that nothing was missed. */
const QUESTION_MS = 1_500;
const BOUND_MS = 2_000;
const HEARTBEAT_MS = 500;
/** Acts as everybody whom somebody acts as. */
const ACTOR = 'admin';
const ROLE = { id: 'role-1', key: 'BILLER', name: 'Biller' };

/** Few enough that what was missed doesn't fit on one page. */
const FEED_PAGE = 2;

/** How the feed answers: as it should; not at all; or 410, because the first events are gone. */
export type FeedState = 'answers' | 'fails' | 'expired';

/** Lets something take a turn later; the test decides when. */
type Wait = (what: string) => Promise<unknown>;

interface PublishedEvent {
  sequence: number;
  message: string;
  /** The versions that whoever heard the event must not go below. */
  versions: Partial<Record<Name, number>>;
  /** The sessions that whoever heard the event knows to be over. */
  ended?: readonly Session[];
}

/** Somebody acts as a user, until it ends. */
interface Session {
  readonly id: string;
  endedAtMs: number;
  isToldOf: boolean;
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
  /** Everything that was numbered. */
  readonly #log: PublishedEvent[] = [];
  feed: FeedState = 'answers';
  readonly #sessions: Record<Name, Session[]> = { alice: [newSession('alice-0')], bob: [newSession('bob-0')] };
  #actorVersion = 1;
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

  /** Somebody ends it: the user's version rises, so that nobody goes on with what they hold. */
  endSession(name: Name): void {
    this.#raise(name);
    const versions = { [name]: this.versionOf(name) };
    this.#number({ user_id: name, version: this.versionOf(name) }, versions, this.#end(name));
  }

  /** The admin is one no more: every session is over, and the event is about the admin alone. */
  demoteActor(): void {
    this.#actorVersion += 1;
    const ended = NAMES.flatMap((name) => this.#end(name));
    this.#number({ user_id: ACTOR, version: this.#actorVersion }, {}, ended);
  }

  isOver(sessionId: string): boolean {
    return NAMES.some((name) => this.#sessions[name].some(({ id, endedAtMs }) => id === sessionId && endedAtMs < Infinity));
  }

  publishNext(): void {
    this.#publish(this.#outbox.shift());
  }

  /** The last one that waits, before all others: unless one of these is about somebody of its own, whose order holds. */
  publishLast(): void {
    const last = this.#outbox.at(-1);
    const isFree = this.#outbox.slice(0, -1).every(({ versions }) => NAMES.every((name) => !(name in versions) || !(name in (last?.versions ?? {}))));
    if (isFree) this.#publish(this.#outbox.pop());
  }

  /** Redis drops it without a word. */
  loseNext(): void {
    this.#outbox.shift();
  }

  /** Heartbeats come for longer than a context is believed without them. */
  goOn(): void {
    for (let passed = 0; passed < BOUND_MS; passed += HEARTBEAT_MS) {
      this.nowMs += HEARTBEAT_MS;
      this.beat();
    }
  }

  /** A page of the feed: everything numbered, published or not. */
  readFeed(after: number): FeedAnswer {
    if (this.feed !== 'answers') throw new AuthError('context.unavailable', this.feed);
    const items = this.#log.filter(({ sequence }) => sequence > after).slice(0, FEED_PAGE);
    return { items: items.map(({ message }) => JSON.parse(message) as unknown), latestSequence: this.#sequence };
  }

  #publish(event: PublishedEvent | undefined): void {
    if (!event || this.#link !== 'up') return;
    this.#tell(event.versions);
    for (const session of event.ended ?? []) session.isToldOf = true;
    this.contexts.listener.onMessage(EVENTS_CHANNEL, event.message);
  }

  /** @param behind how much less than the newest it knows: it was on its way, or comes from a replica that is late */
  beat(behind = 0): void {
    const message = JSON.stringify({ sequence: Math.max(this.#sequence - behind, 0), at: '' });
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

  ask(name: Name, way: Way): void {
    const check = (context: UserContext | undefined): void => this.#check(name, context?.version ?? -1);
    const refused = (error: unknown): void => this.#expectRefusal(name, error, ['context.unavailable']);
    if (way === 'session') this.#askInSession(name);
    else this.#ask(name, way).then(check, refused);
  }

  /** The newest session, and the one before, which is over. */
  #askInSession(name: Name): void {
    for (const session of this.#sessions[name].slice(-2)) {
      const allowed = (context: UserContext): void => this.#checkSession(name, session, context.version);
      const refused = (error: unknown): void =>
        this.#expectRefusal(name, error, ['context.unavailable', ...(this.isOver(session.id) ? ['impersonation.ended'] : [])]);
      const impersonation = { id: session.id, actor: { subject: 'auth0|admin', userId: ACTOR } };
      const principal = { type: 'user', subject: `auth0|${name}`, scopes: [], expiresAtMs: 0, impersonation } as const;
      this.contexts.contextOf(principal, `${name} ${session.id}`).then(allowed, refused);
    }
  }

  #expectRefusal(name: Name, error: unknown, codes: readonly string[]): void {
    const isRefusal = error instanceof AuthError && codes.includes(error.code);
    if (!isRefusal) this.failures.push(`${name}: ${String(error)}`);
  }

  #checkSession(name: Name, { id, endedAtMs, isToldOf }: Session, version: number): void {
    this.answers += 1;
    const longest = `session ${id} went on at ${this.nowMs} ms, and ended at ${endedAtMs}`;
    if (isToldOf) this.failures.push(`${longest}, as it was told`);
    if (endedAtMs <= this.nowMs - BOUND_MS) this.failures.push(longest);
    if (version < this.#versionAt(name, this.nowMs - BOUND_MS)) this.failures.push(`${name}: version ${version} in ${longest}`);
  }

  /** Its end; the next one begins. */
  #end(name: Name): Session[] {
    const sessions = this.#sessions[name];
    const running = sessions.filter(({ endedAtMs }) => endedAtMs === Infinity);
    for (const session of running) session.endedAtMs = this.nowMs;
    sessions.push(newSession(`${name}-${sessions.length}`));
    return running;
  }

  versionOf(name: Name): number {
    return this.#versionAt(name, Infinity);
  }

  async #ask(name: Name, way: Exclude<Way, 'session'>): Promise<UserContext | undefined> {
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

  #number(event: object, versions: PublishedEvent['versions'], ended: readonly Session[] = []): void {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const message = JSON.stringify({ id: `event-${sequence}`, type: 'users.updated', payload: {}, sequence, ...event });
    const numbered = { sequence, message, versions, ended };
    this.#log.push(numbered);
    this.#outbox.push(numbered);
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
    const [name, session] = token.split(' ');
    return this.#travel(() => {
      if (session !== undefined && this.world.isOver(session)) throw new AuthError('impersonation.ended');
      return tag(this.world, name as Name, etag);
    });
  }

  override readContext(userId: string, etag: string | null = null): Promise<TaggedContext | null> {
    return this.#travel(() => tag(this.world, userId as Name, etag));
  }

  override readContexts(userIds: readonly string[]): Promise<Map<string, UserContext>> {
    return this.#travel(() => new Map(userIds.map((userId) => [userId, contextOf(this.world, userId as Name)])));
  }

  override readEvents(after: number): Promise<FeedAnswer> {
    return this.#travel(() => this.world.readFeed(after));
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

function newSession(id: string): Session {
  return { id, endedAtMs: Infinity, isToldOf: false };
}

function tag(world: InterleavedWorld, name: Name, etag: string | null): TaggedContext | null {
  const context = contextOf(world, name);
  const current = `"${context.version}"`;
  return etag === current ? null : { context, etag: current };
}

function contextOf(world: InterleavedWorld, name: Name): UserContext {
  return buildContext({ user_id: name, version: world.versionOf(name), memberships: [buildMembership({ role: ROLE })] });
}
