import type { UserContext } from '@sa-platform/contracts';
import { createAuthClient, type AuthClient } from '../src/auth-client.js';
import {
  buildContext,
  buildMembership,
  startFakeUserManagement,
  startTestIssuer,
  type FakeUserManagement,
  type TestIssuer,
} from '../src/testing/index.js';

/** An application that serves the routes of `guarded-routes.ts` or `bare-routes.ts` on loopback. */
export interface RunningApp {
  url: string;
  close(): Promise<unknown>;
}

interface Answer {
  status: number;
  code: string | undefined;
  body: Record<string, unknown>;
  headers: Headers;
}

export interface Ask {
  /** Null: none. Default: a good one of `test-user`. */
  token?: string | null;
  headers?: Record<string, string>;
  method?: string;
  body?: string;
}

/** What the tests of one adapter work with; its parts are there once `beforeAll` ran. */
export interface GuardedApp {
  readonly issuer: TestIssuer;
  readonly users: FakeUserManagement;
  readonly url: string;
  /** The context of `test-user` from now on. */
  give(changes: Partial<UserContext>): void;
  ask(path: string, ask?: Ask): Promise<Answer>;
}

export const texas = buildMembership({
  organisation_id: 'texas',
  permissions: ['claims:read'],
  role: { id: 'r', key: 'BILLER', name: 'Biller' },
  products: [{ product_id: 'p', key: 'derm' }],
});
export const mississippi = buildMembership({ organisation_id: 'mississippi' });

/** A client that keeps no context, so that each change of a test shows at once. */
export function createTestClient(issuer: TestIssuer, users: FakeUserManagement): AuthClient {
  return createAuthClient({
    verifier: issuer.verifierOptions,
    userManagementUrl: users.baseUrl,
    contexts: { maxAgeMs: 0 },
  });
}

/** Starts the application before the tests around it, and gives `test-user` a membership in `texas` before each. */
export function startGuardedApp(start: (client: AuthClient) => Promise<RunningApp>): GuardedApp {
  let issuer: TestIssuer;
  let users: FakeUserManagement;
  let app: RunningApp;
  beforeAll(async () => {
    issuer = await startTestIssuer();
    users = await startFakeUserManagement();
    app = await start(createTestClient(issuer, users));
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([issuer.close(), users.close()]);
  });

  const give: GuardedApp['give'] = (changes) => users.setContext('test-user', buildContext(changes));
  beforeEach(() => {
    users.setBehaviour('answer');
    give({ memberships: [texas] });
  });
  return {
    get issuer() {
      return issuer;
    },
    get users() {
      return users;
    },
    get url() {
      return app.url;
    },
    give,
    ask: async (path, { token = issuer.issue(), headers = {}, ...init } = {}) => {
      const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${app.url}/${path}`, { headers: { ...authorization, ...headers }, ...init });
      const body = (await response.json()) as Record<string, unknown>;
      return { status: response.status, code: body['code'] as string | undefined, body, headers: response.headers };
    },
  };
}
