import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANY, type Fault } from '@sa-platform/identity-provider-fakes';
import { IdentityApp } from './identity-app.js';
import { startAuth0Tenant, type Tenant } from './identity-tenants.js';
import type { Case } from './kill-steps/check-answers.js';
import { checkStores } from './kill-steps/check-stores.js';
import { operationNamed, ORGANISATION, type Operation, type Subject } from './kill-steps/operations.js';
import { newEmail, prismaOf } from './people.js';
import { until } from './poll.js';
import type { Answer } from './test-app.js';
import { engine } from './test-database.js';

/** What an administrator waits for at most, and half a second for a busy machine. */
const ANSWERED_WITHIN_MS = 4_000 + 500;
/** I1: so long after the provider is back nothing may wait any more. */
const SETTLED_WITHIN_MS = 30_000;
/** `npm run test:provisioning` has the provider down for five minutes. */
const OUTAGE_MS = Number(process.env.OUTAGE_SECONDS ?? 20) * 1_000;
const TEST_PATIENCE_MS = 180_000 + OUTAGE_MS;

const CALLS = ['create, queue, temporary password', 'create, rollback, invite', 'update', 'deactivate', 'reset, temporary password'].map(operationNamed);

const KEY_FAULTS: [string, Fault][] = [
  ['does not answer, and has done it', { kind: 'hang', applied: true }],
  ['breaks the connection after it has done it', { kind: 'reset', applied: true }],
];
const FAULTS: [string, Fault][] = [
  ...KEY_FAULTS,
  ['does not answer, and does nothing', { kind: 'hang', applied: false }],
  ['breaks the connection and does nothing', { kind: 'reset', applied: false }],
  ['fails after it has done it', { kind: 'status', status: 500, applied: true }],
  ['is out of service', { kind: 'status', status: 503, applied: false }],
  ['does it five seconds later', { kind: 'apply_late', ms: 5_000 }],
];

// Databases differ in transactions and locks, which all faults meet in the same way: the full list runs on one of them.
const isFull = engine === 'postgresql';
// Both providers in the long run, `npm run test:provisioning`.
const isLong = process.env.OUTAGE_SECONDS !== undefined;
const providers = isFull && isLong ? (['auth0', 'cognito'] as const) : (['auth0'] as const);

/** One admin call with how long it took and what it was about. */
interface Heard {
  operation: Operation;
  subject: Subject;
  answer: Answer;
  tookMs: number;
}

