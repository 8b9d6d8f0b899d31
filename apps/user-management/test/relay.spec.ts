import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@sa-platform/contracts';
import { Redis } from 'ioredis';
import { EventPublisher, StaleFenceError } from '../src/modules/events/event-publisher.js';
import { InProcessPublisher } from '../src/modules/events/in-process.publisher.js';
import { OutboxRepository } from '../src/modules/events/outbox.repository.js';
import { RedisPublisher } from '../src/modules/events/redis.publisher.js';
import { RelayTurns } from '../src/modules/events/relay-turns.js';
import { Relay } from '../src/modules/events/relay.js';
import { Database } from '../src/platform/database/database.js';
import { EventRecorder } from './event-recorder.js';
import { plantEvents, type PlantedEvent } from './outbox-rows.js';
import { prismaOf } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { engine, redisUrl } from './test-database.js';

const BACKLOG = 500;
const DAY_MS = 86_400_000;

let app: TestApp;
let recorder: EventRecorder;
let outbox: OutboxRepository;
beforeAll(async () => {
  app = await TestApp.start();
  recorder = new EventRecorder(app);
  outbox = app.nest.get(OutboxRepository);
  await recorder.settle();
});
afterAll(() => app.stop());

const rowOf = (id: string) => prismaOf(app).outboxEvent.findUniqueOrThrow({ where: { id } });
const isOut = (id: string) => recorder.seen.some((event) => event.id === id);

/** What the broker does not take, nobody hears: as Redis that is away. */
function refuseEverything(): () => void {
  return app.nest.get<InProcessPublisher>(EventPublisher).onEvent(() => {
    throw new Error('away');
  });
}

/** Of five users in turn, and at the end one that takes access from the second. */
function backlog(): PlantedEvent[] {
  const events: PlantedEvent[] = Array.from({ length: BACKLOG }, (_, index) => ({ userId: `backlog-${index % 5}` }));
  return [...events.map((event, index) => (index % 5 === 1 && index > 10 ? { userId: `other-${index}` } : event)), { userId: 'backlog-1', isUrgent: true }];
}

/** Per user in the order of writing. */
function keepsOrder(ids: string[], users: (string | null)[], written: string[]): boolean {
  const place = new Map(written.map((id, index) => [id, index]));
  const last = new Map<string | null, number>();
  return ids.every((id, index) => {
    const [user, now] = [users[index] ?? null, place.get(id) ?? -1];
    const isLater = now > (last.get(user) ?? -1);
    last.set(user, now);
    return isLater;
  });
}

describe('a backlog', () => {
  it('is numbered from its beginning, and what takes access away with the first of it, behind what its user hears before', async () => {
    const database = app.nest.get(Database);
    const planted = backlog();
    const looking = database.transaction(async () => {
      const ids = await plantEvents(app, planted, database.client);
      const listed = await outbox.listUnnumbered(50);
      expect(listed.map(({ id }) => id).slice(0, 50)).toEqual(ids.slice(0, 50));
      expect(listed.slice(50).map(({ id }) => id)).toEqual([ids.at(-1)]);
      throw new Error('rolled back');
    });
    await expect(looking).rejects.toThrow('rolled back');
  });

  it('lets what takes access away overtake, once the broker is back, and nobody’s events overtake each other', async () => {
    const comeBack = refuseEverything();
    const planted = backlog();
    const ids = await plantEvents(app, planted);
    await until(() => rowOf(ids.at(-1)!), ({ sequence }) => sequence !== null);
    expect(await prismaOf(app).outboxEvent.count({ where: { publishedAt: null } })).toBe(ids.length);
    const heard: EventEnvelope[] = [];
    comeBack();
    const stop = app.nest.get<InProcessPublisher>(EventPublisher).onEvent((event) => heard.push(event));
    await recorder.settle();
    stop();
    expect(new Set(heard.map(({ id }) => id)).size).toBe(ids.length);
    expect(heard.findIndex(({ id }) => id === ids.at(-1))).toBeLessThan(BACKLOG / 2);
    expect(keepsOrder(heard.map(({ id }) => id), heard.map(({ user_id: userId }) => userId), ids)).toBe(true);
    expect(await prismaOf(app).outboxEvent.count({ where: { isUrgent: true } })).toBe(0);
  });
});

