import { AuthError } from '../auth-error.js';
import { buildContext } from '../testing/index.js';
import type { FeedAnswer } from '../user-management-client.js';
import { CatchUp } from './catch-up.js';
import { EventCoverage } from './event-coverage.js';

const LONGEST = 10_000;
const alice = buildContext({ user_id: 'alice', version: 1 });

let nowMs: number;
let coverage: EventCoverage;
let asked: number[];
let applied: number;
let answer: (after: number) => FeedAnswer | Promise<FeedAnswer>;
let catchUp: CatchUp;

const event = (sequence: number, id = `event-${sequence}`): object => ({ id, sequence, type: 'users.updated', user_id: 'alice', version: sequence });
/** What the feed has after a sequence, `size` to a page. */
const feed = (newest: number, size = 1_000) => (after: number): FeedAnswer => {
  const items = Array.from({ length: Math.min(newest - after, size) }, (_, index) => event(after + 1 + index));
  return { items, latestSequence: newest };
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const missed = (through: number): void => {
  coverage.disconnected();
  coverage.subscribed();
  nowMs += 1_000;
  coverage.heartbeat(through);
};
const run = async (): Promise<void> => {
  catchUp.start();
  await settle();
};

beforeEach(() => {
  nowMs = 10_000;
  coverage = new EventCoverage(() => nowMs);
  asked = [];
  applied = 0;
  const users = {
    readEvents: async (after: number): Promise<FeedAnswer> => {
      asked.push(after);
      return answer(after);
    },
  };
  catchUp = new CatchUp(users, coverage, (invalidation) => (applied += invalidation.affects(alice) ? 1 : 0), () => nowMs);
  coverage.subscribed();
  coverage.heartbeat(7);
  coverage.event({ sequence: 8, id: 'event-8' });
});

test('asks nothing while nothing was missed', async () => {
  answer = feed(8);
  await run();
  expect(asked).toEqual([]);
});

test('reads from the last known event on to the newest, applies each, and covers from where it was', async () => {
  answer = feed(15, 3);
  missed(12);
  await run();
  expect(asked).toEqual([7, 10, 13]);
  expect(applied).toBe(8);
  expect(coverage.coveredSinceMs()).toBe(10_000);
  expect(coverage.gap()).toBeNull();
});

test('covers nothing of before until everything is applied, and reads once at a time', async () => {
  const answers: (() => void)[] = [];
  answer = (after) => new Promise((resolve) => answers.push(() => resolve(feed(15, 6)(after))));
  missed(12);
  await run();
  await run();
  expect(asked).toEqual([7]);
  expect(coverage.coveredSinceMs()).toBe(11_000);
  answers[0]!();
  await settle();
  expect(asked).toEqual([7, 13]);
  expect(coverage.coveredSinceMs()).toBe(11_000);
  answers[1]!();
  await settle();
  expect(coverage.coveredSinceMs()).toBe(10_000);
});

test('reads on where more was missed meanwhile', async () => {
  let newest = 12;
  answer = (after) => {
    const page = feed(newest)(after);
    if (newest === 12) coverage.event({ sequence: 15, id: 'event-15' });
    newest = 15;
    return page;
  };
  missed(12);
  await run();
  expect(asked).toEqual([7, 12]);
  expect(coverage.coveredSinceMs()).toBe(10_000);
});

test('does not close the gap of another connection', async () => {
  answer = (after) => {
    missed(12);
    return feed(20)(after);
  };
  missed(12);
  await run();
  expect(asked).toEqual([7]);
  expect(applied).toBe(0);
  expect(coverage.coveredSinceMs()).toBe(12_000);
  expect(coverage.gap()).not.toBeNull();
});

test.each<[string, (after: number) => FeedAnswer]>([
  ['fails', () => { throw new AuthError('access.denied'); }],
  ['has nothing', () => ({ items: [], latestSequence: 0 })],
  ['went back', () => ({ items: [], latestSequence: 5 })],
  ['has another event at the place of the last known', (after) => ({ items: [event(8, 'other'), ...feed(12)(after).items.slice(1)], latestSequence: 12 })],
  ['leaves the last known out', () => feed(12)(8)],
  ['leaves one out', (after) => ({ items: feed(12)(after).items.filter((_, index) => index !== 2), latestSequence: 12 })],
  ['holds what is no event', (after) => ({ items: [...feed(11)(after).items, null], latestSequence: 12 })],
  ['ends too early', () => feed(11)(7)],
  ['says it has more than it shows', () => ({ items: feed(12)(7).items, latestSequence: 13 })],
])('changes nothing when the feed %s', async (_what, broken) => {
  answer = broken;
  missed(12);
  await run();
  expect(coverage.coveredSinceMs()).toBe(11_000);
  expect(coverage.gap()).toBeNull();
});

test('gives up when more was missed than is worth reading', async () => {
  answer = feed(LONGEST + 1_000);
  missed(LONGEST + 1_000);
  await run();
  expect(asked).toHaveLength(10);
  expect(coverage.coveredSinceMs()).toBe(11_000);
  expect(coverage.gap()).toBeNull();
});

test('rests for a second after each time', async () => {
  answer = feed(12);
  missed(12);
  await run();
  coverage.event({ sequence: 14, id: 'event-14' });
  answer = feed(14);
  await run();
  expect(asked).toHaveLength(1);
  nowMs += 999;
  await run();
  expect(asked).toHaveLength(1);
  nowMs += 1;
  await run();
  expect(asked).toEqual([7, 11]);
  coverage.heartbeat(14);
  expect(coverage.coveredSinceMs()).toBe(10_000);
});
