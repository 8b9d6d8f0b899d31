import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './browser.js';
import { REDIRECT_URI, type IssuerUnderTest } from './issuer-under-test.js';

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

export const CREDENTIALS = { email: 'admin@example.com', password: 'Passw0rd!' };

/** One application in one browser, walking the authorization code flow. */
export class CodeFlow {
  readonly browser = new Browser();
  readonly verifier = randomBytes(32).toString('base64url');

  constructor(private readonly under: IssuerUnderTest) {}

  authorizeUrl(more: Record<string, string | undefined> = {}): string {
    const params: Record<string, string | undefined> = {
      client_id: 'admin-ui',
      response_type: 'code',
      scope: 'openid profile email',
      redirect_uri: REDIRECT_URI,
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    };
    const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `${this.under.issuer}/authorize?${new URLSearchParams(given).toString()}`;
  }

  /** Where the authorization request leads: the sign-in page, or straight back to the application. */
  async start(more: Record<string, string | undefined> = {}): Promise<{ response: Response; url: string }> {
    const url = this.authorizeUrl(more);
    return this.browser.follow(await this.browser.get(url), url);
  }

  /** Fills in the form of the page at `url`. */
  async submit(url: string, credentials: Record<string, string>): Promise<{ response: Response; url: string }> {
    return this.browser.follow(await this.browser.post(url, credentials), url);
  }

  async signIn(more: Record<string, string | undefined> = {}): Promise<Tokens> {
    const page = await this.start(more);
    const end = await this.submit(page.url, CREDENTIALS);
    return this.redeem(end.url);
  }

  async redeem(callback: string): Promise<Tokens> {
    const code = new URL(callback).searchParams.get('code') ?? '';
    const response = await this.token({
      grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: this.verifier,
    });
    return await response.json() as Tokens;
  }

  async refresh(refreshToken: string): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async token(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.under.issuer}/token`, {
      method: 'POST', headers, body: new URLSearchParams({ client_id: 'admin-ui', ...form }),
    });
  }
}