describe('an event that can’t be published', () => {
  it('is parked after some attempts; others flow at once, and its user’s later ones after it', async () => {
    const [broken, later, other] = await plantEvents(app, [{ userId: 'poisoned', payload: 'not json' }, { userId: 'poisoned' }, { userId: 'sound' }]);
    await recorder.settle();
    expect([broken, later, other].map((id) => isOut(id!))).toEqual([false, true, true]);
    const order = recorder.seen.map(({ id }) => id);
    expect(order.indexOf(other!)).toBeLessThan(order.indexOf(later!));
    expect(await rowOf(broken!)).toMatchObject({ publishedAt: null, parkedAt: expect.any(Date), publishAttempts: 5 });
    expect((await app.request('GET', '/metrics')).text).toMatch(/^events_parked 1$/m);
  });

  it('goes out again once somebody has mended it and taken it off the park', async () => {
    const parked = await prismaOf(app).outboxEvent.findFirstOrThrow({ where: { parkedAt: { not: null } } });
    await prismaOf(app).outboxEvent.update({ where: { id: parked.id }, data: { payload: '{}', parkedAt: null, publishAttempts: 0 } });
    await recorder.settle();
    expect(isOut(parked.id)).toBe(true);
    expect((await app.request('GET', '/metrics')).text).toMatch(/^events_parked 0$/m);
  });
});

describe('the lease', () => {
  /** As another replica that has taken it. @returns what ends it */
  async function takeLease(): Promise<() => Promise<void>> {
    const database = app.nest.get(Database);
    const state = await database.transaction(async () => {
      const { fence, ...rest } = await outbox.lockState();
      await outbox.saveState({ ...rest, fence: fence + 1n }, 60_000);
      return { ...rest, fence: fence + 1n };
    });
    return () => database.transaction(async () => outbox.saveState({ ...state, sequence: (await outbox.lockState()).sequence }, null));
  }

  it('lets nobody else publish while somebody holds it; events are numbered all the same', async () => {
    const end = await takeLease();
    const [id] = await plantEvents(app, [{ userId: 'leased' }]);
    app.nest.get(Relay).wake();
    await until(() => rowOf(id!), ({ sequence }) => sequence !== null);
    expect(isOut(id!)).toBe(false);
    await end();
    await recorder.settle();
    expect(isOut(id!)).toBe(true);
  });

  it('is of nobody who was overtaken: what they published is not marked, and goes out again', async () => {
    const turns = app.nest.get(RelayTurns);
    const comeBack = refuseEverything();
    const [id] = await plantEvents(app, [{ userId: 'overtaken' }]);
    // The relay of the service tries as well, and gives the lease back each time.
    const turn = await until(() => turns.begin(), (begun) => begun !== null);
    const end = await takeLease();
    const outcome = { published: [id!], refused: [] };
    expect(await turns.goOn(turn!, outcome)).toEqual({ next: null, parked: [] });
    await turns.end(turn!, outcome.published);
    expect(await rowOf(id!)).toMatchObject({ publishedAt: null });
    comeBack();
    await end();
    await recorder.settle();
    expect(await rowOf(id!)).toMatchObject({ publishedAt: expect.any(Date) });
  });
});

