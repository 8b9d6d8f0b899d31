import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode, PermissionDefinition, UserContext } from '@sa-platform/contracts';
import { AuthError, toProblem } from '../auth-error.js';
import { readBody, startLoopbackServer, type Behaviour } from './loopback-server.js';

/** A running stand-in for user-management. */
export interface FakeUserManagement {
  /** For `HttpContextSource` and `UserManagementClient`. */
  baseUrl: string;
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
  /** How everything is answered from now on. */
  setBehaviour(behaviour: Behaviour): void;
  /** Refuses every request with this problem from now on; null ends it. */
  refuseWith(code: ErrorCode | null): void;
  /** Keeps context answers back, already decided, until the returned function is called. */
  holdAnswers(): () => void;
  close(): Promise<void>;
}

const BASE = '/v1/user-management';

/**
 * Starts a stand-in for user-management on loopback that answers contexts given to it. It reads the subject of a token
 * and verifies nothing: the verifier under test does.
 *
 * @example
 * const users = await startFakeUserManagement();
 * users.setContext('auth0|1', buildContext({ user_type: 'clinician' }));
 * const contexts = new HttpContextSource({ baseUrl: users.baseUrl });
 */
export async function startFakeUserManagement(): Promise<FakeUserManagement> {
  const fake = new FakeState();
  const server = await startLoopbackServer((request, response) => {
    fake.answer(request, response).catch(() => response.destroy());
  });
  return Object.assign(fake, { baseUrl: server.url, close: () => server.close() });
}

class FakeState {
  readonly registeredPermissions: PermissionDefinition[] = [];
  contextRequests = 0;
  notModifiedAnswers = 0;
  readonly #contexts = new Map<string, UserContext>();
  #behaviour: Behaviour = 'answer';
  #refusal: ErrorCode | null = null;
  #held: Promise<void> = Promise.resolve();

  setContext(subject: string, context: UserContext | null): void {
    if (context) this.#contexts.set(subject, context);
    else this.#contexts.delete(subject);
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
    const userId = /^\/users\/([^/]+)\/context$/.exec(path)?.[1];
    if (userId) this.contextRequests += 1;
    if (this.#behaviour === 'hang') return;
    if (this.#behaviour === 'fail') return void response.writeHead(500).end();
    if (this.#refusal) { sendProblem(response, this.#refusal); return; }
    if (path === '/permissions/register') return this.#register(request, response);
    if (!userId) { sendProblem(response, 'request.not_found'); return; }
    return this.#sendContext(userId, request, response);
  }

  async #register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await readBody(request)) as PermissionDefinition | PermissionDefinition[];
    this.registeredPermissions.push(...[body].flat());
    send(response, 200, {});
  }

  async #sendContext(userId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isSelf = userId === 'me';
    const context = isSelf
      ? this.#contexts.get(readSubject(request))
      : [...this.#contexts.values()].find((candidate) => candidate.user_id === userId);
    await this.#held;
    if (!context) { sendProblem(response, isSelf ? 'user.unknown' : 'user.not_found'); return; }
    const etag = `"${createHash('sha256').update(JSON.stringify(context)).digest('hex')}"`;
    if (request.headers['if-none-match'] !== etag) { send(response, 200, context, { etag }); return; }
    this.notModifiedAnswers += 1;
    response.writeHead(304, { etag }).end();
  }
}

function readSubject(request: IncomingMessage): string {
  const payload = request.headers.authorization?.split('.')[1] ?? '';
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
  return claims.sub;
}

function sendProblem(response: ServerResponse, code: ErrorCode): void {
  const problem = toProblem(new AuthError(code), 'fake');
  send(response, problem.status, problem, { 'content-type': 'application/problem+json' });
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
