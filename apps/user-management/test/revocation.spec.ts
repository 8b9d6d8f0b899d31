import { AuthError, createAuthClient, requireApproved, type AuthClient } from '@sa-platform/auth-client';
import { RedisEvents } from '@sa-platform/auth-client/redis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { People, type Person } from './people.js';
import { until } from './poll.js';
import { RedisProxy } from './redis-proxy.js';
import { TestApp } from './test-app.js';
import { redisUrl } from './test-database.js';

/** Promised are 2.5 s, and `npm run bench:revocation` holds us to them; here others use the machine as well. */
const LIMIT_MS = 10_000;
const AUDIENCE = 'https://user-management.local';

/** Shows what a sibling service with the auth-client decides, as itself and the service lose Redis. */
(redisUrl ? describe : describe.skip)('a sibling service lets nobody in who was deactivated', () => {
  const url = redisUrl ?? '';
  /** Each its own way to Redis. */
  let before: { service: RedisProxy; sibling: RedisProxy };
  let redis: Redis;
  let app: TestApp;
  let people: People;
  let sibling: AuthClient;
  beforeAll(async () => {
    before = { service: await RedisProxy.start(url), sibling: await RedisProxy.start(url) };
    redis = new Redis(url);
    app = await TestApp.start({ REDIS_URL: before.service.url });
    people = new People(app);
    const issuer = `${app.url}/mock-idp`;
    sibling = createAuthClient({
      verifier: { provider: 'oidc', issuer, audience: AUDIENCE, jwksUri: `${issuer}/jwks` },
      userManagementUrl: app.url,
      events: new RedisEvents({ url: before.sibling.url }),
    });
    await sibling.start();
  });
  afterAll(async () => {
    await sibling.close();
    await app.stop();
    redis.disconnect();
    for (const proxy of [before.service, before.sibling]) await proxy.cut();
  });

  async function decide({ email }: Person): Promise<string> {
    try {
      await sibling.authorize({ authorization: `Bearer ${await app.token(email)}` }, [requireApproved()]);
      return 'allowed';
    } catch (error) {
      return error instanceof AuthError ? error.code : String(error);
    }
  }

  const setStatus = (person: Person, status: string) => people.admin('PATCH', `admin/users/${person.id}`, { status });
  const untilAllowed = (person: Person) => until(() => decide(person), (decision) => decision === 'allowed', LIMIT_MS);
  const untilRefused = (person: Person) => until(() => decide(person), (decision) => decision === 'user.not_active', LIMIT_MS);
  const everywhere = (change: (proxy: RedisProxy) => Promise<void>) => Promise.all([before.service, before.sibling].map(change));
  const nothing = () => Promise.resolve();

  /** Until there was one to kill: it may just be connecting. */
  async function killSubscriber(): Promise<void> {
    const kill = (address: string) => redis.client('KILL', 'ADDR', address);
    await until(() => Promise.all(before.sibling.addresses.map(kill)), (killed) => killed.includes(1));
  }

  it.each([
    ['while all is well', nothing, nothing],
    ['while Redis is killed', () => everywhere((proxy) => proxy.cut()), () => everywhere((proxy) => proxy.open())],
    ['while Redis starts again', () => everywhere(async (proxy) => { await proxy.cut(); await proxy.open(); }), nothing],
    ['while Redis ends its connection', killSubscriber, nothing],
    ['while its packets are dropped in silence', () => before.sibling.freeze(), nothing],
  ])('%s, and everybody else again afterwards', async (_when, takeAway, giveBack) => {
    const person = await people.user();
    await untilAllowed(person);
    await takeAway();
    await setStatus(person, 'deactivated');
    await untilRefused(person);
    await giveBack();
    const afterwards = new Set<string>();
    for (let count = 0; count < 20; count++) afterwards.add(await decide(person));
    expect([...afterwards]).toEqual(['user.not_active']);
    await setStatus(person, 'active');
    await untilAllowed(person);
    await setStatus(person, 'deactivated');
    await untilRefused(person);
  });
});
