import type { UserContext } from '@sa-platform/contracts';
import type { ContextSource, Principal } from './access.js';
import { AuthError } from './auth-error.js';
import { ContextCache, type HeldContext } from './context-cache.js';
import { ContextLoad } from './context-load.js';
import { requestJson, type JsonAnswer } from './http-json.js';
import { readContext } from './read-context.js';
import { requireHttpUrl, requireNumber } from './verifier-options.js';

/** Where contexts come from and how long they are believed. */
export interface HttpContextSourceOptions {
  /** Address of user-management without path, for example `https://users.example.com`. */
  baseUrl: string;
  /** How long a context is used without asking again, in milliseconds: the bound of a revocation. Default 2,000. */
  maxAgeMs?: number;
  /** How many users' contexts are kept. Default 10,000. */
  maxEntries?: number;
  /** How long one question may take, in milliseconds. Default 3,000. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
}

/** Attempts of one load whose answers keep being overtaken by invalidations. */
const MAX_ATTEMPTS = 5;

/**
 * The caller's context, asked of user-management with the caller's own token and kept for a short time. One load per user
 * at a time; an answer older than an invalidation is thrown away; a failure refuses, whatever is in the cache.
 *
 * Contexts are kept by the token's subject, so a source belongs to the one issuer that its verifier trusts.
 *
 * @example
 * const contexts = new HttpContextSource({ baseUrl: 'https://users.example.com' });
 * const context = await contexts.contextOf(principal, token);
 */
export class HttpContextSource implements ContextSource {
  readonly #url: string;
  readonly #cache: ContextCache;
  readonly #loads = new Map<string, ContextLoad>();
  readonly #maxAgeMs: number;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;
  readonly #now: () => number;

  /** @throws ConfigurationError naming an option that is malformed */
  constructor(options: HttpContextSourceOptions) {
    this.#url = `${requireHttpUrl('baseUrl', options.baseUrl).replace(/\/+$/, '')}/v1/user-management/users/me/context`;
    this.#cache = new ContextCache(requireNumber('maxEntries', options.maxEntries ?? 10_000, 10_000_000));
    this.#maxAgeMs = requireNumber('maxAgeMs', options.maxAgeMs ?? 2_000, 60_000);
    this.#timeoutMs = requireNumber('timeoutMs', options.timeoutMs ?? 3_000, 60_000);
    this.#fetch = options.fetch ?? ((...request) => fetch(...request));
    this.#now = options.now ?? Date.now;
  }

  /**
   * @throws AuthError `user.unknown`; `token.invalid` or `token.expired` when the service refuses the token;
   * `context.unavailable` when it doesn't answer, or not with a context
   */
  async contextOf(principal: Extract<Principal, { type: 'user' }>, token: string): Promise<UserContext> {
    const held = this.#cache.get(principal.subject);
    if (held && this.#now() - held.askedAtMs < this.#maxAgeMs) return held.context;
    return (await this.#join(principal.subject, token)).context;
  }

  /**
   * Drops what is known of a user, also what is on its way. For event handlers.
   *
   * @param userId our id of the user (`user_id` of the event); null drops everybody's
   */
  invalidate(userId: string | null): void {
    this.#cache.drop(userId);
    for (const load of this.#loads.values()) load.invalidate(userId);
  }

  async #join(subject: string, token: string): Promise<HeldContext> {
    const running = this.#loads.get(subject);
    if (!running) return this.#start(subject, token);
    try {
      return await running.result;
    } catch (error) {
      const isOthersToken = running.token !== token && error instanceof AuthError && error.status === 401;
      if (isOthersToken) return this.#join(subject, token);
      throw error;
    }
  }

  async #start(subject: string, token: string): Promise<HeldContext> {
    const load = new ContextLoad(token, (self) => this.#load(subject, self));
    this.#loads.set(subject, load);
    try {
      return await load.result;
    } finally {
      this.#loads.delete(subject);
    }
  }

  async #load(subject: string, load: ContextLoad): Promise<HeldContext> {
    const newest = this.#cache.get(subject)?.context.version ?? 0;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      load.begin();
      const fetched = await this.#fetchContext(subject, load.token);
      // An older version than one already used comes from a replica that lags: a revocation would be undone.
      if (load.isStale(fetched) || fetched.context.version < newest) continue;
      this.#cache.set(subject, fetched);
      return fetched;
    }
    // Forgetting the version lets a service that was restored from a backup be believed again.
    this.#cache.delete(subject);
    throw new AuthError('context.unavailable', 'The context keeps changing while it is read');
  }

  async #fetchContext(subject: string, token: string): Promise<HeldContext> {
    const askedAtMs = this.#now();
    const previous = this.#cache.get(subject);
    const answer = await this.#ask(token, previous?.etag ?? null);
    if (answer.status === 304 && previous) return { ...previous, askedAtMs };

    const context = answer.status === 200 ? readContext(answer.body) : null;
    if (context) return { context, etag: answer.etag, askedAtMs };
    const refusal = toRefusal(answer);
    if (refusal.code !== 'context.unavailable') this.#cache.delete(subject);
    throw refusal;
  }

  async #ask(token: string, etag: string | null): Promise<JsonAnswer> {
    const headers = { authorization: `Bearer ${token}`, ...(etag === null ? {} : { 'if-none-match': etag }) };
    try {
      return await requestJson(this.#url, { fetch: this.#fetch, timeoutMs: this.#timeoutMs, headers });
    } catch (error) {
      throw new AuthError('context.unavailable', undefined, { cause: error });
    }
  }
}

/** Anything but a clear refusal is a failure of the service, and a failure is never an "allowed". */
function toRefusal({ status, body }: JsonAnswer): AuthError {
  const code = (body as { code?: unknown } | null | undefined)?.code;
  if (status === 401) return new AuthError(code === 'token.expired' ? 'token.expired' : 'token.invalid');
  if (status === 403 && (code === 'user.unknown' || code === 'user.not_active')) return new AuthError(code);
  return new AuthError('context.unavailable', undefined, { cause: new Error(`user-management answered ${status}`) });
}
