import { jest } from '@jest/globals';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import type { Database } from '../../platform/database/database.js';
import type { IdentityJob, LeasedJob } from './identity-job.js';
import type { IdentityJobsRepository } from './identity-jobs.repository.js';
import { IdentityQueue } from './identity-queue.js';
import { IdentityRunner } from './identity-runner.js';

const JOB: IdentityJob = {
  userId: '',
  revision: 1,
  kind: 'sync',
  state: 'due',
  priority: 1,
  delivery: 'none',
  emailVerified: false,
  onFailure: 'queue',
  revokeSessions: false,
  email: null,
  externalId: null,
  externalUsername: null,
  settleUntil: null,
  attempts: 0,
  error: null,
  runAt: new Date(0),
  createdAt: new Date(0),
};

/** Jobs that are always due: what is left of waiting is the worker's own. The tables have their tests beside the engines. */
class AlwaysDue {
  readonly jobs = new Map<string, IdentityJob>();
  timesMadeDue = 0;

  constructor(userIds: string[]) {
    for (const userId of userIds) this.jobs.set(userId, { ...JOB, userId });
  }

  listDue = (limit: number) => Promise.resolve([...this.jobs.keys()].slice(0, limit));
  find = (userId: string) => Promise.resolve(this.jobs.get(userId) ?? null);
  lockLeased = this.find;
  lease = (userId: string, leaseId: string) =>
    Promise.resolve(this.jobs.has(userId) ? ({ ...JOB, userId, leaseId } satisfies LeasedJob) : null);
  release = () => Promise.resolve();
  makeDue = () => {
    this.timesMadeDue += 1;
    return this.timesMadeDue === 1 ? Promise.resolve() : Promise.reject(new Error('the database is away'));
  };
  delete = (userId: string) => Promise.resolve(void this.jobs.delete(userId));
}

const database = { transaction: <Result>(work: () => Promise<Result>) => work(), afterCommit: (effect: () => void) => effect() };

let runner: IdentityRunner;
let jobs: AlwaysDue;
let attempts: { userId: string; at: number }[];
let answer: () => Promise<void>;

function start(userIds: string[]): void {
  jobs = new AlwaysDue(userIds);
  const repository = jobs as unknown as IdentityJobsRepository;
  runner = new IdentityRunner(database as unknown as Database, repository, new IdentityQueue(database as unknown as Database, repository));
  runner.onModuleInit();
  runner.attach(async ({ job: { userId } }) => {
    attempts.push({ userId, at: performance.now() });
    await answer();
    return { state: 'done', temporaryPassword: null };
  });
  runner.onApplicationBootstrap();
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
const failing = (failure: 'unavailable' | 'throttled' | 'misconfigured', retryAfterMs?: number) => () =>
  Promise.reject(new IdentityProviderError(failure, 'not_done', 'no', retryAfterMs));
/** Whole seconds from the first attempt to each one. */
const seconds = () => attempts.map(({ at }) => Math.round((at - (attempts[0]?.at ?? 0)) / 1000));

beforeEach(() => {
  jest.useFakeTimers();
  attempts = [];
});

afterEach(async () => {
  await runner.onModuleDestroy();
  jest.useRealTimers();
});

describe('the worker while the provider is down', () => {
  it('rests twice as long each time, up to 8 seconds, so that it is back soon after the provider', async () => {
    answer = failing('unavailable');
    start(['one']);
    await pass(60_000);
    expect(seconds().slice(0, 8)).toEqual([0, 1, 3, 7, 15, 23, 31, 39]);
  });

  it('probes with one job at a time, after the four with which it found out', async () => {
    answer = failing('unavailable');
    start(['one', 'two', 'three', 'four', 'five']);
    await pass(1_000);
    expect(attempts).toHaveLength(4);
    const before = attempts.length;
    await pass(40_000);
    const later = attempts.slice(before).map(({ at }) => at);
    expect(new Set(later).size).toBe(later.length);
  });

  it('works at full pace again with the first attempt that goes through', async () => {
    answer = failing('unavailable');
    start(['one', 'two', 'three', 'four', 'five', 'six']);
    await pass(30_000);
    attempts = [];
    answer = () => Promise.resolve();
    await pass(9_000);
    expect(attempts).toHaveLength(6);
    expect(seconds().at(-1)).toBe(0);
    expect(jobs.jobs.size).toBe(0);
    jobs.jobs.set('seven', { ...JOB, userId: 'seven' });
    answer = failing('unavailable');
    attempts = [];
    await pass(3_000);
    expect(seconds()).toEqual([0, 1]);
  });

  it('has everything due after an outage, once, and not after a single failure', async () => {
    start(['one', 'two']);
    answer = failing('unavailable');
    await pass(1_000);
    answer = () => Promise.resolve();
    await pass(3_000);
    expect([jobs.jobs.size, jobs.timesMadeDue]).toEqual([0, 0]);
    for (const times of [1, 2]) {
      jobs.jobs.set('three', { ...JOB, userId: 'three' });
      answer = failing('unavailable');
      await pass(30_000);
      attempts = [];
      answer = () => Promise.resolve();
      await pass(9_000);
      // The second time the database refuses: the job was carried out all the same.
      expect([attempts.length, jobs.jobs.size, jobs.timesMadeDue]).toEqual([1, 0, times]);
    }
  });

  it('rests for as long as the provider asks', async () => {
    answer = failing('throttled', 60_000);
    start(['one']);
    await pass(59_000);
    expect(attempts).toHaveLength(1);
    await pass(4_000);
    expect(attempts).toHaveLength(2);
  });

  it('stops when the replica stops', async () => {
    answer = failing('unavailable');
    start(['one']);
    await pass(1_000);
    await runner.onModuleDestroy();
    await pass(60_000);
    expect(attempts).toHaveLength(1);
  });
});
