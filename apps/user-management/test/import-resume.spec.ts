import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltProgram } from './built-service.js';
import { csv, Importer, row } from './import-client.js';
import { ADMIN, newUser, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

/** So many that a stop or a kill comes in the middle. */
const ROWS = 800;
const PATIENCE_MS = 120_000;

const fileOf = (mark: string, count = ROWS) =>
  csv(Array.from({ length: count }, (_, index) => row({ email: `${mark}-${index}@example.com`, product_ids: 'claims' })));

/** Each row once and wholly: one user, one membership, one product, one of each event. */
async function expectWhole(app: TestApp, mark: string, count = ROWS): Promise<void> {
  const { user, orgMembership, productAccess, outboxEvent } = prismaOf(app);
  const ids = (await user.findMany({ where: { emailCanonical: { startsWith: `${mark}-` } }, select: { id: true } })).map(({ id }) => id);
  const has = new Set(ids);
  const members = (await orgMembership.findMany({ select: { userId: true, id: true } })).filter(({ userId }) => has.has(userId));
  const memberIds = new Set(members.map(({ id }) => id));
  const products = (await productAccess.findMany({ select: { membershipId: true } })).filter(({ membershipId }) => memberIds.has(membershipId));
  const events = (await outboxEvent.findMany({ where: { type: { in: ['users.created', 'users.membership.added', 'users.product.granted'] } }, select: { userId: true, type: true } }))
    .filter(({ userId }) => userId !== null && has.has(userId));
  expect([ids.length, members.length, products.length, events.length]).toEqual([count, count, count, count * 3]);
  expect(new Set(events.map(({ userId, type }) => `${userId} ${type}`)).size).toBe(count * 3);
}

describe('an import', () => {
  let database: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    app = await TestApp.start({}, database);
  });
  afterAll(async () => {
    await app.stop();
    await database.drop();
  });

  // The embedded database answers no question about an import before it is over.
  (engine === 'pglite' ? it.skip : it)('goes on where it stopped when the service stops in the middle', async () => {
    const mark = unique('resumed');
    const { body } = await new Importer(app).send(fileOf(mark));
    await until(() => new Importer(app).view(body.import_id), ({ processed }) => processed > 0, PATIENCE_MS);
    await app.stop();
    app = await TestApp.start({}, database);
    const importer = new Importer(app);
    const before = await importer.view(body.import_id);
    expect(before.processed).toBeGreaterThan(0);
    expect(before.processed).toBeLessThan(ROWS);
    expect(await importer.whenOver(body.import_id, PATIENCE_MS)).toMatchObject({ state: 'done', created: ROWS, failed: 0 });
    await expectWhole(app, mark);
  }, 240_000);

  it('meets people whom somebody creates at the same time: each is there once, and the row is told as an update or none', async () => {
    const mark = unique('raced');
    const importer = new Importer(app);
    const { body } = await importer.send(fileOf(mark, 600));
    const statuses: number[] = [];
    for (let index = 599; index >= 540; index--) {
      const answer = await app.as(ADMIN, 'POST', 'admin/users', newUser({ email: `${mark}-${index}@example.com`, display_name: 'Imported Person' }));
      statuses.push(answer.status);
    }
    const view = await importer.whenOver(body.import_id, PATIENCE_MS);
    const made = statuses.filter((status) => status === 201).length;
    expect(new Set(statuses)).toEqual(new Set(made === 0 ? [409] : made === statuses.length ? [201] : [201, 409]));
    expect(view).toMatchObject({ state: 'done', failed: 0, created: 600 - made, updated: made });
    await expectWhole(app, mark, 600);
  }, 240_000);
});

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)('imports on several replicas', () => {
  let database: TestDatabase;
  let replicas: TestApp[];
  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = [await TestApp.start({}, database), await TestApp.start({}, database)];
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await database.drop();
  });

  it('that name the same people are applied once each, whatever runs at once', async () => {
    const mark = unique('shared');
    const [one, two] = replicas.map((replica) => new Importer(replica)) as [Importer, Importer];
    const file = fileOf(mark, 1_500);
    const [header, ...lines] = file.trim().split('\n');
    const turned = [header, ...lines.reverse()].join('\n');
    const answers = await Promise.all([one.send(file), two.send(turned)]);
    const views = await Promise.all([one.whenOver(answers[0].body.import_id, PATIENCE_MS), two.whenOver(answers[1].body.import_id, PATIENCE_MS)]);
    expect(views.map(({ state, failed }) => [state, failed])).toEqual([['done', 0], ['done', 0]]);
    expect(views.reduce((sum, view) => sum + Number(view.created), 0)).toBe(1_500);
    expect(views.reduce((sum, view) => sum + Number(view.unchanged), 0)).toBe(1_500);
    await expectWhole(replicas[0]!, mark, 1_500);
  }, 240_000);

  it('are finished by another replica when theirs was killed', async () => {
    const mark = unique('killed');
    const own = await createTestDatabase();
    const { freePort } = await import('./test-app.js');
    const port = String(await freePort());
    const service = new BuiltProgram('main', own, { PORT: port, DEMO_DATA: 'true' });
    const url = `http://127.0.0.1:${port}`;
    const json = async (path: string, init: RequestInit = {}) => (await fetch(`${url}${path}`, init)).json() as Promise<Record<string, string>>;
    await until(() => fetch(`${url}/health/ready`).then(({ ok }) => ok, () => false), Boolean, PATIENCE_MS);
    const { access_token: token } = await json('/mock-idp/dev-token', { method: 'POST', body: JSON.stringify({ email: ADMIN }), headers: { 'content-type': 'application/json' } });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/csv' };
    const { import_id: id } = await json('/v1/user-management/admin/users/import?delivery=none', { method: 'POST', body: fileOf(mark), headers });
    await until(() => json(`/v1/user-management/admin/imports/${id}`, { headers }), ({ processed }) => Number(processed) > 0, PATIENCE_MS);
    await service.kill();
    const other = await TestApp.start({}, own);
    try {
      expect(Number((await new Importer(other).view(id!)).processed)).toBeLessThan(ROWS);
      expect(await new Importer(other).whenOver(id!, PATIENCE_MS)).toMatchObject({ state: 'done', created: ROWS, failed: 0 });
      await expectWhole(other, mark);
    } finally {
      await other.stop();
      await own.drop();
    }
  }, 300_000);
});
