import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS_STREAM, type EventEnvelope } from '@sa-platform/contracts';
import { Redis } from 'ioredis';
import { EventsRepository } from '../src/modules/events/events.repository.js';
import { Database } from '../src/platform/database/database.js';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { until } from './poll.js';
import { RedisListener } from './redis-listener.js';
import { TestApp } from './test-app.js';
import { engine, redisUrl } from './test-database.js';

const ADMIN = 'admin@example.com';
const BEAT_MS = 500;
const heard: EventEnvelope[] = [];

@Controller()
class SiblingController {
  @EventPattern('users.events')
  hear(@Payload() event: EventEnvelope): void {
    heard.push(event);
  }
}

/** A sibling service as another team would write it. */
@Module({ controllers: [SiblingController] })
class SiblingModule {}

(redisUrl ? describe : describe.skip)('events over Redis', () => {
  const url = redisUrl ?? '';
  let app: TestApp;
  let sibling: INestMicroservice;
  let listener: RedisListener;
  /** Not the service's own pool: sees what is committed and nothing else. PGlite has one connection, in the process. */
  let other: Connection;
  beforeAll(async () => {
    app = await TestApp.start({ REDIS_URL: url });
    const { hostname, port } = new URL(url);
    sibling = await NestFactory.createMicroservice<MicroserviceOptions>(SiblingModule, {
      transport: Transport.REDIS,
      options: { host: hostname, port: Number(port) || 6379 },
      logger: false,
    });
    await sibling.listen();
    listener = await RedisListener.start(url);
    other = engine === 'pglite' ? app.nest.get(Database).connection : await app.database.open();
  });
  afterAll(async () => {
    listener.stop();
    await sibling.close();
    await app.stop();
    if (engine !== 'pglite') await other.close();
  });

  async function createMember() {
    const memberships = [{ organisation_id: 'texas', role_key: 'BILLER' }];
    const json = { email: `redis-${Math.random()}@example.com`, display_name: 'Redis', user_type: 'user', memberships };
    const { body } = await app.as(ADMIN, 'POST', 'admin/users', json);
    const userId = String(body.id);
    await until(() => listener.of(userId).length, (count) => count === 3);
    return { userId, path: `admin/users/${userId}/memberships/${String(body.memberships[0].membership_id)}` };
  }

  const roleChangeOf = (events: EventEnvelope[], userId: string) =>
    events.filter((event): event is EventEnvelope<'users.role.changed'> => event.user_id === userId && event.type === 'users.role.changed');

  it('reach a plain subscriber and a Nest microservice with the whole envelope', async () => {
    const { userId, path } = await createMember();
    expect((await app.as(ADMIN, 'PATCH', path, { role_key: 'READONLY' })).status).toBe(200);
    const [plain] = await until(() => roleChangeOf(listener.events, userId), ({ length }) => length === 1);
    const [nest] = await until(() => roleChangeOf(heard, userId), ({ length }) => length === 1);
    expect(nest).toEqual(plain);
    expect(plain).toEqual({
      id: expect.any(String),
      sequence: expect.any(Number),
      type: 'users.role.changed',
      occurred_at: expect.any(String),
      user_id: userId,
      organisation_id: 'texas',
      actor: { type: 'user', id: await app.idOf(ADMIN) },
      version: expect.any(Number),
      payload: { membership_id: path.split('/').at(-1), from_role: 'BILLER', to_role: 'READONLY' },
    });
  });

  it('arrive only once the change is committed: another connection sees the new row', async () => {
    const { userId, path } = await createMember();
    const membershipId = path.split('/').at(-1)!;
    const rolesSeen: Promise<string>[] = [];
    listener.onEvent = (event) => {
      if (event.user_id === userId) rolesSeen.push(roleOf(membershipId));
    };
    for (const role_key of ['READONLY', 'RCM_ANALYST', 'BILLER']) {
      await app.as(ADMIN, 'PATCH', path, { role_key });
      const heardSoFar = rolesSeen.length;
      await until(() => rolesSeen.length, (count) => count > heardSoFar - 1 && count > 0);
      await until(() => roleChangeOf(listener.events, userId).some((event) => event.payload.to_role === role_key), Boolean);
      expect(await rolesSeen.at(-1)).toBe(role_key);
    }
    listener.onEvent = () => undefined;
  });

  async function roleOf(membershipId: string): Promise<string> {
    const row = await other.prisma.orgMembership.findUniqueOrThrow({ where: { id: membershipId }, include: { role: true } });
    return row.role.key;
  }

  it('do not tell of a change that rolled back, though the event was written in its transaction', async () => {
    const { userId, path } = await createMember();
    const refused = await app.as(ADMIN, 'PATCH', path, { role_key: 'READONLY' }, { 'if-match': '"stale"' });
    expect(refused.body.code).toBe('precondition.failed');
    const repository = app.nest.get(EventsRepository);
    const database = app.nest.get(Database);
    const rolledBack = database.transaction(async () => {
      await repository.insert({
        id: `rolled-back-${userId}`,
        type: 'users.role.changed',
        userId,
        organisationId: 'texas',
        actor: { type: 'system', id: 'test' },
        version: null,
        payload: { to_role: 'NEVER' },
        isUrgent: true,
      });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    // What comes after it arrives, so it would have arrived as well.
    await app.as(ADMIN, 'PATCH', path, { role_key: 'MEMBER_SERVICES' });
    await until(() => roleChangeOf(heard, userId).length, (count) => count > 0);
    const told = [...roleChangeOf(listener.events, userId), ...roleChangeOf(heard, userId)].map(({ payload }) => payload.to_role);
    expect(told).toEqual(['MEMBER_SERVICES', 'MEMBER_SERVICES']);
  });

  it('are kept in the stream, each as it travelled', async () => {
    const { userId } = await createMember();
    const redis = new Redis(url);
    const newest = await redis.xrevrange(EVENTS_STREAM, '+', '-', 'COUNT', 500);
    redis.disconnect();
    const kept = newest.map(([, [field, message]]) => ({ field, event: JSON.parse(message ?? '') as EventEnvelope })).reverse();
    const own = kept.filter(({ event }) => event.user_id === userId);
    expect(own.map(({ field }) => field)).toEqual(['event', 'event', 'event']);
    expect(own.map(({ event }) => event)).toEqual(listener.of(userId));
  });

  it('are accompanied by a heartbeat about every 500 ms with the newest sequence', async () => {
    const { userId } = await createMember();
    const newest = listener.of(userId).at(-1)!.sequence;
    const own = await until(() => listener.heartbeats.filter(({ sequence }) => sequence === newest), ({ length }) => length >= 4);
    const times = own.map(({ at }) => Date.parse(at));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // Other suites beat on the same channel; with our number there are only ours unless the numbers happen to meet.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(BEAT_MS);
    await app.as(ADMIN, 'PATCH', `admin/users/${userId}`, { phone: '+49 30 1' });
    const [next] = await until(() => listener.of(userId).filter(({ sequence }) => sequence > newest), ({ length }) => length > 0);
    await until(() => listener.heartbeats.some(({ sequence }) => sequence === next!.sequence), Boolean);
  });
});
