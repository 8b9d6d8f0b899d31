import type { ContextAnswer, PermissionDefinition, UserContext } from '@sa-platform/contracts';
import { AuthError, ConfigurationError } from './auth-error.js';
import { readContext } from './contexts/read-context.js';
import { requestJson, type JsonAnswer, type JsonRequest } from './http-json.js';
import { requireBaseUrl, requireNumber } from './require-option.js';

/** How a service reaches user-management. */
export interface UserManagementClientOptions {
  /** Address of user-management without path, for example `https://users.example.com`. */
  baseUrl: string;
  /** Gives the service's own token, see `ServiceTokenSource`. Only `readOwnContext` does without. */
  serviceToken?: () => Promise<string>;
  /** How long one question may take, in milliseconds. Default 1,500, at most 2,000: an answer is no newer than its question. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** A context, and the ETag to ask with the next time. */
export interface TaggedContext {
  context: UserContext;
  etag: string | null;
}

/** A page of the feed (DESIGN 6). */
export interface FeedAnswer {
  /** Events as they came, nothing of them looked at. */
  items: unknown[];
  /** The newest there was. */
  latestSequence: number;
}

/** Most ids in one question (DESIGN 3.1). */
const BATCH = 100;
/** A hundred people with dozens of memberships each are longer than any one of them, and so are a thousand events. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The questions to user-management, as they are: nothing is kept. `CachedContexts` keeps.
 *
 * @example
 * const users = new UserManagementClient({ baseUrl, serviceToken: () => tokens.getToken() });
 * await users.registerPermissions([{ permission: 'claims:read', service_id: 'claims', description: 'Read claims' }]);
 */
export class UserManagementClient {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;

  /** @throws ConfigurationError naming an option that is malformed */
  constructor(private readonly options: UserManagementClientOptions) {
    this.#baseUrl = `${requireBaseUrl('baseUrl', options.baseUrl).replace(/\/+$/, '')}/v1/user-management`;
    this.#timeoutMs = requireNumber('timeoutMs', options.timeoutMs ?? 1_500, 2_000);
  }

  /**
   * The context of whoever the token belongs to.
   *
   * @param token a user's access token
   * @param etag of the context at hand
   * @returns null when that one is still right
   * @throws AuthError `user.unknown`; `token.invalid`, `token.expired` or `impersonation.ended` when the service refuses the
   * token; `context.unavailable` when it doesn't answer, or not with a context
   */
  async readOwnContext(token: string, etag: string | null = null): Promise<TaggedContext | null> {
    const answer = await this.#ask('/users/me/context', token, { headers: conditional(etag) });
    if (isConfirmed(answer, etag)) return null;
    return readTagged(answer) ?? refuse(toRefusalOfCaller(answer));
  }

  /**
   * The context of any user; needs the scope `context:read`.
   *
   * @param userId our id of the user
   * @param etag of the context at hand
   * @returns null when that one is still right
   * @throws AuthError `user.not_found`; `access.denied` without the scope; `context.unavailable`
   */
  async readContext(userId: string, etag: string | null = null): Promise<TaggedContext | null> {
    // An id like `..` would name another route.
    if (!USER_ID.test(userId)) throw new AuthError('user.not_found');
    const answer = await this.#askAsService(`/users/${userId}/context`, { headers: conditional(etag) });
    if (isConfirmed(answer, etag)) return null;
    const tagged = readTagged(answer);
    if (tagged?.context.user_id === userId) return tagged;
    throw answer.status === 404 ? new AuthError('user.not_found') : toRefusal(answer);
  }

