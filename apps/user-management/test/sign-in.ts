import { createHash, randomBytes } from 'node:crypto';

const CALLBACK = 'http://127.0.0.1:4200/callback';

/** Signs in on the issuer's own page, as a browser would. @returns the access token, or null when the page refuses */
export async function signIn(url: string, email: string, password: string): Promise<string | null> {
  const verifier = randomBytes(32).toString('base64url');
  const browser = new CookieJar();
  const query = new URLSearchParams({
    client_id: 'admin-ui',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: CALLBACK,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await browser.visit(`${url}/mock-idp/authorize?${query.toString()}`);
  const end = await browser.visit(page, new URLSearchParams({ email, password }));
  const code = new URL(end).searchParams.get('code');
  if (code === null) return null;
  const answer = await fetch(`${url}/mock-idp/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'admin-ui', code, redirect_uri: CALLBACK, code_verifier: verifier }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

class CookieJar {
  private readonly cookies = new Map<string, string>();

  /** @returns where the redirects lead: a page of the issuer, or the first address outside of it */
  async visit(address: string, form?: URLSearchParams): Promise<string> {
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
      if (location === null) return url;
      const next = new URL(location, url);
      if (next.origin !== new URL(address).origin) return next.href;
      url = next.href;
      body = undefined;
    }
    throw new Error('too many redirects');
  }
}
