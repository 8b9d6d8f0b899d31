import { createHash, randomBytes } from 'node:crypto';

const CALLBACK = 'http://127.0.0.1:4200/callback';

/** A page of the issuer, or the first address outside of it. */
export interface Place {
  url: string;
  status: number;
  html: string;
}

/** One person at the issuer's own pages, as a browser would show them. */
export class MockSignInFlow {
  private readonly cookies = new Map<string, string>();
  private readonly verifier = randomBytes(32).toString('base64url');

  constructor(private readonly url: string) {}

  /** @returns the sign-in page */
  start(): Promise<Place> {
    const query = new URLSearchParams({
      client_id: 'admin-ui',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return this.visit(`${this.url}/mock-idp/authorize?${query.toString()}`);
  }

  /** Sends the form of the page. */
  submit(page: Place, form: Record<string, string>): Promise<Place> {
    return this.visit(page.url, new URLSearchParams(form));
  }

  async signIn(email: string, password: string): Promise<Place> {
    return this.submit(await this.start(), { email, password });
  }

  /** Exchanges the code that the flow ended with. */
  async redeem({ url }: Place): Promise<string> {
    const code = new URL(url).searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', client_id: 'admin-ui', code, redirect_uri: CALLBACK, code_verifier: this.verifier };
    const answer = await fetch(`${this.url}/mock-idp/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  async visit(address: string, form?: URLSearchParams): Promise<Place> {
    let url = address;
    let body = form;
    for (let hop = 0; hop < 10; hop++) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { method: body ? 'POST' : 'GET', redirect: 'manual', headers: { cookie }, ...(body ? { body } : {}) });
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
        this.cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) return { url, status: response.status, html: await response.text() };
      url = new URL(location, url).href;
      if (new URL(url).origin !== new URL(address).origin) return { url, status: response.status, html: '' };
      body = undefined;
    }
    throw new Error('too many redirects');
  }
}

/** The newest mail to somebody, as a script reads it. */
export async function newestMail(url: string, to: string): Promise<string> {
  const query = new URLSearchParams({ to }).toString();
  const answer = await fetch(`${url}/mock-idp/mailbox?${query}`, { headers: { accept: 'application/json' } });
  const { mails } = (await answer.json()) as { mails: { text: string }[] };
  return mails[0]?.text ?? '';
}

export async function temporaryPasswordOf(url: string, email: string): Promise<string> {
  return /Temporary password: (\S+)/.exec(await newestMail(url, email))?.[1] ?? 'none';
}

export async function mailedLink(url: string, email: string): Promise<string> {
  return /^http\S+token=\S+$/m.exec(await newestMail(url, email))?.[0] ?? 'none';
}