describe.each(providers)('administration while %s has faults', (provider) => {
  let identity: IdentityApp;
  const subjects = new Map<string, Subject[]>();
  const cases: Case[] = [];
  const faults = isFull ? FAULTS : KEY_FAULTS;

  beforeAll(async () => {
    identity = await IdentityApp.start(provider);
    await identity.ask('POST', 'admin/organisations', ORGANISATION);
    for (const [name] of faults) {
      const prepared: Subject[] = [];
      for (const operation of CALLS) prepared.push(await operation.prepare(identity, identity.tenant));
      subjects.set(name, prepared);
    }
  }, TEST_PATIENCE_MS);
  afterAll(() => identity.stop());

  it.each(faults)('answers in time and with the truth when it %s', async (name, fault) => {
    const { tenant } = identity;
    const people = subjects.get(name) ?? [];
    tenant.faults.stand(ANY, fault);
    const heard = await Promise.all(CALLS.map((operation, index) => send(operation, people[index]!)));
    tenant.faults.lift();
    for (const one of heard) {
      cases.push({ ...one, place: name });
      expect({ name: one.operation.name, tookMs: one.tookMs < ANSWERED_WITHIN_MS ? 'in time' : one.tookMs }).toMatchObject({ tookMs: 'in time' });
      await expectTruth(one);
    }
  }, TEST_PATIENCE_MS);

  it('has told the provider everything half a minute later, and both agree on everybody', async () => {
    const startedAt = performance.now();
    await until(() => prismaOf(identity.app).identityJob.count(), (jobs) => jobs === 0, 2 * SETTLED_WITHIN_MS);
    expect(performance.now() - startedAt).toBeLessThan(SETTLED_WITHIN_MS);
    expect(await checkStores({ prisma: prismaOf(identity.app) }, identity.tenant, cases)).toEqual([]);
  }, TEST_PATIENCE_MS);

  async function send(operation: Operation, subject: Subject): Promise<Heard> {
    const { method, path, json } = changing(operation, subject);
    const startedAt = performance.now();
    const answer = await identity.call(method, path, json);
    const tookMs = performance.now() - startedAt;
    if (operation.name === 'deactivate') await expectOut(subject);
    return { operation, subject, answer, tookMs };
  }

  /** A DELETE shows no state. */
  function changing(operation: Operation, subject: Subject) {
    if (operation.name !== 'deactivate') return operation.request(subject);
    return { method: 'PATCH', path: `admin/users/${subject.userId ?? ''}`, json: { status: 'deactivated' } };
  }

  /** Whatever the provider does: with the answer, access is over. */
  async function expectOut({ userId }: Subject): Promise<void> {
    const { externalId } = await prismaOf(identity.app).user.findUniqueOrThrow({ where: { id: userId ?? '' } });
    const { status } = await identity.call('GET', 'users/me', undefined, externalId ?? '');
    expect(status).toBe(403);
  }

  async function expectTruth({ operation, subject, answer }: Heard): Promise<void> {
    const account = identity.tenant.accounts().find(({ email }) => email === subject.email);
    if (answer.status >= 300) {
      expect(answer).toMatchObject({ body: { code: 'identity.unavailable' } });
      expect(['create, rollback, invite', 'reset, temporary password']).toContain(operation.name);
      const isThere = await prismaOf(identity.app).user.count({ where: { email: subject.email } });
      expect(isThere).toBe(subject.userId === null ? 0 : 1);
      return;
    }
    if (operation.name.startsWith('reset')) {
      expect(identity.tenant.signIn(subject.email, String(answer.body.temporary_password))).toBe(true);
      return;
    }
    const { state, error } = answer.body.identity;
    expect(['synced', 'pending']).toContain(state);
    if (state === 'synced') expect(answer.body.external_id).toBe(account?.externalId);
    if (state === 'synced' && operation.name === 'deactivate') expect(account?.blocked).toBe(true);
    if (state === 'pending') expect([null, 'unavailable', 'throttled']).toContain(error);
  }
});

describe.each(providers)('an account at %s that is not ours', (provider) => {
  let identity: IdentityApp;
  beforeAll(async () => {
    identity = await IdentityApp.start(provider);
  });
  afterAll(() => identity.stop());

  it.each(['queue', 'rollback'])('is never taken over, with %s', async (onFailure) => {
    const email = newEmail();
    identity.tenant.plant(email);
    const before = identity.tenant.accounts();
    const json = { email, display_name: 'Somebody', user_type: 'user', provisioning: { delivery: 'temporary_password', on_failure: onFailure } };
    const { status, body } = await identity.call('POST', 'admin/users', json);
    if (onFailure === 'queue') {
      expect(status).toBe(201);
      expect(body).toMatchObject({ external_id: null, identity: { state: 'failed', error: 'conflict' } });
      expect(body).not.toHaveProperty('temporary_password');
    } else {
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'identity.conflict' });
      expect(await prismaOf(identity.app).user.count({ where: { email } })).toBe(0);
      expect(await prismaOf(identity.app).identityJob.count()).toBe(1);
    }
    expect(identity.tenant.accounts()).toEqual(before);
  });
});

