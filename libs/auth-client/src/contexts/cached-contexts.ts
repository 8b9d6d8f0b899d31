import { EVENTS_CHANNEL, HEARTBEAT_CHANNEL, type UserContext } from '@sa-platform/contracts';
import type { ContextSource, Impersonation, Principal } from '../access/access.js';
import { AuthError } from '../auth-error.js';
import type { EventListener } from '../event-connection.js';
import type { TaggedContext, UserManagementClient } from '../user-management-client.js';
import { requireNumber } from '../require-option.js';
import { CatchUp } from './catch-up.js';
import { ContextCache, type HeldContext } from './context-cache.js';
import { ContextLoad } from './context-load.js';
import { createElapsedClock } from '../elapsed-clock.js';
import { EventCoverage } from './event-coverage.js';
import { ImpersonatedContexts } from './impersonated-contexts.js';
import { INVALIDATE_ALL, invalidateUser, type Invalidation } from './invalidation.js';
import { readEvent, readHeartbeat, type ReadEvent } from './read-message.js';

/** How long contexts are believed, and how many are kept. */
export interface CachedContextsOptions {
  /**
   * How long a context is used without asking again while no events cover it, in milliseconds: the bound of a revocation.
   * Default and most 2,000; 0 asks each time.
   */
  maxAgeMs?: number;
  /** The same while events cover it: they tell of every change but a new name of an organisation. Default 60,000. */
  maxCoveredAgeMs?: number;
  /** How many users' contexts are kept. Default 10,000. */
  maxEntries?: number;
  /** A clock that never goes back, in milliseconds. Default: the time passed, by whichever clock of the machine says more. */
  now?: () => number;
}

/** One way of asking for a context. */
interface Question {
  /** Whose questions are one. */
  key: string;
  /** Our id of whoever acts as the user; null when nobody does. */
  actorId: string | null;
  held: () => HeldContext | null;
  ask: (etag: string | null) => Promise<TaggedContext | null>;
  isOutdated: (context: UserContext) => boolean;
  keep: (answered: HeldContext) => void;
  forget: () => void;
}

interface Flight {
  /** What it is asked with: a refusal of this token says nothing about another one of the same user. */
  token: string | null;
  result: Promise<UserContext>;
}

/** Attempts of one load whose answers keep being overtaken by invalidations. */
const MAX_ATTEMPTS = 3;
const CHANGING = 'The context keeps changing while it is read';

/**
 * Contexts of users, kept in this process. One load per user at a time; an answer older than an invalidation is thrown
 * away; events only take trust away; a failure refuses, whatever is in the cache (DESIGN 10).
 *
 * Without events a context is used for `maxAgeMs`. With events (`listener`) it is used until an event concerns it, as long
 * as a heartbeat came within 2 s and no event was missed since it was asked for. What may have been missed is read from the
 * feed where the service's own token has the scope `events:read`; then it counts as not missed.
 *
 * Contexts are found by the token's subject, so this belongs to the one provider that its verifier trusts. Those of a user
 * as whom somebody acts are found by the session, which is asked for anew, so that its end counts as fast as any change.
 *
 * @example
 * const contexts = new CachedContexts(new UserManagementClient({ baseUrl: 'https://users.example.com' }));
 * const context = await contexts.contextOf(principal, token);
 */
export class CachedContexts implements ContextSource {
  /** For an `EventConnection`. */
  readonly listener: EventListener = {
    onSubscribed: () => this.#coverage.subscribed(),
    onDisconnected: () => this.#coverage.disconnected(),
    onMessage: (channel, message) => this.#hear(channel, message),
  };
  readonly #coverage: EventCoverage;
  readonly #catchUp: CatchUp;
  readonly #cache: ContextCache;
  readonly #sessions: ImpersonatedContexts;
  readonly #loads = new Set<ContextLoad>();
  readonly #flights = new Map<string, Flight>();
  readonly #maxAgeMs: number;
  readonly #maxCoveredAgeMs: number;
  readonly #now: () => number;

