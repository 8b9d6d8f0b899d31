import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster } from './faults/cluster.js';
import { carryOut, finish } from './faults/experiment.js';
import { describeFigures } from './faults/figures.js';
import { canRun, chooseFaults, isLong, lengthOf, settingsOf, startDatabase } from './faults/suite.js';
import { engine } from './test-database.js';

const MOST_EVENTS = 100_000;
const TEST_PATIENCE_MS = isLong ? 1_200_000 : 240_000;

(canRun ? describe : describe.skip)('two replicas under load lose and reorder nothing', () => {
  let cluster: Cluster;
  const drainedMs: number[] = [];
  /** What ends all that was started, the last first. */
  const endings: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const database = await startDatabase();
    endings.unshift(() => database.stop());
    cluster = await Cluster.start(settingsOf(database));
    endings.unshift(() => cluster.stop());
  }, TEST_PATIENCE_MS);
  afterAll(async () => {
    for (const end of endings) await end();
  }, TEST_PATIENCE_MS);

  it.each(chooseFaults().map((fault) => [fault.name, fault] as const))('when %s', async (_name, fault) => {
    const outcome = await carryOut(cluster, fault, lengthOf(fault));
    drainedMs.push(outcome.drainedMs);
    expect(outcome.findings).toEqual([]);
  }, TEST_PATIENCE_MS);

  it('and all that is left is done when everything works again', async () => {
    const { findings, events } = await finish(cluster);
    process.stdout.write(`${[`Faults (${engine})`, ...describeFigures(cluster, events, drainedMs)].join('\n  ')}\n`);
    expect(findings).toEqual([]);
    if (isLong && engine === 'postgresql') expect(events).toBeGreaterThan(MOST_EVENTS);
  }, TEST_PATIENCE_MS);
});
