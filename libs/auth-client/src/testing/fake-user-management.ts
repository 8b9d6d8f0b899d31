import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { JWKS_PATH, PERMISSION_PATTERN, type ErrorCode, type PermissionDefinition, type UserContext } from '@sa-platform/contracts';
import { AuthError, toProblem } from '../auth-error.js';
import type { ImpersonationOptions } from '../verification/verifier-options.js';
import { FakeEventPublisher, type FakeEvent, type FakeEvents } from './fake-events.js';
import { FakeImpersonations, type FakeImpersonation } from './fake-impersonations.js';
import { readBody, startLoopbackServer, type Behaviour } from './loopback-server.js';

/** A running stand-in for user-management. */
export interface FakeUserManagement {
  /** For `createAuthClient` (`userManagementUrl`) and `UserManagementClient`. */
  baseUrl: string;
  /** For the `impersonation` of a verifier that is to accept the tokens of `impersonate`. */
  impersonation: ImpersonationOptions;
  /** What was registered at `/permissions/register`. */
  readonly registeredPermissions: readonly PermissionDefinition[];
  /** How often a context was asked for, and how many of the answers were 304. */
  readonly contextRequests: number;
  readonly notModifiedAnswers: number;
  /**
   * From now on the user of tokens with this subject has this context.
   *
   * @param subject `sub` of the token
   * @param context null: the user is unknown
   */
  setContext(subject: string, context: UserContext | null): void;
  /**
   * Changes what a user may do as the real service does: the context with its next version, then the event.
   *
   * @param subject `sub` of the token of a user who has a context
   * @param changes what of it differs from now on
   */
  changeContext(subject: string, changes: Partial<UserContext>): void;
  /**
   * Lets a platform admin act as a user, as `POST /admin/users/:id/impersonation` does.
   *
   * @param subject `sub` of the user, who has a context
   * @param claims of the token that differ, for example `{ act: { sub: 'auth0|admin', user_id: '0197…' } }`
   *
   * @example
   * const { token, end } = users.impersonate('auth0|1');
   */
  impersonate(subject: string, claims?: Record<string, unknown>): FakeImpersonation;
  /** Events and heartbeats of this service, for the `events` of one `AuthClient`. */
  connectEvents(): FakeEvents;
  /** Publishes an event, for example of a role's permissions. */
  publish(event: FakeEvent): void;
  /** How everything is answered from now on. */
  setBehaviour(behaviour: Behaviour): void;
  /** Refuses every request with this problem from now on; null ends it. */
  refuseWith(code: ErrorCode | null): void;
  /** Keeps context answers back, already decided, until the returned function is called. */
  holdAnswers(): () => void;
  close(): Promise<void>;
}

const BASE = '/v1/user-management';
/** Most ids in one question (DESIGN 3.1). */
const MOST_CONTEXTS = 100;

/**
 * Starts a stand-in for user-management on loopback that answers contexts given to it. It reads the subject of a token
 * and verifies nothing: the verifier under test does.
 *
 * @example
 * const users = await startFakeUserManagement();
 * users.setContext('auth0|1', buildContext({ user_type: 'clinician' }));
 * const client = createAuthClient({ verifier: issuer.verifierOptions, userManagementUrl: users.baseUrl });
 */
export async function startFakeUserManagement(): Promise<FakeUserManagement> {
  const impersonations = new FakeImpersonations();
  const fake = new FakeState(impersonations);
  const server = await startLoopbackServer((request, response) => {
    fake.answer(request, response).catch(() => response.destroy());
  });
  impersonations.issuer = server.url + BASE;
  return Object.assign(fake, { baseUrl: server.url, impersonation: impersonations.options, close: () => server.close() });
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: object;
}

class FakeState {
  readonly registeredPermissions: PermissionDefinition[] = [];
  contextRequests = 0;
  notModifiedAnswers = 0;
  readonly #contexts = new Map<string, UserContext>();
  readonly #events = new FakeEventPublisher();
  #behaviour: Behaviour = 'answer';
  #refusal: ErrorCode | null = null;
  #held: Promise<void> = Promise.resolve();

  constructor(private readonly impersonations: FakeImpersonations) {}

  setContext(subject: string, context: UserContext | null): void {
    if (context) this.#contexts.set(subject, context);
    else this.#contexts.delete(subject);
  }

