import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { EventLog, until } from '../../test/event-log.js';
import { isRedisThere, TEST_REDIS } from '../../test/redis-probe.js';
import { TcpProxy } from '../../test/tcp-proxy.js';
import { RedisEvents } from './redis-events.js';

const EVENTS = 'users.events';

const hasRedis = await isRedisThere();

jest.setTimeout(30_000);

(hasRedis ? describe : describe.skip)(hasRedis ? 'RedisEvents and a real Redis' : `RedisEvents: no Redis at ${TEST_REDIS.host}`, () => {
  let redis: Redis;
  let proxy: TcpProxy;
  let events: RedisEvents;
  let log: EventLog;
  beforeAll(() => {
    redis = new Redis(TEST_REDIS.href);
  });
  beforeEach(async () => {
    proxy = await TcpProxy.start(TEST_REDIS.href);
    events = new RedisEvents({ url: proxy.url });
    log = new EventLog();
    events.open(log);
    await log.until('subscribed');
  });
  afterEach(async () => {
    await events.close();
    await proxy.cut();
  });
  afterAll(() => redis.disconnect());

  let sent = 0;
  /** Other suites publish on the same channels. */
  const publish = async (): Promise<string> => {
    sent += 1;
    const text = `outage-${process.pid}-${sent}`;
    await redis.publish(EVENTS, text);
    return `${EVENTS} ${text}`;
  };
  /** What was told, without the messages of others. */
  const told = (): string[] => log.entries.filter((entry) => !entry.startsWith('users.') || entry.includes(`outage-${process.pid}`));

  it('hears what is published, in order', async () => {
    const messages = [];
    for (let count = 0; count < 50; count++) messages.push(await publish());
    await log.until(messages.at(-1)!);
    expect(told()).toEqual(['subscribed', ...messages]);
  });

  it('comes back when Redis was killed and is started again; what was sent meanwhile is lost', async () => {
    await proxy.cut();
    await log.until('disconnected');
    await publish();
    await proxy.open();
    await log.until('subscribed', 2);
    const message = await publish();
    await log.until(message);
    expect(told()).toEqual(['subscribed', 'disconnected', 'subscribed', message]);
  });

  it('comes back when Redis ends the connection of the subscriber', async () => {
    // By its address and not by its type: other suites subscribe as well.
    for (const port of proxy.targetPorts) expect(await redis.client('KILL', 'ADDR', `127.0.0.1:${port}`)).toBe(1);
    await log.until('subscribed', 2);
    const message = await publish();
    await log.until(message);
    expect(told()).toEqual(['subscribed', 'disconnected', 'subscribed', message]);
  });

  it('comes back from a cut that makes no noise, and hears nothing of what the old connection still held', async () => {
    const before = performance.now();
    proxy.freeze();
    await publish();
    await log.until('disconnected');
    // A heartbeat of another suite may have come just before the cut, none after it.
    expect(performance.now() - before).toBeGreaterThan(1_400);
    await log.until('subscribed', 2);
    proxy.thaw();
    const message = await publish();
    await log.until(message);
    expect(told()).toEqual(['subscribed', 'disconnected', 'subscribed', message]);
    expect(proxy.connections).toBe(1);
  });

  it('gives up a machine that accepts connections and answers nothing, and comes back once it does', async () => {
    proxy.swallow();
    await log.until('disconnected');
    await until(() => proxy.accepted >= 3);
    await proxy.open();
    await log.until('subscribed', 2);
    const message = await publish();
    await log.until(message);
    expect(told()).toEqual(['subscribed', 'disconnected', 'subscribed', message]);
  });

  it('leaves no connection behind', async () => {
    await events.close();
    await until(() => proxy.connections === 0);
    await publish();
    expect(told()).toEqual(['subscribed']);
  });
});
