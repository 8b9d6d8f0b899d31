import 'reflect-metadata';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { Environment, UserContext } from '@sa-platform/auth-client';
import {
  buildContext,
  buildMembership,
  startFakeUserManagement,
  startTestIssuer,
  type FakeUserManagement,
  type TestIssuer,
} from '@sa-platform/auth-client/testing';
import { RedisEvents } from '@sa-platform/auth-client/redis';
import { AppModule } from './app.module.js';
import { readOptions } from './config.js';

let issuer: TestIssuer;
let users: FakeUserManagement;
let app: NestFastifyApplication;
let url: string;
const errors: Error[] = [];

const onError = (error: Error): void => void errors.push(error);
const environmentOf = (): Environment => ({
  USER_MANAGEMENT_URL: users.baseUrl,
  AUTH_ISSUER: issuer.issuer,
  AUTH_CLIENT_ID: 'example-service',
  AUTH_CLIENT_SECRET: 'example-service-secret',
});

beforeAll(async () => {
  [issuer, users] = await Promise.all([startTestIssuer(), startFakeUserManagement()]);
  const options = readOptions(environmentOf(), onError);
  app = await NestFactory.create(AppModule.of(options), new FastifyAdapter(), { logger: false });
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

test('registers a permission of its own when it has credentials', () => {
  expect(errors).toEqual([]);
  expect(users.registeredPermissions).toEqual([expect.objectContaining({ service_id: 'example-service' })]);
  expect(readOptions({}, onError)).not.toHaveProperty('permissions');
});

test('hears events when it knows Redis', () => {
  expect(readOptions({ REDIS_URL: 'redis://127.0.0.1:6379' }, onError).events).toBeInstanceOf(RedisEvents);
  expect(readOptions({ REDIS_URL: '' }, onError)).not.toHaveProperty('events');
  expect(() => readOptions({ REDIS_URL: 'http://127.0.0.1' }, onError)).toThrow('REDIS_URL');
});

test('needs no settings beside a user-management in development', () => {
  expect(readOptions({}, onError)).toMatchObject({
    userManagementUrl: 'http://127.0.0.1:3000',
    verifier: { issuer: 'http://127.0.0.1:3000/mock-idp', audience: 'https://user-management.local' },
  });
});

test('assumes nothing in production', () => {
  const names = ['USER_MANAGEMENT_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URI'];
  for (const name of names) expect(() => readOptions({ NODE_ENV: 'production' }, onError)).toThrow(`${name} is missing`);
});
