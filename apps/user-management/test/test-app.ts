import { createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BASE_PATH, createApp, listen } from '../src/app.setup.js';
import { loadConfig } from '../src/platform/config/config.js';
import { createSeededDatabase, createTestDatabase, type TestDatabase } from './test-database.js';

/** What an answer over HTTP was; `body` is parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  body: any;
  text: string;
}

export interface RequestOptions {
  token?: string | null;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Settings that a first start sows by. */
const SEEDING = ['DEMO_DATA', 'BOOTSTRAP_ADMIN_EMAIL', 'IDENTITY_PROVIDER', 'COGNITO_PROVIDER', 'AUTH_ISSUER'];

/** What goes along with a request: JSON, and headers. */
type Content = [json?: unknown, headers?: Record<string, string>];

/** The whole service over a real engine, listening on a free port; nothing in it is replaced. */
export class TestApp {
  private readonly tokens = new Map<string, string>();

  private constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
    readonly database: TestDatabase,
    private readonly ownsDatabase: boolean,
  ) {}

  /**
   * @param environment variables besides those of the database and the address
   * @param database an existing one: a second replica, or a restart
   */
  static async start(environment: Record<string, string> = {}, database?: TestDatabase): Promise<TestApp> {
    const own = database ?? (await (SEEDING.some((name) => name in environment) ? createTestDatabase() : createSeededDatabase()));
    const port = await freePort();
    const config = loadConfig({
      NODE_ENV: 'test',
      DEMO_DATA: 'true',
      LOG_LEVEL: 'fatal',
      PORT: String(port),
      DATA_DIR: own.dataDir,
      ...(own.url === null ? {} : { DATABASE_URL: own.url }),
      ...environment,
    });
    const nest = await createApp(config, await own.open());
    await listen(nest, config);
    return new TestApp(nest, `http://127.0.0.1:${port}`, own, database === undefined);
  }

  async stop(): Promise<void> {
    await this.nest.close();
    if (this.ownsDatabase) await this.database.drop();
  }

  /** @param path below the base path when it doesn't start with `/` */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { token, json, raw, headers } = options;
    const address = path.startsWith('/') ? `${this.url}${path}` : `${this.url}/${BASE_PATH}/${path}`;
    const response = await fetch(address, {
      method,
      redirect: 'manual',
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? (raw === undefined ? {} : { body: raw }) : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined, text };
  }

  /** A request as a person (their e-mail) or as the service client (`service`). */
  async as(who: string, method: string, path: string, ...[json, headers]: Content): Promise<Answer> {
    return this.request(method, path, { token: await this.token(who), json, ...(headers ? { headers } : {}) });
  }

  /** An access token of a person, or of the service client: `service`, or `service:scope scope`. */
  async token(who: string): Promise<string> {
    const known = this.tokens.get(who);
    if (known !== undefined) return known;
    const token = who.startsWith('service') ? await this.serviceToken(who.slice('service:'.length)) : await this.personToken(who);
    this.tokens.set(who, token);
    return token;
  }

  /** The demo person's id, or anybody's whose token has been used. */
  async idOf(email: string): Promise<string> {
    const { body } = await this.as(email, 'GET', 'users/me/context');
    return String(body.user_id);
  }

  private async personToken(email: string): Promise<string> {
    const { body } = await this.request('POST', '/mock-idp/dev-token', { json: { email } });
    return String(body.access_token);
  }

  private async serviceToken(scope: string): Promise<string> {
    const { body } = await this.request('POST', '/mock-idp/token', {
      raw: new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('example-service:example-service-secret').toString('base64')}`,
      },
    });
    return String(body.access_token);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
