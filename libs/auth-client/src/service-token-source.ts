import { AuthError } from './auth-error.js';
import { createElapsedClock } from './elapsed-clock.js';
import { requestJson } from './http-json.js';
import { requireHttpUrl, requireNumber, requireText } from './require-option.js';

/** How a service gets a token of its own. */
export interface ServiceTokenSourceOptions {
  /** The issuer's token endpoint. */
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  /** For example `['context:read']`. */
  scopes?: readonly string[];
  /** Further form fields; Auth0 wants `audience`, issuers with resource indicators `resource`. */
  parameters?: Readonly<Record<string, string>>;
  /** How long one request may take, in milliseconds. Default 3,000. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  /** A clock that never goes back, in milliseconds. Default: the time passed, by whichever clock of the machine says more. */
  now?: () => number;
}

interface HeldToken {
  token: string;
  renewAtMs: number;
  expiresAtMs: number;
}

/** A token is renewed when this part of its life is over, so that a slow issuer has the rest to answer. */
const RENEW_AFTER = 0.8;
/** The issuer is not asked again within this time after it gave none. */
const PAUSE_MS = 1_000;

/**
 * A service's own access token (client credentials, RFC 6749 4.4), kept and renewed before it expires. One request at a
 * time, and a second of rest after one that failed; meanwhile the token at hand serves until it expires.
 *
 * @example
 * const tokens = new ServiceTokenSource({ tokenUrl, clientId, clientSecret, scopes: ['context:read'] });
 * const users = new UserManagementClient({ baseUrl, serviceToken: () => tokens.getToken() });
 */
export class ServiceTokenSource {
  readonly #now: () => number;
  #held: HeldToken | null = null;
  #request: Promise<HeldToken> | null = null;
  /** From then on a request that failed is no answer any more. */
  #askAgainAtMs = Infinity;

  /** @throws ConfigurationError naming an option that is missing or malformed */
  constructor(private readonly options: ServiceTokenSourceOptions) {
    requireHttpUrl('tokenUrl', options.tokenUrl);
    requireText('clientId', options.clientId);
    requireText('clientSecret', options.clientSecret);
    requireNumber('timeoutMs', options.timeoutMs ?? 3_000, 60_000);
    this.#now = options.now ?? createElapsedClock();
  }

  /** @throws AuthError `context.unavailable` when there is no valid token and the issuer gives none */
  async getToken(): Promise<string> {
    const held = this.#held;
    if (!held || this.#now() >= held.expiresAtMs) return (await this.#renew()).token;
    if (this.#now() >= held.renewAtMs) void this.#renew();
    return held.token;
  }

  #renew(): Promise<HeldToken> {
    if (this.#request && this.#now() < this.#askAgainAtMs) return this.#request;
    const request = this.#fetchToken();
    this.#request = request;
    this.#askAgainAtMs = Infinity;
    request.then(
      () => {
        this.#request = null;
      },
      () => {
        this.#askAgainAtMs = this.#now() + PAUSE_MS;
      },
    );
    return request;
  }

  async #fetchToken(): Promise<HeldToken> {
    const askedAtMs = this.#now();
    const body = await this.#ask();
    const token = body?.['access_token'];
    const expiresIn = body?.['expires_in'];
    if (typeof token !== 'string' || typeof expiresIn !== 'number' || !(expiresIn > 0)) {
      throw new AuthError('context.unavailable', 'The issuer gave no service token');
    }
    this.#held = {
      token,
      renewAtMs: askedAtMs + expiresIn * 1000 * RENEW_AFTER,
      expiresAtMs: askedAtMs + expiresIn * 1000,
    };
    return this.#held;
  }

  async #ask(): Promise<Record<string, unknown> | null> {
    const { options } = this;
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...options.parameters });
    if (options.scopes?.length) form.set('scope', options.scopes.join(' '));
    try {
      const answer = await requestJson(options.tokenUrl, {
        fetch: options.fetch ?? ((...request) => fetch(...request)),
        timeoutMs: options.timeoutMs ?? 3_000,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: basicCredentials(options.clientId, options.clientSecret),
        },
        body: form.toString(),
      });
      return answer.status === 200 ? (answer.body as Record<string, unknown> | null) : null;
    } catch (error) {
      throw new AuthError('context.unavailable', 'The issuer gave no service token', { cause: error });
    }
  }
}

/** RFC 6749 2.3.1: each half is form-encoded before they are joined. */
function basicCredentials(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}
