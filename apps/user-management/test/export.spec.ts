import { get } from 'node:http';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserListRepository } from '../src/modules/users/user-list.repository.js';
import { COLUMNS, Importer, row } from './import-client.js';
import { ADMIN, expectInvalid, expectRefused, People, unique } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { engine } from './test-database.js';

type Line = Record<string, string>;

describe('the export of users', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
  });
  afterAll(() => app.stop());

  const send = (query = '', who = ADMIN) => app.as(who, 'GET', `admin/users/export${query}`);
  const lines = async (query = '', who = ADMIN): Promise<Line[]> => parse((await send(query, who)).text, { columns: true });

  it('is a file to save, with the columns of an import and three more', async () => {
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="users.csv"');
    expect(answer.text.split('\r\n')[0]).toBe([...COLUMNS, 'id', 'status', 'created_at'].join(','));
  });

  it('has a line for each membership, and one for who has none', async () => {
    const one = await people.user(['texas', 'mississippi'].map((organisation_id) => ({ organisation_id, role_key: 'BILLER', product_ids: ['claims', 'derm'] })));
    const none = await people.user();
    const all = await lines();
    expect(all.filter(({ id }) => id === one.id).map(({ organisation_id, role_key, product_ids }) => [organisation_id, role_key, product_ids]).sort()).toEqual([
      ['mississippi', 'BILLER', 'claims;derm'],
      ['texas', 'BILLER', 'claims;derm'],
    ]);
    expect(all.filter(({ id }) => id === none.id)).toMatchObject([{ email: none.email, organisation_id: '', role_key: '', status: 'active' }]);
  });

  it('knows the filters of the list, and the reach of who asks', async () => {
    const stranger = await people.member('mississippi', 'BILLER');
    const both = await people.user(['texas', 'mississippi'].map((organisation_id) => ({ organisation_id, role_key: 'BILLER' })));
    expect((await lines(`?search=${stranger.email}`)).map(({ id }) => id)).toEqual([stranger.id]);
    expect(new Set((await lines('?status=suspended')).map(({ status }) => status))).toEqual(new Set(['suspended']));
    const seen = await lines('', 'tenant-admin@example.com');
    expect(seen.map(({ id }) => id)).not.toContain(stranger.id);
    expect(new Set(seen.map(({ organisation_id: id }) => id))).toEqual(new Set(['texas']));
    expect(seen.filter(({ id }) => id === both.id)).toHaveLength(1);
    expectInvalid(await send('?limit=1'), 'limit');
    expectInvalid(await send('?status=wrong'), 'status');
    for (const who of ['biller@example.com', 'service']) expectRefused(await send('', who), 'access.denied');
  });

  it('leaves out memberships that are over', async () => {
    const person = await people.member('texas', 'BILLER');
    const { memberships } = await people.view(person.id);
    const { Database } = await import('../src/platform/database/database.js');
    await app.nest.get(Database).client.orgMembership.update({ where: { id: memberships[0].membership_id }, data: { expiresAt: new Date(Date.now() - 60_000) } });
    expect((await lines(`?search=${person.email}`))[0]).toMatchObject({ organisation_id: '', role_key: '' });
  });

  it('makes cells harmless that a spreadsheet would run, and gives the same people when it is imported again', async () => {
    const mark = unique('formula');
    const names = ['=1+1', '+1', '-1', '@SUM(A1)', "'=1", "''=1", "O'Neill", "'quoted'", 'a "b", c', ' =1', '=cmd|"/c calc"!A1'];
    const importer = new Importer(app);
    const rows = names.map((display_name, index) => row({ display_name, email: `${mark}-${index}@example.com`, phone: '+27 82 123 4567', product_ids: 'claims' }));
    for (const cells of rows) await people.create({ email: cells.email, display_name: cells.display_name, phone: cells.phone, memberships: [{ organisation_id: 'texas', role_key: 'BILLER', product_ids: ['claims'] }] });
    const { text } = await send(`?search=${mark}`);
    for (const cells of parse(text)) expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(await importer.run(text)).toMatchObject({ rows: names.length, unchanged: names.length, failed: 0 });
    const { body } = await people.admin('GET', `admin/users?search=${mark}&limit=100&sort=email`);
    const kept = body.items.map(({ display_name: name }: { display_name: string }) => name);
    expect(kept.sort()).toEqual(names.map((name) => name.trim()).sort());
  });

  // So many people take the embedded database a minute, and the reading is the same.
  (engine === 'pglite' ? it.skip : it)('reads page after page, and stops when the client goes away', async () => {
    const mark = unique('many');
    await new Importer(app).run(Array.from({ length: 2_600 }, (_, index) => row({ email: `${mark}-${index}@example.com`, display_name: 'x'.repeat(200) })));
    expect(await lines(`?search=${mark}`)).toHaveLength(2_600);
    const repository = app.nest.get(UserListRepository, { strict: false });
    const list = repository.list.bind(repository);
    let pages = 0;
    repository.list = (...args) => {
      pages += 1;
      return list(...args);
    };
    const token = await app.token(ADMIN);
    await new Promise<void>((resolve) => {
      const request = get(`${app.url}/v1/user-management/admin/users/export?search=${mark}`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.once('data', () => {
          request.destroy();
          resolve();
        });
      });
      request.on('error', () => undefined);
    });
    let before = -1;
    await until(async () => {
      const isStill = pages === before;
      before = pages;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return isStill;
    }, Boolean);
    repository.list = list;
    expect(pages).toBeLessThan(6);
  });
});