  /**
   * The contexts of many users, 100 to a question; needs the scope `context:read`.
   *
   * @param userIds our ids of the users
   * @returns by id; an id that isn't there is of nobody
   * @throws AuthError `access.denied` without the scope; `context.unavailable`
   */
  async readContexts(userIds: readonly string[]): Promise<Map<string, UserContext>> {
    const asked = [...new Set(userIds)].filter((userId) => USER_ID.test(userId));
    const batches = Array.from({ length: Math.ceil(asked.length / BATCH) }, (_, index) =>
      asked.slice(index * BATCH, (index + 1) * BATCH),
    );
    const answers = await Promise.all(batches.map((batch) => this.#readBatch(batch)));
    return new Map(answers.flat().map((context) => [context.user_id, context]));
  }

  /**
   * Registers the permissions that this service checks; needs the scope `permissions:register`. Repeating it is harmless.
   *
   * @throws AuthError `request.invalid` when one is malformed; `access.denied` without the scope; `context.unavailable`
   */
  async registerPermissions(permissions: readonly PermissionDefinition[]): Promise<void> {
    const answer = await this.#askAsService('/permissions/register', postOf(permissions));
    if (answer.status === 400) throw new AuthError('request.invalid', 'A permission is not valid');
    if (answer.status > 299) throw toRefusal(answer);
  }

  /**
   * Events after a sequence, in order; needs the scope `events:read`.
   *
   * @param after the sequence of the last event that is known
   * @param limit most events, 1,000 at most
   * @throws AuthError `access.denied` without the scope; `context.unavailable` when the service doesn't answer, no longer
   * keeps these events, or answers anything else
   */
  async readEvents(after: number, limit: number): Promise<FeedAnswer> {
    const answer = await this.#askAsService(`/events?after=${after}&limit=${limit}`, { maxBytes: MAX_BATCH_BYTES });
    return readFeed(answer) ?? refuse(toRefusal(answer));
  }

  async #readBatch(userIds: string[]): Promise<UserContext[]> {
    const question = { ...postOf({ user_ids: userIds }), maxBytes: MAX_BATCH_BYTES };
    const answer = await this.#askAsService('/users/contexts', question);
    return readAnswers(answer, userIds) ?? refuse(toRefusal(answer));
  }

  async #askAsService(path: string, request: Question): Promise<JsonAnswer> {
    const { serviceToken } = this.options;
    if (!serviceToken) throw new ConfigurationError('serviceToken', 'is needed to ask about others than the caller');
    return this.#ask(path, await serviceToken(), request);
  }

  async #ask(path: string, token: string, request: Question): Promise<JsonAnswer> {
    try {
      return await requestJson(this.#baseUrl + path, {
        ...request,
        fetch: this.options.fetch ?? ((...call) => fetch(...call)),
        timeoutMs: this.#timeoutMs,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
      });
    } catch (error) {
      throw new AuthError('context.unavailable', 'user-management does not answer', { cause: error });
    }
  }
}

type Question = Pick<JsonRequest, 'method' | 'headers' | 'body' | 'maxBytes'>;

function postOf(body: unknown): Question {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function conditional(etag: string | null): Record<string, string> {
  return etag === null ? {} : { 'if-none-match': etag };
}

function isConfirmed({ status }: JsonAnswer, etag: string | null): boolean {
  return status === 304 && etag !== null;
}

function readTagged({ status, body, etag }: JsonAnswer): TaggedContext | null {
  const context = status === 200 ? readContext(body) : null;
  return context ? { context, etag } : null;
}

/** Null unless each question has its answer: half of them would pass for "the others don't exist". */
function readAnswers({ status, body }: JsonAnswer, userIds: readonly string[]): UserContext[] | null {
  const items = (body as { items?: unknown } | null | undefined)?.items;
  if (status !== 200 || !Array.isArray(items)) return null;
  const answers = new Map((items as (ContextAnswer | null)[]).map((item) => [item?.user_id, item]));
  const contexts: UserContext[] = [];
  for (const userId of userIds) {
    const { context, error } = (answers.get(userId) ?? {}) as { context?: unknown; error?: unknown };
    const read = readContext(context);
    if (read?.user_id === userId) contexts.push(read);
    else if (error !== 'user.not_found') return null;
  }
  return contexts;
}

function readFeed({ status, body }: JsonAnswer): FeedAnswer | null {
  const { items, latest_sequence: latestSequence } = (body ?? {}) as { items?: unknown; latest_sequence?: unknown };
  const isPage = status === 200 && Array.isArray(items) && typeof latestSequence === 'number';
  return isPage ? { items, latestSequence } : null;
}

/** Anything but a clear refusal is a failure of the service, and a failure is never an "allowed". */
function toRefusalOfCaller(answer: JsonAnswer): AuthError {
  const code = (answer.body as { code?: unknown } | null | undefined)?.code;
  if (answer.status === 401) return new AuthError(code === 'token.expired' || code === 'impersonation.ended' ? code : 'token.invalid');
  if (answer.status === 403 && (code === 'user.unknown' || code === 'user.not_active')) return new AuthError(code);
  return toFailure(answer);
}

/** A 401 is a fault of this service's own token, not of whoever called it: it isn't passed on as one. */
function toRefusal(answer: JsonAnswer): AuthError {
  return answer.status === 403 ? new AuthError('access.denied', 'This service lacks the scope') : toFailure(answer);
}

function toFailure({ status }: JsonAnswer): AuthError {
  return new AuthError('context.unavailable', undefined, { cause: new Error(`user-management answered ${status}`) });
}

function refuse(error: AuthError): never {
  throw error;
}
