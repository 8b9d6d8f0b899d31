import { randomBytes } from 'node:crypto';
import type { FakeAnswer, FakeRequest, FakeVendor } from '../fake-server.js';
import { AccessTokens } from './access-tokens.js';
import { parseObject, refusal } from './auth0-answers.js';
import { findRoute } from './auth0-routes.js';
import type { Auth0Settings, SentMail } from './auth0-settings.js';
import { Auth0Users } from './auth0-users.js';
import { TokenBucket } from './token-bucket.js';
import { readPaging, search } from './user-search.js';
import { createUser, shown, updateUser, type Tenant } from './users-api.js';

/** Ten mails at once for one e-mail, then one a minute. */
const MAIL_LIMIT = { burst: 10, perSecond: 1 / 60 };

type Handler = (request: FakeRequest, userId: string) => FakeAnswer;

/** Auth0's rules: who is let in, how fast, and what each request does. */
export class Auth0Vendor implements FakeVendor {
  readonly users: Auth0Users;
  readonly mails: SentMail[] = [];
  readonly tokens: AccessTokens;
  readonly #tenant: Tenant;
  readonly #bucket: TokenBucket;
  readonly #mailBuckets = new Map<string, TokenBucket>();

  constructor(
    private readonly settings: Auth0Settings,
    private readonly now: () => number,
  ) {
    const clock = () => this.now();
    this.users = new Auth0Users(settings.connection, clock);
    this.tokens = new AccessTokens(settings, clock);
    this.#bucket = new TokenBucket(settings.rateLimit, clock);
    this.#tenant = { users: this.users, settings, mails: this.mails, now: clock };
  }

  recognise({ method, url, body }: Omit<FakeRequest, 'operation' | 'subject'>): { operation: string; subject: string | null } {
    const found = findRoute(method, url.pathname);
    const sent = parseObject(body);
    const named = [found?.userId, url.searchParams.get('email'), sent?.user_id, sent?.email].find((name) => typeof name === 'string');
    return { operation: found?.route.operation ?? 'unknown', subject: typeof named === 'string' ? named : null };
  }

  admit({ operation, method, url, headers }: FakeRequest): FakeAnswer | null {
    if (operation === 'unknown') return refusal(404, 'Not Found');
    if (!url.pathname.startsWith('/api/v2/')) return null;
    return this.#bucket.take() ?? this.tokens.check(headers.authorization, findRoute(method, url.pathname)?.route.scopes ?? []);
  }

  apply(request: FakeRequest): FakeAnswer {
    const userId = findRoute(request.method, request.url.pathname)?.userId ?? '';
    const answer = this.#handlers[request.operation]?.(request, userId) ?? refusal(404, 'Not Found');
    return request.url.pathname.startsWith('/api/v2/') ? { ...answer, headers: this.#bucket.headers() } : answer;
  }

  refuse(status: number, retryAfterSeconds: number | undefined): FakeAnswer {
    const answer = refusal(status, 'A message that must not be quoted', status === 429 ? 'too_many_requests' : undefined);
    return retryAfterSeconds === undefined ? answer : { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
  }

  readonly #handlers: Record<string, Handler | undefined> = {
    'oauth.token': ({ headers, body }) => this.tokens.grant(headers['content-type'] ?? '', body),
    change_password: ({ body }) => this.#sendMail(parseObject(body) ?? {}),
    'users.create': ({ body }) => createUser(this.#tenant, parseObject(body) ?? {}),
    'users.list': ({ url }) => search(this.users.search(this.settings.listLagMs), url.searchParams, this.settings.pageLimit),
    'users.by_email': ({ url }) => ({ status: 200, body: this.users.findByEmail(url.searchParams.get('email') ?? '').map(shown) }),
    'users.get': (_request, userId) => this.#withUser(userId, (account) => ({ status: 200, body: shown(account) })),
    'users.update': ({ body }, userId) => updateUser(this.#tenant, userId, parseObject(body) ?? {}),
    'users.delete': (_request, userId) => {
      this.users.delete(userId);
      return { status: 204 };
    },
    'sessions.delete': (_request, userId) => this.#end(userId, { sessions: 0 }),
    'refresh_tokens.delete': (_request, userId) => this.#end(userId, { refresh_tokens: 0 }),
    'tickets.password_change': ({ body }) => this.#giveTicket(parseObject(body) ?? {}),
    'roles.list': ({ url }) => this.#listRoles(url.searchParams),
  };

  #withUser(userId: string, answer: (account: NonNullable<ReturnType<Auth0Users['get']>>) => FakeAnswer): FakeAnswer {
    const account = this.users.get(userId);
    return account ? answer(account) : refusal(404, 'The user does not exist.', 'inexistent_user');
  }

  #end(userId: string, changes: { sessions: 0 } | { refresh_tokens: 0 }): FakeAnswer {
    if (!this.settings.hasSessionEndpoints) return refusal(403, 'This feature is not enabled for this tenant', 'feature_not_enabled');
    return this.#withUser(userId, () => {
      this.users.change(userId, changes);
      return { status: 202 };
    });
  }

  #giveTicket({ user_id: userId }: Record<string, unknown>): FakeAnswer {
    return this.#withUser(String(userId), () => {
      const ticket = `https://${this.settings.domain}/u/reset-verify?ticket=${randomBytes(16).toString('base64url')}#`;
      return { status: 201, body: { ticket } };
    });
  }

  #listRoles(query: URLSearchParams): FakeAnswer {
    const { page, perPage } = readPaging(query, this.settings.pageLimit);
    const all = this.settings.roles.map((name, index) => ({ id: `rol_${index}`, name, description: name }));
    const roles = all.slice(page * perPage, (page + 1) * perPage);
    return { status: 200, body: { start: page * perPage, limit: perPage, total: all.length, roles } };
  }

  /** Answers the same whether the e-mail is known or not. */
  #sendMail({ email, connection, client_id: clientId }: Record<string, unknown>): FakeAnswer {
    if (typeof email !== 'string' || connection !== this.settings.connection || typeof clientId !== 'string') {
      return { status: 400, body: { error: 'email and connection are required' } };
    }
    const bucket = this.#mailBuckets.get(email) ?? new TokenBucket(MAIL_LIMIT, () => this.now());
    this.#mailBuckets.set(email, bucket);
    const refused = bucket.take();
    if (refused) return refused;
    if (this.users.findByEmail(email.toLowerCase()).length > 0) this.mails.push({ kind: 'change_password', to: email.toLowerCase() });
    return { status: 200, headers: bucket.headers(), body: "We've just sent you an email to reset your password." };
  }
}
