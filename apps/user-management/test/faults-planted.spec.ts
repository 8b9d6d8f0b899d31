import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster } from './faults/cluster.js';
import { carryOut, finish } from './faults/experiment.js';
import { faultNamed } from './faults/faults.js';
import { brokenIn } from './faults/findings.js';
import { PLANTS, type Plant } from './faults/plants.js';
import { plantClient, plantService, requireEditable } from './faults/planted-build.js';
import type { PrivateDatabase } from './faults/private-database.js';
import { canRun, choosePlants, settingsOf, startDatabase } from './faults/suite.js';

/** What a plant holds up waits for ever: shorter than for the real build. */
const DRAINED_WITHIN_MS = 8_000;
/** Some go wrong only when two replicas meet. */
const MOST_TRIES = 3;
const TEST_PATIENCE_MS = 240_000;
const plants = choosePlants();

(canRun ? it : it.skip)('each protection stands where it would be switched off, also those whose loss the long form alone tries', () => {
  for (const { of, edits } of PLANTS) requireEditable(of, edits);
});

(canRun && plants.length > 0 ? describe : describe.skip)('the checker finds out', () => {
  let database: PrivateDatabase | null = null;
  beforeAll(async () => {
    database = await startDatabase();
  }, TEST_PATIENCE_MS);
  afterAll(() => database?.stop(), TEST_PATIENCE_MS);

  /** @returns the invariants that the checker names */
  async function tryOut(plant: Plant): Promise<string[]> {
    const fault = faultNamed(plant.fault);
    const service = plant.of === 'service' ? plantService(plant.edits) : null;
    const client = plant.of === 'client' ? await plantClient(plant.edits) : null;
    const settings = settingsOf(database!);
    const pace = { writers: 6, usersPerWriter: 3, pauseMs: 20 };
    const cluster = await Cluster.start({ ...settings, ...(client ? { client } : {}), dist: service?.dist, pace, importedRows: 0 });
    try {
      const { findings } = await carryOut(cluster, fault, fault.lastsMs.short, DRAINED_WITHIN_MS);
      if (brokenIn(findings).includes(plant.breaks)) return brokenIn(findings);
      return brokenIn((await finish(cluster, DRAINED_WITHIN_MS)).findings);
    } finally {
      await cluster.stop();
      service?.remove();
      client?.remove();
    }
  }

  it.each(plants.map((plant) => [plant.name, plant] as const))('%s', async (_name, plant) => {
    let found: string[] = [];
    for (let tries = 0; tries < MOST_TRIES && !found.includes(plant.breaks); tries++) found = await tryOut(plant);
    expect(found).toContain(plant.breaks);
  }, MOST_TRIES * TEST_PATIENCE_MS);
});
