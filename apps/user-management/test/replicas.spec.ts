import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BASELINE_PERMISSIONS, TENANT_ROLES, TYPE_ROLES } from '@sa-platform/contracts';
import { DEMO_ORGANISATIONS, DEMO_PEOPLE, DEMO_PRODUCTS } from '../src/modules/seeding/demo-data.js';
import { Relay } from '../src/modules/events/relay.js';
import { Database } from '../src/platform/database/database.js';
import { isUnavailable } from '../src/platform/database/database-errors.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

const REPLICAS = 3;
const BOOTSTRAP = 'first@example.com';

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)(`${REPLICAS} replicas that boot at once over an empty database`, () => {
  let database: TestDatabase;
  let replicas: TestApp[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Promise.all(
      Array.from({ length: REPLICAS }, () => TestApp.start({ BOOTSTRAP_ADMIN_EMAIL: BOOTSTRAP, DATABASE_POOL_SIZE: '8' }, database)),
    );
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await database.drop();
  });
  const client = () => replicas[0]!.nest.get(Database).client;

  it('all come up ready', async () => {
    for (const replica of replicas) expect((await replica.request('GET', '/health/ready')).body.status).toBe('ok');
  });

  it('go on when one of them stands still in the middle of a transaction', async () => {
    const [still, other] = replicas.map((replica) => replica.nest.get(Database));
    const steps: string[] = [];
    const standstill = still!.transaction(async () => {
      await still!.lock('platform_admins');
      steps.push('locked');
      // Less than after which Prisma gives a transaction up, which a process that is stopped does not do.
      await sleep(12_000);
      steps.push('woke');
    });
    const outcome = standstill.then(() => null, (error: unknown) => error);
    await until(() => Promise.resolve(steps.length), (length) => length === 1);
    await other!.transaction(() => other!.lock('platform_admins'));
    steps.push('the other went on');
    const error = await outcome;
    expect(steps).toEqual(['locked', 'the other went on', 'woke']);
    expect(isUnavailable(error)).toBe(true);
  });

  it('leave one set of permissions, roles, organisations, products and people', async () => {
    expect(await client().registeredPermission.count()).toBe(BASELINE_PERMISSIONS.length);
    const roles = await client().role.findMany({ select: { key: true, scope: true } });
    expect(roles.map(({ key }) => key).sort()).toEqual([...TYPE_ROLES, ...TENANT_ROLES].map(({ key }) => key).sort());
    expect(await client().rolePermission.count()).toBe([...TYPE_ROLES, ...TENANT_ROLES].flatMap(({ permissions }) => permissions).length);
    expect(await client().organisation.count()).toBe(DEMO_ORGANISATIONS.length);
    expect(await client().product.count()).toBe(DEMO_PRODUCTS.length);
    expect(await client().orgMembership.count()).toBe(DEMO_PEOPLE.flatMap(({ memberships }) => memberships).length);
    const emails = (await client().user.findMany({ select: { emailCanonical: true } })).map((user) => user.emailCanonical);
    expect(emails.sort()).toEqual([...DEMO_PEOPLE.map(({ email }) => email), BOOTSTRAP].sort());
  });

  it('make one bootstrap admin, and each person has the one account that carries their subject', async () => {
    await until(() => client().identityJob.count(), (jobs) => jobs === 0);
    const admin = await client().user.findUniqueOrThrow({ where: { emailCanonical: BOOTSTRAP } });
    expect(admin).toMatchObject({ userType: 'admin', status: 'active', externalId: expect.any(String) });
    const users = await client().user.findMany({ select: { externalId: true } });
    const accounts = await client().mockAccount.findMany({ select: { subject: true } });
    expect(users.map(({ externalId }) => externalId).sort()).toEqual(accounts.map(({ subject }) => subject).sort());
  });

  it('write each event of the boot once', async () => {
    for (const replica of replicas) await replica.nest.get(Relay).drain();
    const events = await client().outboxEvent.findMany({ orderBy: { sequence: 'asc' } });
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
    const count = (type: string) => events.filter((event) => event.type === type).length;
    expect(count('permissions.registered')).toBe(1);
    expect(count('users.created')).toBe(DEMO_PEOPLE.length + 1);
    expect(count('users.membership.added')).toBe(DEMO_PEOPLE.flatMap(({ memberships }) => memberships).length);
  });

  it('serve the same context, with one version and one tag', async () => {
    const answers = [];
    for (const replica of replicas) {
      const { body, headers } = await replica.as('biller@example.com', 'GET', 'users/me/context');
      answers.push({ body, etag: headers.get('etag') });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.body.memberships[0]).toMatchObject({ organisation_id: 'texas', role: { key: 'BILLER' } });
  });
});
