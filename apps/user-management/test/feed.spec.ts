import { request as openRequest, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserManagementClient } from '@sa-platform/auth-client';
import { EVENT_TYPES, type EventEnvelope, type EventType } from '@sa-platform/contracts';
import { BASE_PATH } from '../src/app.setup.js';
import { FeedWatch, MOST_WAITERS } from '../src/modules/events/feed-watch.js';
import { Relay } from '../src/modules/events/relay.js';
import { expectRefused, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';
import { createTestDatabase, engine } from './test-database.js';

const READER = 'service:events:read';
const ADMIN = 'admin@example.com';

const read = (app: TestApp, query: string, who = READER): Promise<Answer> => app.as(who, 'GET', `events?${query}`);
const sequencesOf = ({ body }: Answer): number[] => body.items.map(({ sequence }: EventEnvelope) => sequence);
const watchOf = (app: TestApp) => app.nest.get(FeedWatch);
const waiting = (app: TestApp, count: number) => until(() => watchOf(app).waiting, (now) => now === count);
/** Commits an event of the type `permissions.registered`. */
const change = (app: TestApp): Promise<Answer> =>
  app.as(ADMIN, 'POST', 'permissions/register', { permission: `feed:${unique('p').replaceAll('-', '_')}`, service_id: 'feed', description: 'x' });

async function latestOf(app: TestApp): Promise<number> {
  await app.nest.get(Relay).drain();
  return Number((await read(app, 'limit=1')).body.latest_sequence);
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

/** Numbered events, from the next sequence on, written as a relay leaves them; every `each`th is of the type. */
async function plant(app: TestApp, count: number, [type, each]: [EventType, number] = ['users.updated', 1]): Promise<number> {
  const first = (await latestOf(app)) + 1;
  const row = (index: number) => ({
    id: unique('planted'),
    sequence: first + index,
    type: index % each === each - 1 ? type : 'users.updated',
    userId: 'nobody',
    actorType: 'system',
    actorId: 'test',
    payload: '{"fields":[]}',
    occurredAt: new Date(),
    publishedAt: new Date(),
  });
  for (let at = 0; at < count; at += 2_000) {
    const data = Array.from({ length: Math.min(2_000, count - at) }, (_, index) => row(at + index));
    await prismaOf(app).outboxEvent.createMany({ data });
  }
  await prismaOf(app).relayState.updateMany({ data: { sequence: first + count - 1 } });
  return first;
}

describe('the feed', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('has everything from the beginning on, in order and without a gap, page by page', async () => {
    const latest = await latestOf(app);
    const pages: Answer[] = [];
    for (let after = 0; after < latest; after = Number(pages.at(-1)!.body.next_after)) pages.push(await read(app, `after=${after}&limit=7`));
    expect(pages.flatMap(sequencesOf)).toEqual(Array.from({ length: latest }, (_, index) => index + 1));
    expect(pages.slice(0, -1).every(({ body }) => body.items.length === 7)).toBe(true);
    expect(pages.at(-1)!.body).toMatchObject({ next_after: latest, latest_sequence: latest });
    const [first] = (await read(app, 'limit=1')).body.items;
    expect(Object.keys(first).sort()).toEqual(['actor', 'id', 'occurred_at', 'organisation_id', 'payload', 'sequence', 'type', 'user_id', 'version']);
  });

  it('is read by services with the scope and by platform admins, by nobody else', async () => {
    expect((await read(app, '', ADMIN)).status).toBe(200);
    for (const who of ['service:context:read', 'tenant-admin@example.com', 'patient@example.com']) {
      expectRefused(await read(app, '', who), 'access.denied');
    }
    expect((await app.request('GET', 'events')).status).toBe(401);
  });

  it('is what auth-client reads to catch up', async () => {
    const users = new UserManagementClient({ baseUrl: app.url, serviceToken: () => app.token(READER) });
    const latest = await latestOf(app);
    const { items, latestSequence } = await users.readEvents(latest - 3, 1_000);
    expect(latestSequence).toBe(latest);
    expect(items).toEqual((await read(app, `after=${latest - 3}`)).body.items);
    expect(items).toHaveLength(3);
  });

  it('has 100 on a page unless asked otherwise, and never more than 1,000', async () => {
    const first = await plant(app, 1_100);
    expect(sequencesOf(await read(app, `after=${first - 1}`))).toHaveLength(100);
    for (const limit of ['1000', '1001', '99999999']) expect(sequencesOf(await read(app, `after=${first - 1}&limit=${limit}`))).toHaveLength(1_000);
    expect(sequencesOf(await read(app, `after=${first - 1}&limit=0`))).toEqual([first]);
  });

  it('leaves other types out, and the next page begins behind what was left out', async () => {
    const first = await plant(app, 60, ['users.erased', 20]);
    const query = (after: number) => `after=${after}&limit=2&types=users.erased,users.approved`;
    const one = await read(app, query(first - 1));
    expect(sequencesOf(one)).toEqual([first + 19, first + 39]);
    expect(one.body.next_after).toBe(first + 39);
    const two = await read(app, `after=${first + 39}&types=users.approved&types=users.erased`);
    expect(sequencesOf(two)).toEqual([first + 59]);
    const last = first + 59;
    expect(two.body).toMatchObject({ next_after: last, latest_sequence: last });
    expect((await read(app, query(last))).body).toEqual({ items: [], next_after: last, latest_sequence: last });
  });

  it('looks at most 10,000 sequences far for what is rare, and says where it got to', async () => {
    const first = await plant(app, 10_500, ['users.deactivated', 10_500]);
    const { result: none, ms } = await timed(() => read(app, `after=${first - 1}&types=users.deactivated&wait=30`));
    expect(none.body).toEqual({ items: [], next_after: first + 9_999, latest_sequence: first + 10_499 });
    // There is more to look at, so it doesn't wait.
    expect(ms).toBeLessThan(15_000);
    expect(sequencesOf(await read(app, `after=${none.body.next_after}&types=users.deactivated`))).toEqual([first + 10_499]);
  });

  it('answers who is ahead of it at once: the database was restored', async () => {
    const latest = await latestOf(app);
    const { result, ms } = await timed(() => read(app, `after=${latest + 1_000}&wait=20`));
    expect(result.body).toEqual({ items: [], next_after: latest + 1_000, latest_sequence: latest });
    expect(ms).toBeLessThan(10_000);
  });

  it.each([
    ['after', ['-1', 'abc', '1.5', '1e3', '', '9'.repeat(16), '1&after=2', '%00', '١']],
    ['types', ['users.renamed', 'users.created,', '', 'users.created,users.Created', '%00', 'users.created&types=x', 'constructor']],
    ['limit', ['abc', '1.5', '']],
    ['wait', ['abc', '0.5', '', 'Infinity']],
    ['offset', ['1']],
  ])('refuses what is no %s, and names it', async (field, values) => {
    for (const value of values) {
      const answer = await read(app, `${field}=${value}`);
      expect([value, answer.status, answer.body.code, answer.body.errors?.[0]?.field]).toEqual([value, 400, 'request.invalid', field]);
    }
  });

  it('takes every type by its name', async () => {
    expect((await read(app, `types=${EVENT_TYPES.join(',')}`)).status).toBe(200);
  });

  describe('with wait', () => {
    it('answers at once where there is something to read', async () => {
      const { result, ms } = await timed(() => read(app, 'after=0&wait=30'));
      expect(result.body.items.length).toBeGreaterThan(0);
      expect(ms).toBeLessThan(15_000);
    });

    it('answers an empty page when the time is over, not before', async () => {
      const latest = await latestOf(app);
      const { result, ms } = await timed(() => read(app, `after=${latest}&wait=1`));
      expect(result.body).toEqual({ items: [], next_after: latest, latest_sequence: latest });
      expect(ms).toBeGreaterThanOrEqual(990);
    });

    it('answers as soon as there is an event, long before the time is over, to everybody who waits', async () => {
      const latest = await latestOf(app);
      const { result, ms } = await timed(async () => {
        const waiters = Array.from({ length: 20 }, () => read(app, `after=${latest}&wait=30`));
        await waiting(app, 20);
        await change(app);
        return Promise.all(waiters);
      });
      expect(result.map(sequencesOf)).toEqual(Array.from({ length: 20 }, () => [latest + 1]));
      expect(ms / 30_000).toBeLessThan(0.5);
      expect(watchOf(app).waiting).toBe(0);
    });

    it('lets events of other types pass', async () => {
      const latest = await latestOf(app);
      const waiter = read(app, `after=${latest}&wait=30&types=permissions.registered`);
      await waiting(app, 1);
      await plant(app, 3);
      await sleep(600);
      expect(watchOf(app).waiting).toBe(1);
      await change(app);
      expect(sequencesOf(await waiter)).toEqual([latest + 4]);
    });

    it('misses nothing that happens between reading and waiting', async () => {
      let after = await latestOf(app);
      const stop = after + 40;
      const seen: number[] = [];
      const writing = (async () => {
        for (let count = 0; count < 40; count += 1) await change(app);
      })();
      while (after < stop) {
        const { result: page, ms } = await timed(() => read(app, `after=${after}&wait=30`));
        seen.push(...sequencesOf(page));
        after = page.body.next_after;
        expect(ms / 30_000).toBeLessThan(0.5);
      }
      await writing;
      expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => stop - 39 + index));
    });

    it('forgets a client that hangs up', async () => {
      const latest = await latestOf(app);
      const requests: ClientRequest[] = [];
      for (let count = 0; count < 3; count += 1) requests.push(await hold(app, `after=${latest}&wait=30`));
      await waiting(app, 3);
      requests[0]!.destroy();
      requests[1]!.destroy();
      await waiting(app, 1);
      requests[2]!.destroy();
      await waiting(app, 0);
    });

    it('lets so many wait and tells the next one when to come again', async () => {
      const latest = await latestOf(app);
      const watch = watchOf(app);
      const leave = new AbortController();
      const wish = { after: latest, types: null };
      const others = Array.from({ length: MOST_WAITERS }, () => watch.wait(wish, 30_000, leave.signal));
      const refused = await read(app, `after=${latest}&wait=30`);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect([refused.status, refused.body.code]).toEqual([503, 'service.overloaded']);
      expect((await read(app, `after=${latest}`)).status).toBe(200);
      leave.abort();
      expect(new Set(await Promise.all(others))).toEqual(new Set(['over']));
    });

    it('answers whoever waits when the replica stops', async () => {
      const short = await TestApp.start();
      const latest = await latestOf(short);
      const waiter = timed(() => read(short, `after=${latest}&wait=30`));
      await waiting(short, 1);
      await short.stop();
      const { result, ms } = await waiter;
      expect(result.body).toEqual({ items: [], next_after: latest, latest_sequence: latest });
      expect(ms / 30_000).toBeLessThan(0.5);
    });
  });
});