(isFull ? describe : describe.skip)('a provider that', () => {
  let tenant: Tenant;
  let identity: IdentityApp;
  const start = async (options: Parameters<typeof startAuth0Tenant>[0]) => {
    tenant = await startAuth0Tenant(options);
    identity = await IdentityApp.start(tenant);
  };
  const create = (provisioning: Record<string, string> = { delivery: 'none', on_failure: 'queue' }) =>
    identity.call('POST', 'admin/users', { email: newEmail(), display_name: 'Somebody', user_type: 'user', provisioning });
  const jobs = () => prismaOf(identity.app).identityJob.count();

  it('asks for a minute gets a minute, and the answers stay quick', async () => {
    await start({});
    try {
      tenant.faults.script('users.create', { kind: 'status', status: 429, applied: false, retryAfterSeconds: 60 });
      const queued = await create();
      expect(queued.body.identity).toMatchObject({ state: 'pending', error: 'throttled' });
      expect(Date.parse(queued.body.identity.next_attempt_at) - Date.now()).toBeGreaterThan(55_000);
      const asked = tenant.ledger.entries.length;
      const startedAt = performance.now();
      expect((await create({ delivery: 'none', on_failure: 'rollback' })).body.code).toBe('identity.unavailable');
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      await sleep(4_000);
      expect(tenant.ledger.entries).toHaveLength(asked);
    } finally {
      await identity.stop();
    }
  }, TEST_PATIENCE_MS);

  it('is busy for three seconds is asked again by itself', async () => {
    await start({});
    try {
      tenant.faults.script('users.create', { kind: 'status', status: 429, applied: false, retryAfterSeconds: 3 });
      expect((await create()).body.identity).toMatchObject({ state: 'pending', error: 'throttled' });
      await until(jobs, (count) => count === 0, 10_000);
      expect(tenant.accounts()).toHaveLength(1);
    } finally {
      await identity.stop();
    }
  }, TEST_PATIENCE_MS);

  it(`was down for ${OUTAGE_MS / 1_000} seconds hears all of it within its limit, and first of those who are out`, async () => {
    await start({ rateLimit: { burst: 2, perSecond: 2 }, requestsPerSecond: 2 });
    try {
      const first: { id: string; external_id: string }[] = [];
      for (let number = 0; number < 2; number += 1) {
        first.push((await create()).body);
        await sleep(1_000);
      }
      const downUntil = performance.now() + OUTAGE_MS;
      tenant.faults.stand(ANY, { kind: 'reset', applied: false });
      const created = await Promise.all(Array.from({ length: 6 }, () => create()));
      for (const { body } of created) expect(body.identity.state).toBe('pending');
      for (const { id, external_id: externalId } of first) {
        const { body } = await identity.call('PATCH', `admin/users/${id}`, { status: 'deactivated' });
        expect(body).toMatchObject({ status: 'deactivated', identity: { state: 'pending' } });
        expect((await identity.call('GET', 'users/me', undefined, externalId)).status).toBe(403);
      }
      await sleep(Math.max(0, downUntil - performance.now()));
      tenant.faults.lift();
      tenant.ledger.clear();
      await until(jobs, (count) => count === 0, 2 * SETTLED_WITHIN_MS);
      const { entries } = tenant.ledger;
      expect(entries.filter(({ status }) => status === 429)).toEqual([]);
      expect(tenant.ledger.peak(1_000)).toBeLessThanOrEqual(4);
      const blocks = first.map(({ external_id: id }) =>
        entries.findIndex(({ applied, operation, subject }) => applied && operation === 'users.update' && subject === id),
      );
      expect(Math.min(...blocks)).toBeGreaterThanOrEqual(0);
      // Nobody knows that the provider is back before one job, whichever is due, has found out.
      const early = entries.slice(0, Math.max(...blocks)).filter(({ applied, operation }) => applied && operation === 'users.create');
      expect(early.length).toBeLessThanOrEqual(1);
      expect(await checkStores({ prisma: prismaOf(identity.app) }, tenant, [])).toEqual([]);
    } finally {
      await identity.stop();
    }
  }, TEST_PATIENCE_MS);
});
