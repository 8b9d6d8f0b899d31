import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { PRIORITY } from '../src/modules/identity/identity-job.js';
import { IdentityQueue, type IdentityWish } from '../src/modules/identity/identity-queue.js';
import { IdentityRunner, type Assignment, type CarryOut, type SyncOutcome } from '../src/modules/identity/identity-runner.js';
import { Database } from '../src/platform/database/database.js';
import { Prisma, type IdentityJob } from '../src/platform/database/generated/postgresql/client.js';
import { prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine } from './test-database.js';

const DONE: SyncOutcome = { state: 'done', temporaryPassword: null };

/** The worker asks the real tables; what it carries out is scripted here. */
class Workplace {
  readonly begun: string[] = [];

  constructor(private readonly app: TestApp) {}

  /** Waits for what the boot left, then does as told. */
  async take(carryOut: CarryOut): Promise<void> {
    await until(() => prismaOf(this.app).identityJob.count(), (jobs) => jobs === 0);
    this.begun.length = 0;
    this.app.nest.get(IdentityRunner).attach((assignment) => {
      this.begun.push(assignment.job.userId);
      return carryOut(assignment);
    });
  }

  /** Asks for these users in one transaction. */
  async ask(userIds: string[], wish: IdentityWish = { isImmediate: false }): Promise<void> {
    await this.app.nest.get(Database).transaction(async () => {
      for (const userId of userIds) await this.app.nest.get(IdentityQueue).request(userId, wish);
    });
  }

  async find(userId: string): Promise<IdentityJob | null> {
    return prismaOf(this.app).identityJob.findUnique({ where: { userId } });
  }

  /** As a replica that took the lease and was killed or is cut off. */
  async lease(userId: string, leaseId: string, milliseconds: number): Promise<void> {
    const database = this.app.nest.get(Database);
    const until = database.later(milliseconds);
    await database.client.$executeRaw(
      Prisma.sql`UPDATE identity_jobs SET lease_id = ${leaseId}, leased_until = ${until} WHERE user_id = ${userId}`,
    );
  }

  async makeDue(userId: string): Promise<void> {
    const database = this.app.nest.get(Database);
    await database.client.$executeRaw(Prisma.sql`UPDATE identity_jobs SET run_at = ${database.now} WHERE user_id = ${userId}`);
  }
}

