import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash, randomBytes } from 'node:crypto';
import { BASE_PATH } from '../src/app.setup.js';

/** What the issuer knows as the application's address; the browser is told that it lives on a port of the test's own. */
export const APPLICATION = 'http://127.0.0.1:4200';

/** An application as small as can be: it takes the code, exchanges it by PKCE, and shows what the API says of the person. */
export class CallbackServer {
  private readonly verifier = randomBytes(32).toString('base64url');
  private readonly server: Server;
  /** The newest token it was given. */
  token = '';

  private constructor(private readonly serviceUrl: string) {
    this.server = createServer((req, res) => {
      const answer = req.url?.startsWith('/callback?') ? this.callBack(new URL(req.url, APPLICATION)) : Promise.resolve('no page');
      void answer
        .catch((error: unknown) => `failed: ${String(error)}`)
        .then((text) => res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!DOCTYPE html><title>Application</title><pre>${text}</pre>`));
    });
  }

  static async start(serviceUrl: string): Promise<CallbackServer> {
    const application = new CallbackServer(serviceUrl);
    await new Promise<void>((resolve) => { application.server.listen(0, '127.0.0.1', resolve); });
    return application;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Where a person who wants to use the application is sent. */
  get authorizeUrl(): string {
    const query = new URLSearchParams({
      client_id: 'admin-ui',
      response_type: 'code',
      scope: 'openid profile email',
      redirect_uri: `${APPLICATION}/callback`,
      state: 'the-state',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return `${this.serviceUrl}/mock-idp/authorize?${query.toString()}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => { this.server.close(() => resolve()); });
  }

  private async callBack({ searchParams }: URL): Promise<string> {
    const form = {
      grant_type: 'authorization_code',
      client_id: 'admin-ui',
      code: searchParams.get('code') ?? '',
      redirect_uri: `${APPLICATION}/callback`,
      code_verifier: this.verifier,
    };
    const answer = await fetch(`${this.serviceUrl}/mock-idp/token`, { method: 'POST', body: new URLSearchParams(form) });
    this.token = ((await answer.json()) as { access_token: string }).access_token;
    const me = await fetch(`${this.serviceUrl}/${BASE_PATH}/users/me`, { headers: { authorization: `Bearer ${this.token}` } });
    return me.text();
  }
}
