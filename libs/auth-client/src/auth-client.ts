import type { PermissionDefinition } from '@sa-platform/contracts';
import type { AccessRule } from './access/access.js';
import { ConfigurationError } from './auth-error.js';
import { Authorizer, type Authorization, type IncomingRequest } from './access/authorizer.js';
import { CachedContexts, type CachedContextsOptions } from './contexts/cached-contexts.js';
import type { EventConnection } from './event-connection.js';
import { PermissionRegistration } from './permission-registration.js';
import { requireBaseUrl } from './require-option.js';
import { ServiceTokenSource, type ServiceTokenSourceOptions } from './service-token-source.js';
import { TokenVerifier } from './verification/token-verifier.js';
import { UserManagementClient } from './user-management-client.js';
import type { VerifierOptions } from './verification/verifier-options.js';

/** What an `AuthClient` is made of; `readAuthClientOptions` reads it from environment variables. */
export interface AuthClientOptions {
  /** Whose tokens are accepted. */
  verifier: VerifierOptions;
  /** Address of user-management without path, for example `https://users.example.com`. */
  userManagementUrl: string;
  /** This service's own credentials: to read contexts of others than the caller, and to register permissions. */
  service?: ServiceTokenSourceOptions;
  /** For example `new RedisEvents({ url })`: changes show within milliseconds instead of within `maxAgeMs`. */
  events?: EventConnection;
  /** What this service asks for, registered on start; needs `service`. */
  permissions?: readonly PermissionDefinition[];
  /** How long contexts are believed, and how many are kept. */
  contexts?: CachedContextsOptions;
  /** How long one question to user-management may take, in milliseconds. Default 1,500, at most 2,000. */
  timeoutMs?: number;
  /** Hears what goes wrong in the background, where no request could be told. Default: nobody. */
  onError?: (error: Error) => void;
}

/**
 * What a service needs to know its callers, in one: make one per process.
 *
 * @example
 * const client = createAuthClient(readAuthClientOptions(process.env));
 * await client.start();
 * const { caller } = await client.authorize({ authorization: request.headers.authorization }, [requireApproved()]);
 */
export class AuthClient {
  readonly verifier: TokenVerifier;
  /** What users may do, by token or by id. */
  readonly contexts: CachedContexts;
  /** The questions to user-management; nothing is kept. */
  readonly users: UserManagementClient;
  readonly #authorizer: Authorizer;
  readonly #events: EventConnection | null;
  readonly #registration: PermissionRegistration | null;

  /** @throws ConfigurationError naming an option that is missing or malformed: no check is ever left out */
  constructor(options: AuthClientOptions) {
    const tokens = options.service ? new ServiceTokenSource(options.service) : null;
    this.verifier = new TokenVerifier(options.verifier);
    this.users = new UserManagementClient({
      baseUrl: requireBaseUrl('userManagementUrl', options.userManagementUrl),
      timeoutMs: options.timeoutMs,
      serviceToken: tokens ? () => tokens.getToken() : undefined,
    });
    this.contexts = new CachedContexts(this.users, options.contexts);
    this.#authorizer = new Authorizer(this.verifier, this.contexts);
    this.#events = options.events ?? null;
    this.#registration = this.#register(options);
  }

  /**
   * Who calls, and for which organisation; all of the rules let them.
   *
   * @param request its `Authorization` header, and where it names its organisation
   * @param rules who may do this; none: nobody
   * @throws AuthError why not
   */
  authorize(request: IncomingRequest, rules: readonly AccessRule[]): Promise<Authorization> {
    return this.#authorizer.authorize(request, rules);
  }

  /**
   * Listens to events, and registers the permissions; resolves after the first try, which may fail while user-management
   * isn't there: `onError` hears of it, and it is tried again until it works. Requests can be authorised meanwhile, and
   * before.
   *
   * @throws Error when it was started before
   */
  async start(): Promise<void> {
    this.#events?.open(this.contexts.listener);
    await this.#registration?.start();
  }

  /** Ends what runs in the background: the events and further tries to register. */
  async close(): Promise<void> {
    this.#registration?.stop();
    await this.#events?.close();
  }

  #register({ permissions = [], service, onError = () => undefined }: AuthClientOptions): PermissionRegistration | null {
    if (permissions.length === 0) return null;
    if (!service) throw new ConfigurationError('service', 'is needed to register permissions');
    return new PermissionRegistration(() => this.users.registerPermissions(permissions), onError);
  }
}

/** Makes an `AuthClient`; see there. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return new AuthClient(options);
}

