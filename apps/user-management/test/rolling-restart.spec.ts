import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { RedisListener } from './redis-listener.js';
import { BalancedClient } from './rolling/balanced-client.js';
import { Load, type Subject } from './rolling/load.js';
import { Replica } from './rolling/replica.js';
import { unique } from './people.js';
import { until } from './poll.js';
import { createTestDatabase, engine, redisUrl, type TestDatabase } from './test-database.js';

/** `ROLLING_ROUNDS=3` is the long form. */
const ROUNDS = Number(process.env.ROLLING_ROUNDS ?? '1');
const WRITERS = 6;
const READERS = 4;
/** Ten times what the client takes to learn of it. */
const DELAY_MS = 1_000;
const PATIENCE_MS = 120_000 + ROUNDS * 60_000;

// Two replicas need a server, and what they publish is read in Redis.
(engine === 'pglite' || redisUrl === null ? describe.skip : describe)('a rolling restart of two replicas under load', () => {
  let database: TestDatabase;
  let connection: Connection;
  let listener: RedisListener;
  let replicas: Replica[] = [];
  let client: BalancedClient;
  let token: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    connection = await database.open();
    listener = await RedisListener.start(redisUrl!);
    const environment = { REDIS_URL: redisUrl!, SHUTDOWN_DELAY_MS: String(DELAY_MS), DATABASE_POOL_SIZE: '6' };
    const first = await Replica.create(database, environment);
    replicas = [first, await Replica.create(database, environment, first.url)];
    // One after the other: the first makes the issuer's key, which the second reads.
    for (const replica of replicas) await replica.start();
    client = new BalancedClient(replicas.map(({ url }) => url), () => token);
    const issued = await fetch(`${first.url}/mock-idp/dev-token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@example.com' }),
    });
    token = ((await issued.json()) as { access_token: string }).access_token;
    await until(() => replicas.every(({ url }) => client.isReady(url)), Boolean);
  }, PATIENCE_MS);
  afterAll(async () => {
    client.stop();
    listener.stop();
    for (const replica of replicas) await replica.kill();
    await connection.close();
    await database.drop();
  });

  async function createSubject(): Promise<Subject> {
    const body = {
      email: `${unique('rolled')}@example.com`,
      display_name: 'Some Person',
      user_type: 'user',
      provisioning: { delivery: 'none' },
      memberships: [{ organisation_id: 'texas', role_key: 'BILLER' }],
    };
    const created = await client.call('POST', 'admin/users', body);
    const id = String(created?.body.id);
    const context = await client.call('GET', `users/${id}/context`);
    return { id, membership: String(context?.body.memberships[0].membership_id), events: [] };
  }

  const eventsOf = (userId: string) => connection.prisma.outboxEvent.findMany({ where: { userId }, orderBy: { sequence: 'asc' } });

  /** What was answered is in the outbox, in order and published; the channel had all of it, first hearings in order. */
  async function expectTold({ id, events }: Subject, before: number): Promise<void> {
    const rows = (await eventsOf(id)).slice(before);
    expect(rows.map(({ type }) => type)).toEqual(events);
    const versions = rows.map(({ version }) => Number(version));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    await until(() => listener.of(id), (events) => new Set(events.map((event) => event.id)).size >= before + rows.length);
    const heard = [...new Map(listener.of(id).map((event) => [event.id, event])).values()];
    const sequences = heard.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(heard.slice(before).map(({ id: event }) => event)).toEqual(rows.map(({ id: event }) => event));
  }

  it('fails no request, and tells every change in order', async () => {
    const subjects = await Promise.all(Array.from({ length: WRITERS }, createSubject));
    const before = await Promise.all(subjects.map(async ({ id }) => (await eventsOf(id)).length));
    const load = new Load(client, subjects, READERS);
    const stops: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const replica of replicas) {
        await until(() => client.isReady(replica.url), Boolean);
        await sleep(1_000);
        const startedAt = performance.now();
        expect(await replica.stop()).toMatchObject({ code: 0 });
        stops.push(performance.now() - startedAt);
        await replica.start();
      }
    }
    await load.end();
    await until(() => connection.prisma.outboxEvent.count({ where: { publishedAt: null } }), (waiting) => waiting === 0);

    const served = [...client.served.values()].join(' and ');
    const figures = `${client.requests} requests (${served}), ${load.writes} writes, ${client.failures.length} failed, longest ${Math.round(client.longestMs)} ms`;
    process.stderr.write(`${engine}: rolling restart, ${ROUNDS} rounds: ${figures}; stops took ${stops.map(Math.round).join(', ')} ms\n`);
    expect(client.failures).toEqual([]);
    expect(load.surprises).toEqual([]);
    for (const [index, subject] of subjects.entries()) {
      expect(subject.events.length).toBeGreaterThan(10);
      await expectTold(subject, before[index]!);
    }
    await until(() => connection.prisma.identityJob.count(), (jobs) => jobs === 0);
  }, PATIENCE_MS);
});
