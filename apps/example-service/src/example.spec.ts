import 'reflect-metadata';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { UserContext } from '@sa-platform/auth-client';
import {
  buildContext,
  buildMembership,
  startFakeUserManagement,
  startTestIssuer,
  type FakeUserManagement,
  type TestIssuer,
} from '@sa-platform/auth-client/testing';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';

let issuer: TestIssuer;
let users: FakeUserManagement;
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  [issuer, users] = await Promise.all([startTestIssuer(), startFakeUserManagement()]);
  const config = readConfig({ AUTH_ISSUER: issuer.issuer, USER_MANAGEMENT_URL: users.baseUrl });
  app = await NestFactory.create(AppModule.of(config), new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await Promise.all([issuer.close(), users.close()]);
});

const biller = buildMembership({
  permissions: ['claims:read', 'claims:write'],
  products: [{ product_id: 'derm', key: 'derm' }],
});
const paths = ['POST search', 'GET documentation', 'GET claims', 'GET derm', 'GET stats'];

/** The statuses of all routes for a new person with this context. */
async function statusesFor(changes: Partial<UserContext>): Promise<number[]> {
  const sub = crypto.randomUUID();
  users.setContext(sub, buildContext({ user_id: sub, ...changes }));
  const headers = { authorization: `Bearer ${issuer.issue({ sub })}` };
  const answers = paths.map((route) => {
    const [method, path] = route.split(' ') as [string, string];
    return fetch(`${url}/${path}`, { method, headers });
  });
  return (await Promise.all(answers)).map(({ status }) => status);
}

test.each<[string, Partial<UserContext>, number[]]>([
  ['a user without membership', {}, [200, 403, 403, 403, 403]],
  ['a biller with the product derm', { memberships: [biller] }, [200, 403, 200, 200, 403]],
  ['a clinician', { user_type: 'clinician' }, [200, 200, 403, 403, 403]],
  ['an admin', { user_type: 'admin', is_platform_admin: true }, [200, 200, 403, 403, 200]],
  ['a pending user', { status: 'pending', memberships: [biller] }, [403, 403, 403, 403, 403]],
])('%s', async (_name, changes, expected) => {
  expect(await statusesFor(changes)).toEqual(expected);
});

test('answers what it knows of the caller', async () => {
  users.setContext('test-user', buildContext({ memberships: [biller] }));
  const answer = await fetch(`${url}/claims`, { headers: { authorization: `Bearer ${issuer.issue()}` } });
  expect(await answer.json()).toMatchObject({
    caller: { display_name: 'Test User', user_type: 'user' },
    organisation_id: 'texas',
    can_write: true,
  });
});

test('is alive without a token', async () => {
  expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
});

test('has defaults that fit the mock issuer, and takes the keys from beside the issuer', () => {
  expect(readConfig({})).toEqual({
    port: 3001,
    issuer: 'http://127.0.0.1:3000/mock-idp',
    audience: 'https://user-management.local',
    jwksUri: 'http://127.0.0.1:3000/mock-idp/jwks',
    userManagementUrl: 'http://127.0.0.1:3000',
  });
  expect(readConfig({ AUTH_ISSUER: 'https://a.example.com/' }).jwksUri).toBe('https://a.example.com/jwks');
});

test('does not start half-configured: all problems at once, each variable named', () => {
  const environment = { PORT: '80.5', AUTH_ISSUER: 'a', AUTH_AUDIENCE: '', USER_MANAGEMENT_URL: 'ftp://a' };
  for (const name of Object.keys(environment)) expect(() => readConfig(environment)).toThrow(name);
});
