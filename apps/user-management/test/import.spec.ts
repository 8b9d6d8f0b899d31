import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { csv, Importer, row } from './import-client.js';
import { dumpTables } from './database-dump.js';
import { ADMIN, expectInvalid, expectRefused, People, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';

describe('an import of users', () => {
  let app: TestApp;
  let people: People;
  let importer: Importer;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    importer = new Importer(app);
  });
  afterAll(() => app.stop());

  const find = (email: string | undefined) => prismaOf(app).user.findUnique({ where: { emailCanonical: String(email).toLowerCase() } });
  const viewOf = async (email: string | undefined) => people.view((await find(email))!.id);
  const eventsOf = async (userId: string) =>
    (await prismaOf(app).outboxEvent.findMany({ where: { userId }, orderBy: { position: 'asc' } })).map(({ type, actorId }) => `${type} ${actorId}`);

  it('creates users with memberships and products, as creating them one by one does', async () => {
    const one = row({ product_ids: 'claims; derm', phone: '+27 82 000 0000', email: `${unique('Mixed')}@Example.com` });
    const two = row({ user_type: 'clinician', organisation_id: '', role_key: '' });
    const view = await importer.run([one, two]);
    expect(view).toMatchObject({ state: 'done', rows: 2, processed: 2, created: 2, updated: 0, unchanged: 0, failed: 0, percent: 100 });
    const first = await viewOf(one.email);
    expect(first).toMatchObject({ email: one.email, user_type: 'user', status: 'active', phone: '+27 82 000 0000' });
    expect(first.memberships[0]).toMatchObject({ organisation_id: 'texas', role: { key: 'BILLER' } });
    expect(first.memberships[0].products.map(({ key }: { key: string }) => key)).toEqual(['claims', 'derm']);
    const admin = await app.idOf(ADMIN);
    const types = ['users.created', 'users.membership.added', 'users.product.granted', 'users.product.granted'];
    expect((await eventsOf(first.id)).slice(0, 4)).toEqual(types.map((type) => `${type} ${admin}`));
    expect((await viewOf(two.email)).memberships).toEqual([]);
    expect((await people.context(first.id)).permissions).toEqual((await people.context((await people.member('texas', 'BILLER')).id)).permissions);
  });

  it('tells the provider of each new user, once', async () => {
    const rows = [row(), row(), row()];
    await importer.run(rows, 'delivery=invite');
    for (const { email } of rows) expect(await until(() => viewOf(email), ({ identity }) => identity.state === 'synced')).toMatchObject({ external_id: expect.any(String) });
    expect(await prismaOf(app).mockAccount.count({ where: { emailCanonical: { in: rows.map(({ email }) => email!) } } })).toBe(3);
  });

  it('updates by e-mail: name and phone where given, memberships and products that are missing', async () => {
    const person = await people.member('texas', 'BILLER', 'claims');
    const version = async () => (await people.context(person.id)).version;
    const before = await version();
    const changed = { email: person.email.toUpperCase(), display_name: 'New Name', phone: '+44 1234', product_ids: 'derm;claims' };
    expect(await importer.run([row(changed)])).toMatchObject({ created: 0, updated: 1 });
    const view = await people.view(person.id);
    expect(view).toMatchObject({ email: person.email, display_name: 'New Name', phone: '+44 1234' });
    expect(view.memberships).toHaveLength(1);
    expect(view.memberships[0].products).toHaveLength(2);
    expect(await version()).toBeGreaterThan(before);
    expect(await importer.run([row({ email: person.email, display_name: '', organisation_id: 'mississippi', role_key: 'READONLY' })])).toMatchObject({ updated: 1 });
    const after = await people.view(person.id);
    expect(after).toMatchObject({ display_name: 'New Name', phone: '+44 1234' });
    expect(after.memberships.map(({ organisation_id: id }: { organisation_id: string }) => id).sort()).toEqual(['mississippi', 'texas']);
  });

  it('leaves who is as the row says untouched: no version, no event, no job', async () => {
    const person = await people.member('texas', 'BILLER', 'claims');
    const before = [await people.context(person.id), await eventsOf(person.id)];
    expect(await importer.run([row({ email: person.email, display_name: 'Some Person', product_ids: 'claims' })])).toMatchObject({ unchanged: 1, updated: 0 });
    expect([await people.context(person.id), await eventsOf(person.id)]).toEqual(before);
    expect(await prismaOf(app).identityJob.count({ where: { userId: person.id } })).toBe(0);
  });

  it('never changes type or status', async () => {
    const person = await people.user();
    await people.admin('PATCH', `admin/users/${person.id}`, { status: 'suspended' });
    const view = await importer.run([row({ email: person.email, user_type: 'patient' }), row({ email: person.email })]);
    expect(view).toMatchObject({ updated: 1, failed: 1 });
    expect(await importer.faults(view.import_id)).toEqual(['2 user_type user.type_differs']);
    expect(await people.view(person.id)).toMatchObject({ user_type: 'user', status: 'suspended' });
  });

  it('takes rows about one person in their order: the second adds to the first', async () => {
    const one = row();
    const rows = [one, { ...one }, { ...one, organisation_id: 'mississippi' }, { ...one, user_type: 'patient' }, { ...one, display_name: 'Last' }];
    const view = await importer.run(rows);
    expect(view).toMatchObject({ created: 1, unchanged: 1, updated: 2, failed: 1 });
    expect(await importer.faults(view.import_id)).toEqual(['5 user_type user.type_differs']);
    const person = await viewOf(one.email);
    expect([person.display_name, person.memberships.length]).toEqual(['Last', 2]);
  });

  it('tells every bad row with its line, field and reason, and applies the others', async () => {
    const good = row();
    const rows = [
      row({ email: 'nobody' }),
      row({ display_name: '' }),
      row({ user_type: 'owner' }),
      row({ organisation_id: 'nowhere' }),
      row({ role_key: 'NOTHING' }),
      row({ product_ids: 'claims;nothing' }),
      row({ phone: 'call me' }),
      row({ role_key: '' }),
      row({ organisation_id: '', role_key: '', product_ids: 'claims' }),
      row({ display_name: 'two\nlines' }),
      row({ display_name: 'x'.repeat(201) }),
      good,
    ];
    const view = await importer.run(rows);
    expect(view).toMatchObject({ created: 1, failed: 11, processed: 12, state: 'done' });
    expect(await importer.faults(view.import_id)).toEqual([
      '2 email request.invalid',
      '3 display_name request.invalid',
      '4 user_type request.invalid',
      '5 organisation_id organisation.not_found',
      '6 role_key role.not_found',
      '7 product_ids product.not_found',
      '8 phone request.invalid',
      '9 role_key request.invalid',
      '10 product_ids request.invalid',
      '11 display_name request.invalid',
      '13 display_name request.invalid',
    ]);
    expect(await find(good.email)).not.toBeNull();
    expect(await find(rows[5]!.email)).toBeNull();
  });

  it('with dry_run says what a real run then does, and changes nothing', async () => {
    const person = await people.member('texas', 'BILLER');
    const one = row();
    const rows = [one, { ...one }, row({ email: person.email, display_name: 'Other' }), row({ user_type: 'owner' }), row({ role_key: 'NO' })];
    const text = csv([...rows, ...Array.from({ length: 600 }, () => ({ ...one })), { ...one, phone: '+44 1234' }, { ...one, phone: '+44 1234' }]);
    const prisma = prismaOf(app);
    const count = async () => [await prisma.user.count(), await prisma.orgMembership.count(), await prisma.outboxEvent.count(), await prisma.identityJob.count()];
    await until(() => prisma.identityJob.count(), (jobs) => jobs === 0);
    const before = [await count(), await people.view(person.id)];
    const dry = await importer.run(text, 'dry_run=true');
    expect([await count(), await people.view(person.id)]).toEqual(before);
    const real = await importer.run(text);
    const counts = ({ created, updated, unchanged, failed }: Record<string, number>) => ({ created, updated, unchanged, failed });
    expect(counts(dry)).toEqual({ created: 1, updated: 2, unchanged: 602, failed: 2 });
    expect(counts(real)).toEqual(counts(dry));
    expect(await importer.faults(dry.import_id)).toEqual(await importer.faults(real.import_id));
  });

  it('keeps no value of the file when it is over, of bad rows and dry runs neither', async () => {
    const mark = unique('secretname');
    const rows = [row({ display_name: mark, user_type: 'owner', email: `${mark}@example.com` }), row({ display_name: mark, phone: mark })];
    for (const query of ['dry_run=true', '']) await importer.run(rows, query);
    expect(await dumpTables(app)).not.toContain(mark);
  });

  it('can be stopped; what was applied stays, the rest is gone', async () => {
    const answer = await importer.send(csv(Array.from({ length: 3_000 }, () => row())));
    const id = String(answer.body.import_id);
    const cancelled = await app.as(ADMIN, 'POST', `admin/imports/${id}/cancel`);
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
    expect(cancelled.body.processed).toBeLessThan(3_000);
    expect(await prismaOf(app).importRow.count({ where: { importId: id, cells: { not: null } } })).toBe(0);
    expectRefused(await app.as(ADMIN, 'POST', `admin/imports/${id}/cancel`), 'import.over');
    expect((await importer.view(id)).created).toBe(cancelled.body.created);
  });

  it('pages through its rows', async () => {
    const view = await importer.run([row(), row({ email: 'a' }), row(), row({ email: 'b' }), row({ email: 'c' })]);
    const page = async (query: string) => (await app.as(ADMIN, 'GET', `admin/imports/${view.import_id}/rows?${query}`)).body;
    const lines = ({ items }: { items: { line: number }[] }) => items.map(({ line }) => line);
    expect(lines(await page(''))).toEqual([2, 3, 4, 5, 6]);
    expect(lines(await page('state=failed&limit=2'))).toEqual([3, 5]);
    expect(lines(await page('state=failed&limit=2&offset=2'))).toEqual([6]);
    expect(lines(await page('state=failed&after=3'))).toEqual([5, 6]);
    expect(await page('state=failed&limit=1')).toMatchObject({ total: 3, limit: 1, offset: 0 });
    expectInvalid(await app.as(ADMIN, 'GET', `admin/imports/${view.import_id}/rows?state=bad`), 'state');
    expectInvalid(await app.as(ADMIN, 'GET', `admin/imports/${view.import_id}/rows?after=x`), 'after');
    expectRefused(await app.as(ADMIN, 'GET', 'admin/imports/nothing/rows'), 'import.not_found');
  });

  it('answers the same Idempotency-Key with the same import, and refuses it for another file', async () => {
    const headers = { 'idempotency-key': unique('key') };
    const text = csv([row()]);
    const first = await importer.send(text, '', headers);
    const again = await importer.send(text, '', headers);
    expect([again.status, again.body.import_id]).toEqual([202, first.body.import_id]);
    expectRefused(await importer.send(csv([row()]), '', headers), 'idempotency.key_reused');
    expectInvalid(await importer.send(text, '', { 'idempotency-key': 'x'.repeat(300) }), 'Idempotency-Key');
    expect(await importer.whenOver(first.body.import_id)).toMatchObject({ created: 1 });
    expect(await prismaOf(app).import.count({ where: { state: 'receiving' } })).toBe(0);
  });

  it('tells a platform admin of all imports, newest first', async () => {
    const view = await importer.run([row()]);
    const { body } = await app.as(ADMIN, 'GET', 'admin/imports?limit=1');
    expect(body).toMatchObject({ items: [{ import_id: view.import_id }], limit: 1, offset: 0 });
    expect(body.total).toBeGreaterThan(5);
  });
});
