import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import { until } from './poll.js';
import { RedisListener } from './redis-listener.js';
import { RedisProxy } from './redis-proxy.js';
import { TestApp } from './test-app.js';
import { redisUrl } from './test-database.js';

const ADMIN = 'admin@example.com';
const ROLES = ['READONLY', 'RCM_ANALYST', 'MEMBER_SERVICES', 'BILLING_LEAD'];

(redisUrl ? describe : describe.skip)('the service while Redis is away', () => {
  const url = redisUrl ?? '';
  let proxy: RedisProxy;
  let app: TestApp;
  let listener: RedisListener;
  beforeAll(async () => {
    proxy = await RedisProxy.start(url);
    app = await TestApp.start({ REDIS_URL: proxy.url });
    listener = await RedisListener.start(url);
  });
  afterAll(async () => {
    listener.stop();
    await app.stop();
    await proxy.cut();
  });

  const readiness = async () => {
    const { status, body } = await app.request('GET', '/health/ready');
    return { status, ...body };
  };
  const isReady = ({ status }: { status: string }) => status === 'ok';

  async function createMember() {
    const memberships = [{ organisation_id: 'texas', role_key: 'BILLER' }];
    const json = { email: `outage-${Math.random()}@example.com`, display_name: 'Outage', user_type: 'user', memberships };
    const { body } = await app.as(ADMIN, 'POST', 'admin/users', json);
    const userId = String(body.id);
    await until(() => listener.of(userId).length, (count) => count >= 3);
    return { userId, path: `admin/users/${userId}/memberships/${String(body.memberships[0].membership_id)}` };
  }

  const rolesTold = (userId: string) =>
    listener.of(userId).flatMap(({ type, payload }) => (type === 'users.role.changed' ? [payload.to_role] : []));

  /** At least once and in order: every first telling comes in the order of the changes. */
  const firstTellings = (userId: string) => [...new Set(rolesTold(userId))];

  it.each([
    ['is killed', () => proxy.cut(), () => proxy.open()],
    ['is cut off without a word', () => proxy.freeze(), () => Promise.resolve()],
  ])('answers while Redis %s, and events follow in order when it is back', async (_what, takeAway, giveBack) => {
    await until(readiness, isReady);
    const { userId, path } = await createMember();
    await takeAway();
    for (const role_key of ROLES) {
      expect((await app.as(ADMIN, 'PATCH', path, { role_key })).status).toBe(200);
      expect((await app.as(ADMIN, 'GET', `users/${userId}/context`)).body.memberships[0].role.key).toBe(role_key);
    }
    await giveBack();
    await until(() => firstTellings(userId), (roles) => roles.length === ROLES.length);
    expect(firstTellings(userId)).toEqual(ROLES);
    await until(readiness, isReady);
    await until(() => app.nest.get(Database).client.outboxEvent.count({ where: { publishedAt: null } }), (count) => count === 0);
  });

  it('is degraded meanwhile, which is still ready, and says what is away', async () => {
    await proxy.cut();
    const degraded = await until(readiness, ({ status }) => status !== 'ok');
    expect(degraded).toEqual({ status: 'degraded', checks: { database: 'ok', events: 'down' } });
    expect((await app.request('GET', '/health/ready')).status).toBe(200);
    expect((await app.request('GET', '/health/live')).status).toBe(200);
    await proxy.open();
    await until(readiness, isReady);
  });

  it('starts without Redis and publishes what it wrote once Redis is there', async () => {
    await proxy.cut();
    const started = await TestApp.start({ REDIS_URL: proxy.url });
    try {
      expect((await started.request('GET', '/health/ready')).body.status).toBe('degraded');
      const userId = await started.idOf('first-without-redis@example.com');
      expect(listener.of(userId)).toEqual([]);
      await proxy.open();
      const [event] = await until(() => listener.of(userId), ({ length }) => length > 0);
      expect(event).toMatchObject({ type: 'users.created', payload: { status: 'pending' } });
    } finally {
      await started.stop();
    }
  });
});
