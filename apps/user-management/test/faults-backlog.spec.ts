import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Prisma } from '../src/platform/database/generated/postgresql/client.js';
import { BacklogListener } from './faults/backlog-listener.js';
import { MemoryWatch } from './faults/memory-watch.js';
import { ReplicaPair } from './faults/replica-pair.js';
import { canRun, isLong, startDatabase } from './faults/suite.js';
import { until } from './poll.js';
import { engine } from './test-database.js';

const ROWS = isLong ? 1_000_000 : 20_000;
/** Of each of these users there are as many as of the others. */
const USERS = 1_000;
/** Beside what is started anew: what the service itself writes meanwhile. */
const MOST_OTHERS = 10_000;
/** On top of a replica that has just started: what V8 takes before it finds it worth its while to collect. */
const ROOM_MB = 350;
/** The second half takes no more than the first: a kilobyte that stays of each event would be half a gigabyte. */
const GROWTH_MB = 64;
const OUT_WITHIN_MS = 1_000;
const TEST_PATIENCE_MS = isLong ? 1_800_000 : 240_000;

(canRun && engine === 'postgresql' ? describe : describe.skip)(`a backlog of ${ROWS} events`, () => {
  let pair: ReplicaPair;
  /** What ends all that was started, the last first. */
  const endings: (() => unknown)[] = [];
  beforeAll(async () => {
    const database = await startDatabase();
    endings.unshift(() => database.stop());
    pair = await ReplicaPair.create(database);
    endings.unshift(() => pair.stop());
    await pair.start();
  }, TEST_PATIENCE_MS);
  afterAll(async () => {
    for (const end of endings) await end();
  }, TEST_PATIENCE_MS);

  /** Past the service, while it does not run: as if Redis, or all replicas, had been away for long. */
  async function leaveBacklog(): Promise<void> {
    await pair.connection.prisma.$executeRaw(Prisma.sql`
      INSERT INTO outbox_events (id, type, user_id, actor_type, actor_id, payload, occurred_at)
      SELECT 'backlog-' || n, 'users.updated', 'backlog-' || (n % ${USERS}::int), 'system', 'backlog', '{"fields":["display_name"]}', now() AT TIME ZONE 'UTC'
        FROM generate_series(1, ${ROWS}::int) AS n`);
    // What autovacuum has long done where rows come one after the other.
    await pair.connection.prisma.$executeRaw(Prisma.sql`ANALYZE outbox_events`);
  }

  const waiting = () => pair.connection.prisma.outboxEvent.count({ where: { publishedAt: null } });

  it('drains with flat memory, and a revocation at its end goes before it', async () => {
    const { administrator, replicas } = pair;
    const json = { email: 'backlog@example.com', display_name: 'Backlog', user_type: 'user', provisioning: { delivery: 'none' } };
    const { id } = (await administrator.ask('POST', 'admin/users', json)) as { id: string };
    await until(waiting, (count) => count === 0);
    for (const replica of replicas) await replica.kill();
    await leaveBacklog();
    const listener = await BacklogListener.start(pair.redis.url, 2 * ROWS + MOST_OTHERS);
    endings.unshift(() => listener.stop());
    listener.awaitEvent(({ user_id: userId, type }) => userId === id && type === 'users.suspended');

    const startedAt = performance.now();
    await pair.start();
    const memory = new MemoryWatch(replicas);
    endings.unshift(() => memory.stop());
    await until(() => listener.heard, (heard) => heard > 0);
    memory.sample();
    const before = memory.highestMb;
    await administrator.ask('PATCH', `admin/users/${id}`, { status: 'suspended' });
    const ackedAt = performance.now();
    const awaited = await until(() => listener.awaited, (found) => found !== null, TEST_PATIENCE_MS);
    const outAfterMs = (awaited?.atMs ?? Infinity) - ackedAt;
    await until(() => listener.heard, (heard) => heard > ROWS / 2, TEST_PATIENCE_MS);
    const firstHalfMb = memory.highestMb;
    memory.restart();
    await until(() => listener.heard, (heard) => heard > ROWS, TEST_PATIENCE_MS);
    const tookMs = performance.now() - startedAt;
    const { heardBefore = ROWS } = awaited ?? {};
    const rate = ((1_000 * ROWS) / tookMs).toFixed(0);
    process.stdout.write(
      `Backlog (${engine})
  ${ROWS} events left while no replica ran: published in ${(tookMs / 1_000).toFixed(1)} s from the start of two replicas, ${rate} a second
  duplicates ${listener.duplicates}, reordered per user ${listener.reordered}
  a revocation at its end: heard ${outAfterMs.toFixed(0)} ms after its answer, before ${ROWS - heardBefore} of the others
  memory of a replica: ${before} MB when it began, at most ${firstHalfMb} MB in the first half and ${memory.highestMb} MB in the second\n`,
    );
    expect(listener.reordered).toBe(0);
    expect(heardBefore).toBeLessThan(ROWS);
    if (isLong) expect(outAfterMs).toBeLessThan(OUT_WITHIN_MS);
    expect(firstHalfMb).toBeLessThan(before + ROOM_MB);
    expect(memory.highestMb).toBeLessThan(firstHalfMb + GROWTH_MB);
    await until(waiting, (count) => count === 0);
  }, TEST_PATIENCE_MS);
});