  /** @throws ConfigurationError naming an option that is malformed */
  constructor(
    private readonly users: UserManagementClient,
    options: CachedContextsOptions = {},
  ) {
    this.#now = options.now ?? createElapsedClock();
    this.#coverage = new EventCoverage(this.#now);
    this.#catchUp = new CatchUp(users, this.#coverage, (invalidation) => this.#apply(invalidation), this.#now);
    const maxEntries = requireNumber('maxEntries', options.maxEntries ?? 10_000, 10_000_000);
    this.#cache = new ContextCache(maxEntries);
    this.#sessions = new ImpersonatedContexts(maxEntries);
    this.#maxAgeMs = requireNumber('maxAgeMs', options.maxAgeMs ?? 2_000, 2_000);
    this.#maxCoveredAgeMs = requireNumber('maxCoveredAgeMs', options.maxCoveredAgeMs ?? 60_000, 600_000);
  }

  /**
   * The caller's own context, asked for with the caller's own token.
   *
   * @throws AuthError `user.unknown`; `token.invalid`, `token.expired` or `impersonation.ended` when the service refuses the
   * token; `context.unavailable` when it doesn't answer, or not with a context
   */
  async contextOf({ subject, impersonation }: Extract<Principal, { type: 'user' }>, token: string): Promise<UserContext> {
    if (impersonation) return this.#contextIn(impersonation, subject, token);
    const held = this.#cache.findBySubject(subject);
    if (held && this.#isFresh(held)) return held.context;
    return this.#join(token, {
      key: `subject ${subject}`,
      actorId: null,
      held: () => this.#cache.findBySubject(subject),
      ask: (etag) => this.users.readOwnContext(token, etag),
      isOutdated: (context) => this.#cache.isOutdated(context),
      keep: (answered) => this.#cache.put(subject, answered),
      forget: () => this.#cache.forgetSubject(subject),
    });
  }

  /**
   * The context of any user, asked for with the service's own token (scope `context:read`).
   *
   * @param userId our id of the user
   * @throws AuthError `user.not_found`; `access.denied` without the scope; `context.unavailable`
   */
  async getContext(userId: string): Promise<UserContext> {
    const held = this.#cache.findByUserId(userId);
    if (held && this.#isFresh(held)) return held.context;
    return this.#join(null, {
      key: `user ${userId}`,
      actorId: null,
      held: () => this.#cache.findByUserId(userId),
      ask: (etag) => this.users.readContext(userId, etag),
      isOutdated: (context) => this.#cache.isOutdated(context),
      keep: (answered) => this.#cache.put(null, answered),
      forget: () => this.#cache.forgetUser(userId),
    });
  }

  /**
   * The contexts of many users: those at hand, and one question per 100 others.
   *
   * @param userIds our ids of the users
   * @returns by id; an id that isn't there is of nobody
   * @throws AuthError `access.denied` without the scope; `context.unavailable`
   */
  async getContexts(userIds: readonly string[]): Promise<Map<string, UserContext>> {
    return this.#track(new ContextLoad(null), async (load) => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        load.begin();
        const fresh = this.#findFresh(userIds);
        const missing = userIds.filter((userId) => !fresh.has(userId));
        const answered = await this.#loadMany(load, missing);
        // Read again: those at hand may have changed while the others were asked for.
        const stillFresh = this.#findFresh([...fresh.keys()]);
        if (answered && stillFresh.size === fresh.size) return new Map([...stillFresh, ...answered]);
      }
      throw new AuthError('context.unavailable', CHANGING);
    });
  }

  /**
   * Trusts nothing any more that is known of a user, also what is on its way, in person or by somebody who acts as them.
   *
   * @param userId our id of the user; null: everybody
   */
  invalidate(userId: string | null): void {
    this.#apply(userId === null ? INVALIDATE_ALL : invalidateUser(userId, null));
  }

  /** The token is the session's own: whoever answers it says that the session goes on. */
  async #contextIn({ id, actor }: Impersonation, subject: string, token: string): Promise<UserContext> {
    const session = `${id} ${subject}`;
    const held = this.#sessions.find(session);
    if (held && this.#isFresh(held)) return held.context;
    return this.#join(token, {
      key: `session ${session}`,
      actorId: actor.userId,
      held: () => this.#sessions.find(session),
      ask: (etag) => this.users.readOwnContext(token, etag),
      isOutdated: (context) => this.#sessions.isOutdated(session, context),
      keep: (answered) => this.#sessions.put(session, actor.userId, answered),
      forget: () => this.#sessions.forget(session),
    });
  }

  #isFresh({ askedAtMs }: HeldContext): boolean {
    const ageMs = this.#now() - askedAtMs;
    return ageMs < this.#maxAgeMs || (ageMs < this.#maxCoveredAgeMs && askedAtMs > this.#coverage.coveredSinceMs());
  }

  #hear(channel: string, message: string): void {
    if (channel === HEARTBEAT_CHANNEL) this.#hearHeartbeat(readHeartbeat(message));
    if (channel === EVENTS_CHANNEL) this.#hearEvent(readEvent(message));
    this.#catchUp.start();
  }

  #hearEvent(event: ReadEvent | null): void {
    this.#apply(event?.invalidation ?? INVALIDATE_ALL);
    if (event) this.#coverage.event(event);
  }

  #hearHeartbeat(sequence: number | null): void {
    if (sequence === null || this.#coverage.heartbeat(sequence)) return;
    // Versions went back with the sequence: what they were says nothing about those to come.
    this.#cache.clear();
    this.#sessions.clear();
    this.#apply(INVALIDATE_ALL);
  }

  #apply(invalidation: Invalidation): void {
    this.#cache.invalidate(invalidation);
    this.#sessions.invalidate(invalidation);
    for (const load of this.#loads) load.add(invalidation);
  }

  async #join(token: string | null, question: Question): Promise<UserContext> {
    const running = this.#flights.get(question.key);
    if (!running) return this.#start(token, question);
    try {
      return await running.result;
    } catch (error) {
      const isOthersToken = running.token !== token && error instanceof AuthError && error.status === 401;
      if (isOthersToken) return this.#join(token, question);
      throw error;
    }
  }

  #start(token: string | null, question: Question): Promise<UserContext> {
    const result = this.#track(new ContextLoad(question.actorId), (load) => this.#load(load, question));
    this.#flights.set(question.key, { token, result });
    return result;
  }

  async #load(load: ContextLoad, question: Question): Promise<UserContext> {
    try {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        load.begin();
        const answered = await this.#ask(question);
        if (this.#isOvertaken(load, answered.context, question)) continue;
        question.keep(answered);
        return answered.context;
      }
      // Forgetting the version lets a service that was restored from a backup be believed again; what events told stays.
      question.forget();
      throw new AuthError('context.unavailable', CHANGING);
    } finally {
      // At once: whoever comes later must not join an answer that the next event may overtake.
      this.#flights.delete(question.key);
    }
  }

  async #ask(question: Question): Promise<HeldContext> {
    const askedAtMs = this.#now();
    const held = question.held();
    try {
      const answer = (await question.ask(held?.etag ?? null)) ?? held;
      if (!answer) throw new AuthError('context.unavailable');
      return { context: answer.context, etag: answer.etag, askedAtMs };
    } catch (error) {
      if (!(error instanceof AuthError && error.code === 'context.unavailable')) question.forget();
      throw error;
    }
  }

  /** Null when one of the answers was overtaken. */
  async #loadMany(load: ContextLoad, userIds: readonly string[]): Promise<Map<string, UserContext> | null> {
    const askedAtMs = this.#now();
    const contexts = await this.users.readContexts(userIds);
    const answers = [...contexts.values()];
    if (answers.some((context) => this.#isOvertaken(load, context, this.#cache))) return null;
    for (const context of answers) this.#cache.put(null, { context, etag: null, askedAtMs });
    return contexts;
  }

  #findFresh(userIds: readonly string[]): Map<string, UserContext> {
    const fresh = new Map<string, UserContext>();
    for (const userId of userIds) {
      const held = this.#cache.findByUserId(userId);
      if (held && this.#isFresh(held)) fresh.set(userId, held.context);
    }
    return fresh;
  }

  #isOvertaken(load: ContextLoad, context: UserContext, known: Pick<Question, 'isOutdated'>): boolean {
    return load.isStale(context) || known.isOutdated(context);
  }

  async #track<Result>(load: ContextLoad, run: (load: ContextLoad) => Promise<Result>): Promise<Result> {
    this.#loads.add(load);
    try {
      return await run(load);
    } finally {
      this.#loads.delete(load);
    }
  }
}