  changeContext(subject: string, changes: Partial<UserContext>): void {
    const before = this.#contexts.get(subject);
    if (!before) throw new Error(`${subject} has no context to change`);
    const context = { ...before, ...changes, version: before.version + 1 };
    this.#contexts.set(subject, context);
    this.#events.publish({ type: 'users.updated', user_id: context.user_id, version: context.version });
  }

  impersonate(subject: string, claims: Record<string, unknown> = {}): FakeImpersonation {
    const { id, token } = this.impersonations.begin(subject, claims);
    const end = (): void => {
      this.impersonations.end(id);
      this.changeContext(subject, {});
    };
    return { id, token, end };
  }

  connectEvents(): FakeEvents {
    return this.#events.connect();
  }

  publish(event: FakeEvent): void {
    this.#events.publish(event);
  }

  setBehaviour(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  refuseWith(code: ErrorCode | null): void {
    this.#refusal = code;
  }

  holdAnswers(): () => void {
    const { promise, resolve } = withResolvers();
    this.#held = promise;
    return resolve;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').slice(BASE.length);
    if (path.endsWith('/context') || path === '/users/contexts') this.contextRequests += 1;
    if (this.#behaviour === 'hang') return;
    const { status, headers, body } = this.#behaviour === 'fail' ? { status: 500 } : await this.#decide(path, request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  async #decide(path: string, request: IncomingMessage): Promise<Answer> {
    if (this.#refusal) return problemOf(this.#refusal);
    if (path === JWKS_PATH) return { status: 200, body: this.impersonations.jwks };
    if (path === '/permissions/register') return this.#register(request);
    if (path === '/users/contexts') return this.#answerContexts(request);
    const feed = /^\/events\?after=(\d+)&limit=(\d+)$/.exec(path);
    if (feed) return { status: 200, body: this.#events.read(Number(feed[1]), Number(feed[2])) };
    const userId = /^\/users\/([^/]+)\/context$/.exec(path)?.[1];
    return userId === undefined ? problemOf('request.not_found') : this.#answerContext(userId, request);
  }

  async #register(request: IncomingMessage): Promise<Answer> {
    const body = JSON.parse(await readBody(request)) as PermissionDefinition | PermissionDefinition[];
    const definitions = [body].flat();
    const isValid = definitions.length > 0 && definitions.every(({ permission }) => PERMISSION_PATTERN.test(permission));
    if (!isValid) return problemOf('request.invalid');
    this.registeredPermissions.push(...definitions);
    return { status: 200, body: { items: definitions, registered: definitions.length } };
  }

  async #answerContexts(request: IncomingMessage): Promise<Answer> {
    const { user_ids: userIds } = JSON.parse(await readBody(request)) as { user_ids: string[] };
    if (userIds.length > MOST_CONTEXTS) return problemOf('request.invalid');
    const items = userIds.map((userId) => {
      const context = this.#findByUserId(userId);
      return context ? { user_id: userId, context } : { user_id: userId, error: 'user.not_found' };
    });
    await this.#held;
    return { status: 200, body: { items } };
  }

  async #answerContext(userId: string, request: IncomingMessage): Promise<Answer> {
    const isSelf = userId === 'me';
    const claims = isSelf ? readClaims(request) : null;
    const isOver = claims !== null && this.impersonations.isOver(claims);
    const context = claims ? this.#contexts.get(claims.sub) : this.#findByUserId(userId);
    await this.#held;
    if (isOver) return problemOf('impersonation.ended');
    if (!context) return problemOf(isSelf ? 'user.unknown' : 'user.not_found');
    const etag = `"${createHash('sha256').update(JSON.stringify(context)).digest('hex')}"`;
    if (request.headers['if-none-match'] !== etag) return { status: 200, headers: { etag }, body: context };
    this.notModifiedAnswers += 1;
    return { status: 304, headers: { etag } };
  }

  #findByUserId(userId: string): UserContext | undefined {
    return [...this.#contexts.values()].find((candidate) => candidate.user_id === userId);
  }
}

/** Throws for what isn't a token: the connection ends then, and whoever forgot the token sees it. */
function readClaims(request: IncomingMessage): { sub: string; iss?: string; jti?: string } {
  const payload = request.headers.authorization?.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
}

function problemOf(code: ErrorCode): Answer {
  const problem = toProblem(new AuthError(code), 'fake');
  return { status: problem.status, headers: { 'content-type': 'application/problem+json' }, body: problem };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
