import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestIssuer, type TestIssuer } from '@sa-platform/auth-client/testing';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { addAdmin } from './identity-admin.js';
import { TENANTS, type Tenant } from './identity-tenants.js';
import { OPERATIONS } from './kill-steps/operations.js';
import { nameOf, placesOf, runCases, type Outcome } from './kill-steps/run-cases.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

/** What neither database nor provider keeps makes no difference to a restart. */
const CHANGES = '^(COMMIT|INSERT|UPDATE|DELETE|POST|PATCH|PUT|Admin|Create)';
/**
 * `npm run test:provisioning` kills at every step that changes something, here it is a few of them. `KILL_STEPS` is a pattern
 * of steps (`.` for every one, those that read as well), `KILL_OPERATIONS` one of operations.
 */
const isWhole = process.env.KILL_STEPS !== undefined;
const steps = new RegExp(process.env.KILL_STEPS || CHANGES);
const isWanted = (step: string) => steps.test(step);
const PATIENCE_MS = isWhole ? 3_600_000 : 300_000;
const SETTLED_WITHIN_MS = 30_000;
/** Cognito answers the same questions with other calls: fewer operations show it. */
const FEW = ['create, rollback, invite', 'create, queue, temporary password', 'deactivate'];
const only = new RegExp(process.env.KILL_OPERATIONS ?? '');

const plans = [
  { provider: 'auth0', names: isWhole ? OPERATIONS.map(({ name }) => name) : FEW, every: isWhole ? 1 : 28, offset: 5 },
  { provider: 'cognito', names: isWhole ? FEW : FEW.slice(0, 1), every: isWhole ? 1 : 20, offset: 7 },
] as const;
/** Which provider it is makes no difference to a database: one of them shows it in the short form. */
const isPlanned = (provider: string) => isWhole || provider === 'auth0' || engine === 'postgresql';

// The embedded database lives in the killed process: `kill.spec.ts` is for it.
(engine === 'pglite' ? describe.skip : describe).each(plans.filter(({ provider }) => isPlanned(provider)).map((plan) => [plan.provider, plan] as const))(
  'kill -9 at the steps of provisioning with %s',
  (provider, plan) => {
    let database: TestDatabase;
    let connection: Connection;
    let tenant: Tenant;
    let issuer: TestIssuer;
    beforeAll(async () => {
      database = await createTestDatabase();
      connection = await database.open();
      await addAdmin(connection);
      tenant = await TENANTS[provider]();
      issuer = await startTestIssuer();
    });
    afterAll(async () => {
      await tenant.stop();
      await issuer.close();
      await connection.close();
      await database.drop();
    });

    it('leaves nothing acknowledged lost, no orphan on either side, and nothing that waits', async () => {
      const operations = OPERATIONS.filter(({ name }) => plan.names.includes(name) && only.test(name));
      const world = { database: { ...database, url: database.url ?? '' }, tenant, issuer };
      const outcome = await runCases(world, connection, { ...plan, operations, isWanted, ...(isWhole ? { report } : {}) });
      if (isWhole) summarise(outcome);
      expect(outcome.findings).toEqual([]);
      expect(outcome.kills).toBeGreaterThan(operations.length);
      expect(outcome.settledMs).toBeLessThan(SETTLED_WITHIN_MS);
    }, PATIENCE_MS);
  },
);

function report(line: string): void {
  process.stderr.write(`${engine} ${line}\n`);
}

function summarise({ cases, kills, steps, places, settledMs, findings }: Outcome): void {
  for (const [name, taken] of steps) {
    const all = placesOf(taken.filter(isWanted)).map(nameOf);
    const missed = all.filter((place) => !places.get(name)?.has(place));
    report(`${name}: killed at ${all.length - missed.length} of ${all.length} places; not at: ${missed.join(', ') || 'none'}`);
  }
  report(`${cases} cases, ${kills} kills, nothing left ${Math.round(settledMs)} ms after the last restart, ${findings.length} findings`);
  for (const finding of findings) report(`FINDING ${finding}`);
}
