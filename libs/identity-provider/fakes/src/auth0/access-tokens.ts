import { randomBytes } from 'node:crypto';
import type { FakeAnswer } from '../fake-server.js';
import { parseObject, refusal } from './auth0-answers.js';
import type { Auth0Settings } from './auth0-settings.js';

const LIFETIME_SECONDS = 86_400;

interface AccessToken {
  expiresAt: number;
  scopes: string[] | null;
}

/** The client credentials grant of the tenant and the tokens it gave out. */
export class AccessTokens {
  readonly #tokens = new Map<string, AccessToken>();

  constructor(
    private readonly settings: Auth0Settings,
    private readonly now: () => number,
  ) {}

  /** `POST /oauth/token`: the audience is the canonical address, whatever address the request came to. */
  grant(contentType: string, body: string): FakeAnswer {
    const form = contentType.startsWith('application/json') ? parseObject(body) : Object.fromEntries(new URLSearchParams(body));
    const { clientId, clientSecret, domain, scopes } = this.settings;
    if (form?.grant_type !== 'client_credentials') return oauthRefusal(400, 'unsupported_grant_type');
    if (form.client_id !== clientId || form.client_secret !== clientSecret) return oauthRefusal(401, 'access_denied');
    if (form.audience !== `https://${domain}/api/v2/`) return oauthRefusal(403, 'access_denied');
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(token, { expiresAt: this.now() + LIFETIME_SECONDS * 1000, scopes });
    return { status: 200, body: { access_token: token, expires_in: LIFETIME_SECONDS, token_type: 'Bearer' } };
  }

  /** Null when the request carries a live token with all of these scopes. */
  check(authorization: string | undefined, scopes: string[]): FakeAnswer | null {
    const token = this.#tokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
    if (!token) return refusal(401, 'Invalid token', 'invalid_token');
    if (token.expiresAt <= this.now()) return refusal(401, 'Expired token received for JSON Web Token validation', 'invalid_token');
    const isMissing = scopes.some((scope) => token.scopes !== null && !token.scopes.includes(scope));
    return isMissing ? refusal(403, `Insufficient scope, expected: ${scopes.join(' ')}`, 'insufficient_scope') : null;
  }

  /** Every token is worth nothing, as after the tenant's keys were rotated. */
  revokeAll(): void {
    this.#tokens.clear();
  }
}

function oauthRefusal(status: number, error: string): FakeAnswer {
  return { status, body: { error, error_description: 'Unauthorized' } };
}
