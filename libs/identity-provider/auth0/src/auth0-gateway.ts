import { RequestPacer } from '@sa-platform/identity-provider';
import { createManagementAuth, ManagementClient } from 'auth0';
import { checkOptions, DEFAULT_RATE_LIMIT, type Auth0Options } from './auth0-options.js';
import { auth0Failure, mapTokenError } from './map-auth0-error.js';
import { DEADLINE_MS } from './operation.js';

/** A fifth of the burst is kept for revocations, but one at least. */
const RESERVED_SHARE = 5;

/** The way to the tenant: the SDK without its retries, one access token, one pace. */
export class Auth0Gateway {
  readonly client: ManagementClient;
  readonly pacer: RequestPacer;
  /** `fetch`, led to `managementApiUrl` where there is one. */
  readonly fetch: typeof fetch;
  #auth: ReturnType<typeof createManagementAuth>;

  constructor(private readonly options: Auth0Options) {
    checkOptions(options);
    const { burst, perSecond } = options.rateLimit ?? DEFAULT_RATE_LIMIT;
    const reserved = burst < 2 ? 0 : Math.max(1, Math.floor(burst / RESERVED_SHARE));
    this.pacer = new RequestPacer({ burst, perSecond, reserved, maxWaitMs: DEADLINE_MS });
    this.fetch = makeFetch(options);
    this.#auth = this.#newAuth();
    this.client = new ManagementClient({
      domain: options.domain,
      token: () => this.#auth.getToken(),
      fetch: this.fetch,
      maxRetries: 0,
      telemetry: false,
    });
  }

  /**
   * Makes sure that the SDK has a token, so that a failure to get one is told apart from one after the request left.
   * The SDK renews it before it expires and asks once for all who wait. A slow answer is kept for the next operation:
   * it is not given up with the one that asked.
   */
  async prepareToken(): Promise<void> {
    const token: unknown = await this.#auth.getToken().catch((error: unknown) => {
      throw mapTokenError(error);
    });
    if (typeof token !== 'string' || token === '') throw auth0Failure('unavailable');
  }

  /** The tenant refused the token before it expired: the next request gets a new one. */
  forgetToken(): void {
    this.#auth = this.#newAuth();
  }

  #newAuth(): ReturnType<typeof createManagementAuth> {
    const { domain, clientId, clientSecret } = this.options;
    return createManagementAuth({ domain, clientId, clientSecret, fetch: this.fetch, telemetry: false });
  }
}

/** The SDK knows no other address than the domain. A redirect is never followed: it would carry the token away. */
function makeFetch({ domain, managementApiUrl }: Auth0Options): typeof fetch {
  const canonical = `https://${domain}/`;
  const base = managementApiUrl === undefined ? canonical : managementApiUrl.replace(/\/*$/, '/');
  return (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    if (!address.startsWith(canonical)) throw new TypeError('a request to another host than the tenant');
    return fetch(base + address.slice(canonical.length), { ...init, redirect: 'error' });
  };
}
