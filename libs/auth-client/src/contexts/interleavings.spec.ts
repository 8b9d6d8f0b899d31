import { jest } from '@jest/globals';
import fc from 'fast-check';
import { InterleavedWorld, NAMES, WAYS, type FeedState } from '../../test/interleaved-world.js';
import { EventCoverage } from './event-coverage.js';

/** `INTERLEAVINGS=10000` for as many as a release is tried with; every run has others. */
const SCHEDULES = Number(process.env.INTERLEAVINGS ?? 4_000);

type Step = readonly [what: string, take: (world: InterleavedWorld) => void];

const name = fc.constantFrom(...NAMES);
const ask = fc
  .tuple(name, fc.constantFrom('token', ...WAYS))
  .map(([who, way]): Step => [`ask for ${who} by ${way}`, (world) => world.ask(who, way)]);
const change = name.map((who): Step => [`change ${who}`, (world) => world.change(who)]);
const invalidate = fc
  .option(name)
  .map((who): Step => [`invalidate ${who ?? 'everybody'}`, (world) => world.invalidate(who)]);
const pass = fc.constantFrom(1, 100, 250, 1_000, 1_999, 2_000).map((ms): Step => [
  `${ms} ms pass`,
  (world) => {
    world.nowMs += ms;
  },
]);
const setFeed = (state: FeedState): Step => [
  `the feed ${state}`,
  (world) => {
    world.feed = state;
  },
];
/** The ways to a catch-up: something is missed while the connection is away, or lost on a connection that holds. */
const miss = fc.tuple(name, fc.constantFrom(0, 0, 1, 2)).map(([who, behind]): Step => [
  `miss a change of ${who}`,
  (world) => {
    world.disconnect();
    world.change(who);
    world.publishNext();
    world.reconnect();
    world.beat(behind);
  },
]);
const lose = fc.tuple(name, name).map(([lost, heard]): Step => [
  `lose a change of ${lost} and hear one of ${heard}`,
  (world) => {
    world.change(lost);
    world.loseNext();
    world.change(heard);
    world.publishNext();
  },
]);
const step = fc.oneof(
  { weight: 2, arbitrary: miss },
  { weight: 1, arbitrary: lose },
  { weight: 1, arbitrary: fc.constant<Step>(['a late heartbeat', (world) => world.beat(1)]) },
  { weight: 6, arbitrary: ask },
  { weight: 3, arbitrary: change },
  { weight: 3, arbitrary: fc.constant<Step>(['publish', (world) => world.publishNext()]) },
  { weight: 3, arbitrary: fc.constant<Step>(['heartbeat', (world) => world.beat()]) },
  { weight: 3, arbitrary: pass },
  { weight: 1, arbitrary: fc.constant<Step>(['change the role', (world) => world.changeRole()]) },
  { weight: 1, arbitrary: name.map((who): Step => [`end the session of ${who}`, (world) => world.endSession(who)]) },
  { weight: 1, arbitrary: fc.constant<Step>(['demote the admin', (world) => world.demoteActor()]) },
  { weight: 1, arbitrary: invalidate },
  { weight: 1, arbitrary: fc.constant<Step>(['disconnect', (world) => world.disconnect()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['cut silently', (world) => world.cutSilently()]) },
  { weight: 2, arbitrary: fc.constant<Step>(['reconnect', (world) => world.reconnect()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['publish the last', (world) => world.publishLast()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['lose an event', (world) => world.loseNext()]) },
  { weight: 2, arbitrary: fc.constant<Step>(['heartbeats go on', (world) => world.goOn()]) },
  { weight: 1, arbitrary: fc.constantFrom<FeedState[]>('answers', 'fails', 'expired').map(setFeed) },
);

/** Everything that follows from one turn happens before the next one. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const takeTurn = async (turn: () => Promise<void>): Promise<void> => {
  await turn();
  await settle();
};

test(
  `in ${SCHEDULES} schedules of loads, invalidations, reconnects, catch-ups and expiry no answer is older than what was told, answered, or true 2 s ago, and no session outlives its end`,
  async () => {
    let answers = 0;
    const closing = jest.spyOn(EventCoverage.prototype, 'closeGap');
    const property = fc.asyncProperty(
      fc.scheduler({ act: takeTurn }),
      fc.array(step, { minLength: 4, maxLength: 40 }),
      fc.constantFrom(0, 500, 2_000),
      async (scheduler, steps, maxAgeMs) => {
        const world = new InterleavedWorld((what) => scheduler.schedule(Promise.resolve(), what), maxAgeMs);
        world.reconnect();
        world.beat();
        scheduler.scheduleSequence(
          steps.map(([label, take]) => ({
            label,
            builder: () => {
              take(world);
              return Promise.resolve();
            },
          })),
        );
        await scheduler.waitIdle();
        world.feed = 'answers';
        world.reconnect();
        for (let turn = 0; turn < 3; turn += 1) {
          world.publishNext();
          world.goOn();
          await settle();
          await scheduler.waitIdle();
        }
        for (const who of NAMES) for (const way of WAYS) world.ask(who, way);
        await settle();
        await scheduler.waitIdle();
        expect(world.failures).toEqual([]);
        answers += world.answers;
      },
    );
    await fc.assert(property, { numRuns: SCHEDULES });
    // Without answers nothing would have been shown.
    expect(answers).toBeGreaterThan(SCHEDULES * NAMES.length);
    const closed = closing.mock.results.filter(({ value }) => value === true).length;
    expect(closed).toBeGreaterThan(SCHEDULES / 10);
  },
  900_000,
);