(redisUrl ? describe : describe.skip)('the fence at Redis', () => {
  const envelope = (id: string): EventEnvelope => ({
    id,
    sequence: 1,
    type: 'users.updated',
    occurred_at: new Date().toISOString(),
    user_id: 'fenced',
    organisation_id: null,
    actor: { type: 'system', id: 'test' },
    version: 1,
    payload: { fields: [] },
  });

  it('refuses whoever comes with a smaller number than the newest, and only those of the same database', async () => {
    const url = redisUrl ?? '';
    const publisher = new RedisPublisher(url, () => undefined);
    const redis = new Redis(url);
    const id = `test-${Math.random()}`;
    const heard: string[] = [];
    await redis.subscribe('users.events');
    redis.on('message', (_channel, message) => heard.push((JSON.parse(message) as EventEnvelope).id));
    await until(() => publisher.checkHealth().then(() => true, () => false), Boolean);
    await publisher.publish([envelope(`${id}-1`)], { id, value: 5 });
    await expect(publisher.publish([envelope(`${id}-2`)], { id, value: 4 })).rejects.toEqual(new StaleFenceError(5));
    await publisher.publish([envelope(`${id}-3`)], { id, value: 5 });
    await publisher.publish([envelope(`${id}-4`)], { id: `${id}-other`, value: 1 });
    await until(() => heard.includes(`${id}-4`), Boolean);
    expect(heard.filter((one) => one.startsWith(id))).toEqual([`${id}-1`, `${id}-3`, `${id}-4`]);
    redis.disconnect();
    await publisher.close();
  });

  it('does not shut a database out that was restored from a backup', async () => {
    const replica = await TestApp.start({ REDIS_URL: redisUrl ?? '' });
    try {
      const { id } = await replica.nest.get(Database).transaction(() => replica.nest.get(OutboxRepository).lockState());
      const publisher = replica.nest.get(EventPublisher);
      await replica.nest.get(Relay).drain();
      await publisher.publish([], { id, value: 1_000_000 });
      const [event] = await plantEvents(replica, [{ userId: 'restored' }]);
      await replica.nest.get(Relay).drain();
      expect(await prismaOf(replica).outboxEvent.findUniqueOrThrow({ where: { id: event! } })).toMatchObject({ publishedAt: expect.any(Date) });
    } finally {
      await replica.stop();
    }
  });
});

describe('retention', () => {
  const old = new Date(Date.now() - 31 * DAY_MS);

  it('removes what is out and old from the oldest number on; what still has to go out stays, with what comes after it', async () => {
    const comeBack = refuseEverything();
    const [waiting] = await plantEvents(app, [{ userId: 'waiting', occurredAt: old }]);
    await until(() => rowOf(waiting!), ({ sequence }) => sequence !== null);
    await prismaOf(app).outboxEvent.updateMany({ data: { occurredAt: old } });
    const before = await prismaOf(app).outboxEvent.count();
    expect(await outbox.removeOldest(new Date(old.getTime() + DAY_MS), 10)).toBe(10);
    while ((await outbox.removeOldest(new Date(old.getTime() + DAY_MS), 100)) > 0);
    expect(before).toBeGreaterThan(100);
    const left = await prismaOf(app).outboxEvent.findMany();
    expect(left.map(({ id }) => id)).toEqual([waiting]);
    comeBack();
    await recorder.settle();
  });

  // The embedded database belongs to one process.
  (engine === 'pglite' ? it.skip : it)('of the EVENT_RETENTION_DAYS is done at the start; numbers go on where they were', async () => {
    const newest = await outbox.lastSequence();
    const keeps = await plantEvents(app, [{ userId: 'young' }]);
    await recorder.settle();
    const replica = await TestApp.start({ EVENT_RETENTION_DAYS: '30', DEMO_DATA: 'false' }, app.database);
    try {
      await until(() => prismaOf(app).outboxEvent.count(), (count) => count === keeps.length);
    } finally {
      await replica.stop();
    }
    await prismaOf(app).outboxEvent.deleteMany();
    const [next] = await plantEvents(app, [{ userId: 'next' }]);
    await recorder.settle();
    expect(Number((await rowOf(next!)).sequence)).toBe(newest + 2);
  });
});
