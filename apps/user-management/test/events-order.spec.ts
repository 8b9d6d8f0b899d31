import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@sa-platform/contracts';
import { Database } from '../src/platform/database/database.js';
import { EventRecorder } from './event-recorder.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

const ADMIN = 'admin@example.com';
const WRITERS = 8;
const CHANGES = 5;

/** PGlite belongs to one process; servers are shared by replicas, each with a relay of its own. */
const REPLICAS = engine === 'pglite' ? 1 : 2;

describe(`the order of events with parallel writers and ${REPLICAS} relays`, () => {
  let database: TestDatabase;
  const apps: TestApp[] = [];
  const recorders: EventRecorder[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    for (let replica = 0; replica < REPLICAS; replica++) {
      const app = await TestApp.start(replica === 0 ? {} : { AUTH_ISSUER: `${apps[0]!.url}/mock-idp` }, database);
      apps.push(app);
      recorders.push(new EventRecorder(app));
    }
  });
  afterAll(async () => {
    for (const app of apps) await app.stop();
    await database.drop();
  });

  it('gives every event one number, without gaps and never a smaller one later', async () => {
    const token = await apps[0]!.token(ADMIN);
    const isWriting = { value: true };
    const watching = watchSequences(apps[0]!, isWriting);
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(apps[writer % REPLICAS]!, writer, token)));
    isWriting.value = false;
    const highest = await watching;
    for (const recorder of recorders) await recorder.settle();

    const rows = await apps[0]!.nest.get(Database).client.outboxEvent.findMany({ orderBy: { sequence: 'asc' } });
    expect(rows.length).toBeGreaterThan(WRITERS * CHANGES);
    expect(rows.map(({ sequence }) => Number(sequence))).toEqual(rows.map((_, index) => index + 1));
    expect(rows.every(({ publishedAt }) => publishedAt !== null)).toBe(true);
    expect(highest).toBeLessThanOrEqual(rows.length);
  });

  it('publishes each event once while nothing fails, each relay in rising order', () => {
    const published = recorders.flatMap(({ seen }) => seen.map(({ sequence }) => sequence));
    expect(new Set(published).size).toBe(published.length);
    for (const { seen } of recorders) expect(isRising(seen.map(({ sequence }) => sequence))).toBe(true);
  });

  it('keeps the changes of one user in the order in which they were made, with versions that never fall', () => {
    const all = recorders.flatMap(({ seen }) => seen).sort((a, b) => a.sequence - b.sequence);
    const roleChanges = byUser(all.filter(({ type }) => type === 'users.role.changed'));
    expect(roleChanges).toHaveLength(WRITERS);
    for (const events of roleChanges) {
      expect(events).toHaveLength(CHANGES);
      expect(chains(events)).toBe(true);
    }
    for (const events of byUser(all)) {
      const versions = events.map(({ version }) => version ?? 0);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    }
  });
});

/** One writer changes one user's role to and fro; the writers run beside each other. */
async function write(app: TestApp, writer: number, token: string): Promise<void> {
  const memberships = [{ organisation_id: 'texas', role_key: 'BILLER' }];
  const json = { email: `order-${writer}@example.com`, display_name: 'Order', user_type: 'user', memberships };
  const created = await app.request('POST', 'admin/users', { token, json });
  expect(created.status).toBe(201);
  const path = `admin/users/${String(created.body.id)}/memberships/${String(created.body.memberships[0].membership_id)}`;
  for (let change = 0; change < CHANGES; change++) {
    const role_key = change % 2 === 0 ? 'READONLY' : 'BILLER';
    const { status } = await app.request('PATCH', path, { token, json: { role_key } });
    expect(status).toBe(200);
  }
}

/** Reads as a follower of the feed does: after N was seen, nothing up to N may appear any more. */
async function watchSequences(app: TestApp, isWriting: { value: boolean }): Promise<number> {
  const { client } = app.nest.get(Database);
  let cursor = 0;
  while (isWriting.value) {
    const rows = await client.outboxEvent.findMany({ where: { sequence: { not: null } }, orderBy: { sequence: 'asc' } });
    const sequences = rows.map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(sequences.length).toBeGreaterThanOrEqual(cursor);
    cursor = sequences.length;
    // PGlite answers without leaving the event loop: without a pause nothing else in the process would run.
    await sleep(5);
  }
  return cursor;
}

function byUser(events: EventEnvelope[]): EventEnvelope[][] {
  const userIds = new Set(events.flatMap(({ user_id: userId }) => userId ?? []));
  return [...userIds].map((userId) => events.filter((event) => event.user_id === userId));
}

function isRising(numbers: number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}

function chains(events: EventEnvelope[]): boolean {
  const changes = events.flatMap((event) => (event.type === 'users.role.changed' ? [event.payload] : []));
  return changes.length === events.length && changes.every(({ from_role: from }, index) => from === (index === 0 ? 'BILLER' : changes[index - 1]?.to_role));
}
