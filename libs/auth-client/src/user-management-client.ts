import type { PermissionDefinition, UserContext } from '@sa-platform/contracts';
import { AuthError } from './auth-error.js';
import { requestJson, type JsonAnswer, type JsonRequest } from './http-json.js';
import { readContext } from './read-context.js';
import { requireHttpUrl, requireNumber } from './verifier-options.js';

/** How a service reaches user-management under its own name. */
export interface UserManagementClientOptions {
  /** Address of user-management without path, for example `https://users.example.com`. */
  baseUrl: string;
  /** Gives the service's own token, see `ServiceTokenSource`. */
  serviceToken: () => Promise<string>;
  /** How long one question may take, in milliseconds. Default 3,000. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * What a service asks user-management with its own token, for users who aren't the caller. Nothing is kept.
 *
 * @example
 * const users = new UserManagementClient({ baseUrl, serviceToken: () => tokens.getToken() });
 * const context = await users.getContext(claim.assigneeId);
 */
export class UserManagementClient {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;

  /** @throws ConfigurationError naming an option that is malformed */
  constructor(private readonly options: UserManagementClientOptions) {
    this.#baseUrl = `${requireHttpUrl('baseUrl', options.baseUrl).replace(/\/+$/, '')}/v1/user-management`;
    this.#timeoutMs = requireNumber('timeoutMs', options.timeoutMs ?? 3_000, 60_000);
  }

  /**
   * The context of any user; needs the scope `context:read`.
   *
   * @param userId our id of the user
   * @throws AuthError `user.not_found`; `access.denied` without the scope; `context.unavailable`
   */
  async getContext(userId: string): Promise<UserContext> {
    // An id like `..` would name another route.
    if (!USER_ID.test(userId)) throw new AuthError('user.not_found');
    const answer = await this.#ask(`/users/${userId}/context`, {});
    const context = answer.status === 200 ? readContext(answer.body) : null;
    if (context) return context;
    throw answer.status === 404 ? new AuthError('user.not_found') : toRefusal(answer);
  }

  /**
   * Registers the permissions that this service checks; needs the scope `permissions:register`. Repeating it is harmless.
   *
   * @throws AuthError `request.invalid` when one is malformed; `access.denied` without the scope; `context.unavailable`
   */
  async registerPermissions(permissions: readonly PermissionDefinition[]): Promise<void> {
    const answer = await this.#ask('/permissions/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(permissions),
    });
    if (answer.status === 400) throw new AuthError('request.invalid', 'A permission is not valid');
    if (answer.status < 200 || answer.status > 299) throw toRefusal(answer);
  }

  async #ask(path: string, request: Pick<JsonRequest, 'method' | 'headers' | 'body'>): Promise<JsonAnswer> {
    const token = await this.options.serviceToken();
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

/** A 401 is a fault of this service's own token, not of whoever called it: it isn't passed on as one. */
function toRefusal({ status }: JsonAnswer): AuthError {
  if (status === 403) return new AuthError('access.denied', 'This service lacks the scope');
  return new AuthError('context.unavailable', undefined, { cause: new Error(`user-management answered ${status}`) });
}
