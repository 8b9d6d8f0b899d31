import { AuthError } from './auth-error.js';
import { requestJson } from './http-json.js';
import { requireHttpUrl, requireNumber, requireText } from './verifier-options.js';

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
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
}

interface HeldToken {
  token: string;
  renewAtMs: number;
  expiresAtMs: number;
}

/** A token is renewed when this part of its life is over, so that a slow issuer has the rest to answer. */
const RENEW_AFTER = 0.8;

/**
 * A service's own access token (client credentials, RFC 6749 4.4), kept and renewed before it expires. One request at a
 * time; while a renewal fails, the token at hand serves until it expires.
 *
 * @example
 * const tokens = new ServiceTokenSource({ tokenUrl, clientId, clientSecret, scopes: ['context:read'] });
 * const users = new UserManagementClient({ baseUrl, serviceToken: () => tokens.getToken() });
 */
export class ServiceTokenSource {
  readonly #now: () => number;
  #held: HeldToken | null = null;
  #request: Promise<HeldToken> | null = null;

  /** @throws ConfigurationError naming an option that is missing or malformed */
  constructor(private readonly options: ServiceTokenSourceOptions) {
    requireHttpUrl('tokenUrl', options.tokenUrl);
    requireText('clientId', options.clientId);
    requireText('clientSecret', options.clientSecret);
    requireNumber('timeoutMs', options.timeoutMs ?? 3_000, 60_000);
    this.#now = options.now ?? Date.now;
  }

  /** @throws AuthError `context.unavailable` when there is no valid token and the issuer gives none */
  async getToken(): Promise<string> {
    const held = this.#held;
    if (!held || this.#now() >= held.expiresAtMs) return (await this.#renew()).token;
    if (this.#now() >= held.renewAtMs) this.#renew().catch(() => undefined);
    return held.token;
  }

  #renew(): Promise<HeldToken> {
    this.#request ??= this.#fetchToken().finally(() => {
      this.#request = null;
    });
    return this.#request;
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