async function hold(app: TestApp, query: string): Promise<ClientRequest> {
  const authorization = `Bearer ${await app.token(READER)}`;
  const request = openRequest(`${app.url}/${BASE_PATH}/events?${query}`, { headers: { authorization } });
  request.on('error', () => undefined);
  request.end();
  return request;
}

describe('the feed, after retention', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('refuses to go on from where events are missing, and says which is the oldest that is kept', async () => {
    const latest = await latestOf(app);
    await prismaOf(app).outboxEvent.deleteMany({ where: { sequence: { lt: 5 } } });
    for (const query of ['after=0', 'after=3', 'after=3&types=users.erased', 'after=3&wait=5']) {
      const answer = await read(app, query);
      expectRefused(answer, 'events.expired');
      expect([answer.status, answer.body.detail]).toEqual([410, 'The oldest event that is kept has the sequence 5']);
    }
    expect(sequencesOf(await read(app, 'after=4&limit=2'))).toEqual([5, 6]);
    expect(sequencesOf(await read(app, 'limit=2'))).toEqual([5, 6]);
    expect((await read(app, `after=${latest}`)).body).toEqual({ items: [], next_after: latest, latest_sequence: latest });
  });

  it('knows where it ends though nothing is kept, and refuses whoever has missed some', async () => {
    const latest = await latestOf(app);
    await prismaOf(app).outboxEvent.deleteMany({});
    for (const query of ['', `after=${latest}`, 'types=users.erased']) {
      expect((await read(app, query)).body).toEqual({ items: [], next_after: latest, latest_sequence: latest });
    }
    expectRefused(await read(app, `after=${latest - 1}`), 'events.expired');
    await change(app);
    await app.nest.get(Relay).drain();
    expect(sequencesOf(await read(app, ''))).toEqual([latest + 1]);
  });

  it('leaves out what can’t be read, and goes on behind it', async () => {
    const first = await plant(app, 5);
    await prismaOf(app).outboxEvent.updateMany({ where: { sequence: { in: [first + 1, first + 2] } }, data: { payload: 'not json' } });
    const { body } = await read(app, `after=${first - 1}&limit=3`);
    expect([body.items.map(({ sequence }: EventEnvelope) => sequence), body.next_after]).toEqual([[first], first + 2]);
    expect(sequencesOf(await read(app, `after=${body.next_after}`))).toEqual([first + 3, first + 4]);
  });
});

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)('the feed, on two replicas', () => {
  it('wakes whoever waits on one of them for what happens on the other', async () => {
    const database = await createTestDatabase();
    const replicas = [await TestApp.start({}, database), await TestApp.start({}, database)];
    try {
      const [one, other] = replicas as [TestApp, TestApp];
      const latest = await latestOf(one);
      const { result, ms } = await timed(async () => {
        const waiters = Array.from({ length: 5 }, () => read(other, `after=${latest}&wait=30`));
        await waiting(other, 5);
        await change(one);
        return Promise.all(waiters);
      });
      expect(result.map(sequencesOf)).toEqual(Array.from({ length: 5 }, () => [latest + 1]));
      expect(ms / 30_000).toBeLessThan(0.5);
    } finally {
      for (const replica of replicas) await replica.stop();
      await database.drop();
    }
  });
});
