import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plot } from './governance/commands.js';
import { anyPlot, KINDS, WAYS } from './governance/draw-commands.js';
import { BUGS, plant, prepareGround, type Bug } from './governance/plant-bugs.js';
import type { PromiseName } from './governance/promises.js';
import { Rehearsal, type Discrepancy } from './governance/rehearse.js';
import type { Stage as OpenStage } from './governance/stage.js';

await prepareGround();
const { Stage } = await import('./governance/stage.js');

/** `MODEL_SEQUENCES=100000 MODEL_SEED=7` looks further, or again; `npm run test:model` plays 10,000. */
const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? 4_000);
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000_000);
/** Some ways lead nowhere: what is drawn means nothing by then. */
const RUNS = Math.ceil((SEQUENCES * 1.05) / WAYS);

let stage: OpenStage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const playing = (rehearsal: Rehearsal) => fc.asyncProperty(anyPlot, (plot: Plot) => rehearsal.play(plot));

describe(`in ${SEQUENCES} random sequences of administrative commands by random actors`, () => {
  let tally: Rehearsal['tally'];

  it(
    'nobody ends with what its giver lacked, nothing of another organisation changes, and the last administrators stay',
    async () => {
      const rehearsal = new Rehearsal(stage);
      ({ tally } = rehearsal);
      const startedAt = performance.now();
      await fc.assert(playing(rehearsal), { numRuns: RUNS, seed: SEED });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      process.stderr.write(`governance: ${tally.sequences} sequences, ${tally.commands} commands, seed ${SEED}, ${seconds} s\n`);
      expect(tally.sequences).toBeGreaterThanOrEqual(SEQUENCES);
    },
    900_000,
  );

  const isEnough = SEQUENCES >= 10_000;
  (isEnough ? it : it.skip)('every kind of command was carried out at times, and refused at times', () => {
    const { done, refused } = tally;
    // Nobody refuses time.
    expect(KINDS.filter((kind) => !done.has(kind) || (!refused.has(kind) && kind !== 'let it end'))).toEqual([]);
  });
});

describe('a planted bug is found by the promise it breaks, without the model’s help:', () => {
  afterEach(() => plant(null));
  const find = (promise: PromiseName, more: fc.Parameters<[Plot]>) => fc.check(playing(new Rehearsal(stage, promise)), { numRuns: 2_000, seed: 1, ...more });

  it.each(Object.entries(BUGS) as [Bug, PromiseName][])('%s', async (bug, promise) => {
    plant(bug);
    const { errorInstance } = await find(promise, { endOnFailure: true });
    expect(errorInstance).toMatchObject({ what: promise });
  });

  it('and told in a few lines', async () => {
    plant('a guard of tenant admins that guards nobody');
    const { errorInstance } = await find('the last administrators stay', {});
    expect((errorInstance as Discrepancy).story.length).toBeLessThanOrEqual(3);
  });
});
