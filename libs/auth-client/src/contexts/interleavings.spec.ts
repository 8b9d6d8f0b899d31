import fc from 'fast-check';
import { InterleavedWorld, NAMES } from '../../test/interleaved-world.js';

const SCHEDULES = 10_000;

type Step = readonly [what: string, take: (world: InterleavedWorld) => void];

const name = fc.constantFrom(...NAMES);
const ask = fc
  .tuple(name, fc.constantFrom('token', 'token', 'id', 'many'))
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
const step = fc.oneof(
  { weight: 6, arbitrary: ask },
  { weight: 3, arbitrary: change },
  { weight: 3, arbitrary: fc.constant<Step>(['publish', (world) => world.publishNext()]) },
  { weight: 3, arbitrary: fc.constant<Step>(['heartbeat', (world) => world.beat()]) },
  { weight: 3, arbitrary: pass },
  { weight: 1, arbitrary: fc.constant<Step>(['change the role', (world) => world.changeRole()]) },
  { weight: 1, arbitrary: invalidate },
  { weight: 1, arbitrary: fc.constant<Step>(['disconnect', (world) => world.disconnect()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['cut silently', (world) => world.cutSilently()]) },
  { weight: 2, arbitrary: fc.constant<Step>(['reconnect', (world) => world.reconnect()]) },
);

/** Everything that follows from one turn happens before the next one. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const takeTurn = async (turn: () => Promise<void>): Promise<void> => {
  await turn();
  await settle();
};

test(
  `in ${SCHEDULES} schedules of loads, invalidations, reconnects and expiry no answer is older than what was told, answered, or true 2 s ago`,
  async () => {
    let answers = 0;
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
        world.reconnect();
        world.beat();
        for (const who of NAMES) world.ask(who, 'token');
        await settle();
        await scheduler.waitIdle();
        expect(world.failures).toEqual([]);
        answers += world.answers;
      },
    );
    await fc.assert(property, { numRuns: SCHEDULES });
    // Without answers nothing would have been shown.
    expect(answers).toBeGreaterThan(SCHEDULES * NAMES.length);
  },
  300_000,
);