describe('the worker of identity jobs', () => {
  let app: TestApp;
  let work: Workplace;
  let userId: string;
  beforeAll(async () => {
    app = await TestApp.start();
    work = new Workplace(app);
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    userId = unique('person');
  });
  afterEach(async () => {
    await prismaOf(app).identityJob.deleteMany();
  });
  const gone = async (id: string) => until(() => work.find(id), (job) => job === null);

  it('takes a job over from a replica that was killed, once its lease is over and not before', async () => {
    let takenAt = 0;
    await work.take(() => {
      takenAt = performance.now();
      return Promise.resolve(DONE);
    });
    const askedAt = performance.now();
    await app.nest.get(Database).transaction(async () => {
      await work.ask([userId]);
      await work.lease(userId, 'of-the-dead', 2_500);
    });
    await gone(userId);
    expect(takenAt - askedAt).toBeGreaterThan(2_400);
    expect(work.begun).toEqual([userId]);
  });

  it('commits nothing once its lease is somebody else’s, whether it is done or failed', async () => {
    for (const isDone of [true, false]) {
      const id = unique('person');
      await work.take(async () => {
        await work.lease(id, 'of-another', 60_000);
        if (isDone) return DONE;
        throw new IdentityProviderError('conflict', 'not_done', 'taken');
      });
      await work.ask([id], {});
      await app.nest.get(IdentityQueue).settled(id, 5_000);
      expect(await work.find(id)).toMatchObject({ leaseId: 'of-another', state: 'due', attempts: 0, error: null });
      await prismaOf(app).identityJob.deleteMany();
    }
  });

  it('runs again for what was asked for meanwhile, one after the other', async () => {
    let atOnce = 0;
    await work.take(async () => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      if (work.begun.length === 1) await work.ask([userId], { revokeSessions: true });
      await sleep(50);
      atOnce -= 1;
      return DONE;
    });
    await work.ask([userId], {});
    await gone(userId);
    expect(work.begun).toEqual([userId, userId]);
  });

  it('leaves alone what the provider refused until somebody asks again', async () => {
    let isRefused = true;
    await work.take(() => (isRefused ? Promise.reject(new IdentityProviderError('rejected', 'not_done', 'no')) : Promise.resolve(DONE)));
    await work.ask([userId], {});
    expect(await app.nest.get(IdentityQueue).settled(userId, 5_000)).toMatchObject({ state: 'failed', failure: 'rejected' });
    await work.makeDue(userId);
    await sleep(2_500);
    expect(work.begun).toHaveLength(1);
    expect(await work.find(userId)).toMatchObject({ state: 'failed', error: 'rejected', attempts: 1 });
    isRefused = false;
    await work.ask([userId], {});
    await gone(userId);
    expect(work.begun).toHaveLength(2);
  });

  it('keeps a refused creation due that is to be undone: whoever asked for it may be killed before they undo it', async () => {
    await work.take(() => Promise.reject(new IdentityProviderError('conflict', 'not_done', 'taken')));
    await work.ask([userId], { onFailure: 'rollback' });
    expect(await app.nest.get(IdentityQueue).settled(userId, 5_000)).toMatchObject({ state: 'queued', failure: 'conflict' });
    expect(await work.find(userId)).toMatchObject({ state: 'due', error: 'conflict' });
  });

  it('keeps trying where a person has to mend something, a minute apart', async () => {
    await work.take(() => Promise.reject(new IdentityProviderError('misconfigured', 'not_done', 'no')));
    for (const attempts of [1, 2, 3]) {
      await work.ask([userId], {});
      await app.nest.get(IdentityQueue).settled(userId, 5_000);
      const job = await work.find(userId);
      expect(job).toMatchObject({ state: 'due', error: 'misconfigured' });
      expect(attempts).toBeGreaterThan(0);
      const waitMs = (job?.runAt.getTime() ?? 0) - Date.now();
      expect(waitMs).toBeGreaterThan(25_000);
      expect(waitMs).toBeLessThan(61_000);
    }
  });

  it('takes access away before it changes, and changes before what came in bulk', async () => {
    const lanes = [PRIORITY.bulk, PRIORITY.change, PRIORITY.revocation].map((priority, rank) => ({
      priority,
      rank: -rank,
      ids: Array.from({ length: 8 }, () => unique('person')),
    }));
    // Past the pause that earlier failures left behind.
    await sleep(1_500);
    await work.take(async () => {
      await sleep(20);
      return DONE;
    });
    await app.nest.get(Database).transaction(async () => {
      for (const { priority, ids } of lanes) await work.ask(ids, { priority, isImmediate: false });
    });
    await until(() => prismaOf(app).identityJob.count(), (jobs) => jobs === 0);
    const ranks = work.begun.map((id) => lanes.find(({ ids }) => ids.includes(id))?.rank ?? NaN);
    expect(ranks).toHaveLength(24);
    expect(ranks).toEqual([...ranks].sort((one, other) => one - other));
  }, 60_000);
});

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)('two replicas', () => {
  it('share the jobs, and never work on one user at once', async () => {
    const database = await createTestDatabase();
    const replicas = [await TestApp.start({}, database), await TestApp.start({}, database)];
    try {
      const places = replicas.map((replica) => new Workplace(replica));
      const open = new Set<string>();
      const collisions: string[] = [];
      const carryOut = async ({ job: { userId } }: Assignment): Promise<SyncOutcome> => {
        if (open.has(userId)) collisions.push(userId);
        open.add(userId);
        // Long enough for the other replica to wake up meanwhile.
        await sleep(100);
        open.delete(userId);
        return DONE;
      };
      for (const place of places) await place.take(carryOut);
      const ids = Array.from({ length: 60 }, () => unique('person'));
      await places[0]!.ask(ids);
      await until(() => prismaOf(replicas[0]!).identityJob.count(), (jobs) => jobs === 0);
      expect(collisions).toEqual([]);
      expect(places.flatMap(({ begun }) => begun).sort()).toEqual(ids.sort());
      for (const { begun } of places) expect(begun.length).toBeGreaterThan(0);
    } finally {
      for (const replica of replicas) await replica.stop();
      await database.drop();
    }
  }, 120_000);
});
