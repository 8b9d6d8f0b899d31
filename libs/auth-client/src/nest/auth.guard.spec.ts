import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { UserContext } from '@sa-platform/contracts';
import { HttpContextSource } from '../http-context-source.js';
import {
  buildContext,
  buildMembership,
  startFakeUserManagement,
  startTestIssuer,
  type FakeUserManagement,
  type TestIssuer,
} from '../testing/index.js';
import { AdminRoutes, OpenRoutes, Routes } from '../../test/guarded-routes.js';
import { AuthErrorFilter, AuthModule, Public, readDeclaredAccess, RequireApproved } from './index.js';


let issuer: TestIssuer;
let users: FakeUserManagement;
let app: NestFastifyApplication;
let url: string;

async function startApp(of: TestIssuer, controllers: Type[]): Promise<[NestFastifyApplication, string]> {
  @Module({
    imports: [
      AuthModule.forRootAsync({
        useFactory: () => ({
          verifier: of.verifierOptions,
          contexts: new HttpContextSource({ baseUrl: users.baseUrl, maxAgeMs: 0 }),
        }),
      }),
    ],
    controllers,
    providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  // Node itself answers 431 to headers over 16 KiB; a bigger limit lets the guard answer.
  const adapter = new FastifyAdapter({ http: { maxHeaderSize: 128 * 1024 } });
  const started = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await started.listen(0, '127.0.0.1');
  return [started, await started.getUrl()];
}

beforeAll(async () => {
  issuer = await startTestIssuer();
  users = await startFakeUserManagement();
  [app, url] = await startApp(issuer, [Routes, AdminRoutes, OpenRoutes]);
});
afterAll(async () => {
  await app.close();
  await Promise.all([issuer.close(), users.close()]);
});

const texas = buildMembership({
  organisation_id: 'texas',
  permissions: ['claims:read'],
  role: { id: 'r', key: 'BILLER', name: 'Biller' },
  products: [{ product_id: 'p', key: 'derm' }],
});
const mississippi = buildMembership({ organisation_id: 'mississippi' });
const give = (changes: Partial<UserContext>): void => users.setContext('test-user', buildContext(changes));
beforeEach(() => {
  users.setBehaviour('answer');
  give({ memberships: [texas] });
});

interface Answer {
  status: number;
  code: string | undefined;
  body: Record<string, unknown>;
  headers: Headers;
}
interface Ask {
  token?: string | null;
  headers?: Record<string, string>;
  method?: string;
  body?: string;
}
async function ask(path: string, { token = issuer.issue(), headers = {}, ...init }: Ask = {}): Promise<Answer> {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/${path}`, { headers: { ...authorization, ...headers }, ...init });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, code: body['code'] as string | undefined, body, headers: response.headers };
}

describe('who is let in', () => {
  test('a public route asks nobody, not even about a bad token', async () => {
    expect(await ask('public', { token: null })).toMatchObject({ status: 200 });
    expect(await ask('public', { token: 'nonsense' })).toMatchObject({ status: 200 });
    expect(await ask('open/door', { token: null })).toMatchObject({ status: 200 });
    expect(await ask('admin/public', { token: null })).toMatchObject({ status: 200 });
  });

  test('a route that declares nothing is closed: 401 without a token, 403 with one, services included', async () => {
    expect(await ask('undeclared', { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await ask('undeclared')).toMatchObject({ status: 403, code: 'access.undeclared' });
    const service = issuer.issueForService('jobs', ['context:read']);
    expect(await ask('undeclared', { token: service })).toMatchObject({ status: 403, code: 'access.undeclared' });
  });

  test('rules of the controller hold for its handlers, together with their own', async () => {
    give({ memberships: [texas] });
    expect(await ask('admin/undeclared')).toMatchObject({ status: 403, code: 'access.denied' });
    expect(await ask('admin/claims')).toMatchObject({ status: 403, code: 'access.denied' });
    give({ user_type: 'admin' });
    expect(await ask('admin/undeclared')).toMatchObject({ status: 200 });
    expect(await ask('admin/claims')).toMatchObject({ status: 403, code: 'access.denied' });
    give({ user_type: 'admin', memberships: [texas] });
    expect(await ask('admin/claims')).toMatchObject({ status: 200 });
  });

  test('a rule on a handler closes it in a public controller', async () => {
    expect(await ask('open/closed', { token: null })).toMatchObject({ status: 401 });
  });

  test('two decorators on one handler both count', async () => {
    expect(await ask('both')).toMatchObject({ status: 403 });
    give({ user_type: 'clinician' });
    expect(await ask('both')).toMatchObject({ status: 403 });
    give({ user_type: 'clinician', memberships: [texas] });
    expect(await ask('both')).toMatchObject({ status: 200 });
  });

  test.each(['any-permission', 'role', 'any-role', 'product'])('%s admits the member and nobody else', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 200 });
    give({ memberships: [buildMembership({ role: { id: 'r', key: 'ANALYST', name: 'Analyst' } })] });
    expect(await ask(path)).toMatchObject({ status: 403, code: 'access.denied' });
    expect(await ask(path, { token: issuer.issueForService('jobs', ['claims:read']) })).toMatchObject({ status: 403 });
  });

  test.each(['pending', 'suspended', 'deactivated'] as const)('a %s user is admitted only by a rule that says so', async (status) => {
    give({ status, memberships: [texas] });
    expect(await ask('approved')).toMatchObject({ status: 403, code: 'user.not_active' });
    expect(await ask('claims')).toMatchObject({ status: 403, code: 'user.not_active' });
    expect(await ask('me')).toMatchObject({ status: 200, body: { status } });
  });

  test('a rule of ours that forgets the status does not admit a pending user', async () => {
    give({ status: 'pending' });
    expect(await ask('forgetful')).toMatchObject({ status: 403, code: 'user.not_active' });
    give({ status: 'active' });
    expect(await ask('forgetful')).toMatchObject({ status: 200 });
  });

  test('a service passes by its scope, without asking for a context', async () => {
    const before = users.contextRequests;
    const token = issuer.issueForService('jobs', ['context:read']);
    expect(await ask('service', { token })).toMatchObject({ status: 200, body: { type: 'service' } });
    expect(await ask('service', { token: issuer.issueForService('jobs') })).toMatchObject({ status: 403 });
    expect(await ask('service', { token: issuer.issue({ scope: 'context:read' }) })).toMatchObject({ status: 403 });
    expect(await ask('service-user', { token })).toMatchObject({ status: 403, code: 'access.denied' });
    expect(users.contextRequests - before).toBe(1);
  });

  test('an unknown user is refused, and everybody while user-management fails', async () => {
    expect(await ask('approved', { token: issuer.issue({ sub: 'stranger' }) })).toMatchObject({ status: 403, code: 'user.unknown' });
    users.setBehaviour('fail');
    expect(await ask('approved')).toMatchObject({ status: 503, code: 'context.unavailable' });
  });
});

describe('the organisation', () => {
  const two = { memberships: [texas, mississippi] };
  const header = (id: string): Ask => ({ headers: { 'x-organisation-id': id } });

  test('comes from the route, the header or the only membership', async () => {
    expect(await ask('claims')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    give(two);
    expect(await ask('claims', header('texas'))).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    expect(await ask('organisations/texas/claims')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
  });

  test('of another membership, or nobody’s, gives nothing', async () => {
    give(two);
    expect(await ask('claims', header('mississippi'))).toMatchObject({ status: 403, code: 'access.denied' });
    expect(await ask('organisations/mississippi/claims')).toMatchObject({ status: 403, code: 'access.denied' });
    expect(await ask('claims', header('ohio'))).toMatchObject({ status: 403, code: 'access.denied' });
    expect(await ask('organisations/texas/claims', header('mississippi'))).toMatchObject({ status: 403, code: 'access.denied' });
  });

  test('must be named by a member of several', async () => {
    give(two);
    expect(await ask('claims')).toMatchObject({ status: 403, code: 'access.organisation_required' });
    expect(await ask('tenant')).toMatchObject({ status: 403, code: 'access.organisation_required' });
  });

  test('is never read from the body', async () => {
    give(two);
    const body = JSON.stringify({ organisationId: 'texas', organisation_id: 'texas' });
    const answer = await ask('claims', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 403, code: 'access.organisation_required' });
  });

  test('is handed to a handler only when the caller may act there', async () => {
    give(two);
    expect(await ask('tenant', header('mississippi'))).toMatchObject({ status: 200 });
    expect(await ask('tenant', header('ohio'))).toMatchObject({ status: 403, code: 'access.denied' });
    give({ permissions: ['claims:read'] });
    expect(await ask('claims', header('ohio'))).toMatchObject({ status: 200, body: { organisationId: 'ohio' } });
    give({ user_type: 'admin', is_platform_admin: true });
    expect(await ask('tenant', header('ohio'))).toMatchObject({ status: 200 });
  });
});

describe('the token', () => {
  test.each([
    ['another scheme', { authorization: 'Basic YTpi' }, 'token.missing'],
    ['no token after the scheme', { authorization: 'Bearer ' }, 'token.missing'],
    ['two tokens', { authorization: 'Bearer a b' }, 'token.invalid'],
    ['nonsense', { authorization: 'Bearer nonsense' }, 'token.invalid'],
  ])('%s is 401', async (_name, headers, code) => {
    expect(await ask('approved', { token: null, headers })).toMatchObject({ status: 401, code });
  });

  test('is refused by passport as by the verifier alone', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const refused = [
      [issuer.issue({ exp: seconds - 10 }), 'token.expired'],
      [issuer.issue({ exp: undefined }), 'token.invalid'],
      [issuer.issue({ nbf: seconds + 60 }), 'token.invalid'],
      [issuer.issue({ aud: 'other' }), 'token.invalid'],
      [issuer.issue({ iss: 'https://other.example.com' }), 'token.invalid'],
      [issuer.issue({ nonce: 'n' }), 'token.invalid'],
      [issuer.issue({}, { alg: 'none' }), 'token.invalid'],
      [issuer.issue({}, { alg: 'HS256' }), 'token.invalid'],
      [issuer.issue({}, { kid: undefined }), 'token.invalid'],
      [issuer.issue({}, { crit: ['exp'] }), 'token.invalid'],
      [`${issuer.issue()}.a.b`, 'token.invalid'],
      [issuer.issue().replace(/[^.]*$/, 'AAAA'), 'token.invalid'],
      [issuer.issue({ padding: 'x'.repeat(48 * 1024) }), 'token.invalid'],
    ] as const;
    for (const [token, code] of refused) expect(await ask('approved', { token })).toMatchObject({ status: 401, code });
  });

  test('counts with any case of the scheme, and not in the query', async () => {
    const token = issuer.issue();
    expect(await ask('approved', { token: null, headers: { authorization: `bearer ${token}` } })).toMatchObject({ status: 200 });
    expect(await ask(`approved?access_token=${token}`, { token: null })).toMatchObject({ status: 401 });
  });

  test('makes each of many requests at once the caller it names, cold and warm', async () => {
    const subjects = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    for (const subject of subjects) users.setContext(subject, buildContext({ user_id: subject }));
    const tokens = subjects.map((sub) => issuer.issue({ sub }));
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(tokens.map((token) => ask('approved', { token })));
      expect(answers.map(({ body }) => body['subject'])).toEqual(subjects);
    }
  });

  test('of the issuer of one application is refused by another in the same process', async () => {
    const otherIssuer = await startTestIssuer();
    const [otherApp, otherUrl] = await startApp(otherIssuer, [Routes]);
    const authorization = `Bearer ${otherIssuer.issue({ sub: 'test-user' })}`;
    expect(await ask('approved', { token: null, headers: { authorization } })).toMatchObject({ status: 401 });
    expect(await ask('approved')).toMatchObject({ status: 200 });
    expect((await fetch(`${otherUrl}/approved`, { headers: { authorization } })).status).toBe(200);
    await otherApp.close();
    await otherIssuer.close();
  });
});

test('a refusal is problem+json with a challenge on 401', async () => {
  const missing = await ask('approved', { token: null });
  expect(missing.headers.get('www-authenticate')).toBe('Bearer');
  expect(missing.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(missing.body).toEqual({
    type: 'urn:sa-platform:problem:token.missing',
    title: 'A bearer token is required',
    status: 401,
    detail: 'A bearer token is required',
    code: 'token.missing',
    request_id: expect.any(String),
  });
  const invalid = await ask('approved', { token: 'a.b.c' });
  expect(invalid.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect((await ask('undeclared')).headers.get('www-authenticate')).toBeNull();
});

describe('what a route declares', () => {
  test('can be read by a test that walks all routes', () => {
    expect(readDeclaredAccess(Routes.prototype.undeclared, Routes)).toEqual({ isPublic: false, rules: [] });
    expect(readDeclaredAccess(Routes.prototype.public, Routes).isPublic).toBe(true);
    const { rules } = readDeclaredAccess(AdminRoutes.prototype.claims, AdminRoutes);
    expect(rules.map(({ name }) => name)).toEqual(['user type admin', 'permission claims:read']);
  });

  test('can not be public and ruled at once', () => {
    const contradict = (): unknown => {
      class Contradiction {
        @Public() @RequireApproved() both(): void {}
      }
      return Contradiction;
    };
    const contradictTheOtherWay = (): unknown => {
      @RequireApproved()
      @Public()
      class Contradiction {}
      return Contradiction;
    };
    expect(contradict).toThrow('exclude each other');
    expect(contradictTheOtherWay).toThrow('exclude each other');
  });
});

test('does not start with an option missing', () => {
  const start = (): Promise<unknown> => startApp({ ...issuer, verifierOptions: { ...issuer.verifierOptions, audience: '' } }, [Routes]);
  return expect(start()).rejects.toMatchObject({ name: 'ConfigurationError', option: 'audience' });
});
