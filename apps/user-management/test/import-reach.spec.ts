import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesBetween, dumpDatabase, untilInStep } from './database-dump.js';
import { csv, Importer, row } from './import-client.js';
import { ADMIN, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { TestApp } from './test-app.js';

const TENANT_ADMIN = 'tenant-admin@example.com';

describe('an import by an organisation’s administrator', () => {
  let app: TestApp;
  let people: People;
  let importer: Importer;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    importer = new Importer(app, TENANT_ADMIN);
  });
  afterAll(() => app.stop());

  it('makes users in their own organisation and in no other', async () => {
    const rows = [row(), row({ organisation_id: 'mississippi' }), row({ organisation_id: 'nowhere' }), row({ organisation_id: '', role_key: '' })];
    const view = await importer.run(rows);
    expect(view).toMatchObject({ created: 1, failed: 3 });
    expect(await importer.faults(view.import_id)).toEqual([
      '3 organisation_id access.denied',
      '4 organisation_id access.denied',
      '5 user_type membership.required',
    ]);
  });

  it('makes no platform admin, gives no role that holds more, and no type that holds more', async () => {
    const id = await people.role('texas', ['claims:read', 'cases:write']);
    const { body: role } = await people.admin('GET', `admin/roles/${id}`);
    const view = await importer.run([row({ user_type: 'admin' }), row({ role_key: role.key }), row({ user_type: 'clinician' }), row()]);
    expect(view).toMatchObject({ created: 1, failed: 3 });
    expect(await importer.faults(view.import_id)).toEqual(['2 user_type user.type_forbidden', '3 role_key role.exceeds_actor', '4 user_type role.exceeds_actor']);
  });

  it('touches nobody of another organisation, and nobody who holds more', async () => {
    const both = ['texas', 'mississippi'].map((organisation_id) => ({ organisation_id, role_key: 'BILLER' }));
    const strong = [{ organisation_id: 'texas', role_id: await people.role('texas', ['cases:write']) }];
    const [stranger, shared, stronger] = [await people.member('mississippi', 'BILLER'), await people.user(both), await people.user(strong)];
    const change = ({ email }: Person) => row({ email, display_name: 'Changed' });
    await untilInStep(app);
    const before = await dumpDatabase(app);
    const view = await importer.run([change(stranger), change(shared), change(stronger), row({ email: ADMIN, user_type: 'admin' })]);
    expect(await importer.faults(view.import_id)).toEqual([
      '2 email user.email_taken',
      '3 email user.outranks_actor',
      '4 email user.outranks_actor',
      '5 email user.email_taken',
    ]);
    const isOfImport = (change: string) => /^[+-] (imports|import_rows|audit_\w+) /.test(change);
    expect(changesBetween(before, await dumpDatabase(app)).filter((change) => !isOfImport(change))).toEqual([]);
    const own = await people.member('texas', 'BILLER');
    expect(await importer.run([change(own)])).toMatchObject({ updated: 1, failed: 0 });
    expect((await people.view(own.id)).display_name).toBe('Changed');
  });

  it('is seen by them and by platform admins, by nobody else', async () => {
    const organisation = await people.organisation();
    const other = await people.member(organisation, 'TENANT_ADMIN');
    const view = await importer.run([row()]);
    const paths = [`admin/imports/${view.import_id}`, `admin/imports/${view.import_id}/rows`];
    for (const path of paths) {
      expectRefused(await app.as(other.email, 'GET', path), 'import.not_found');
      expect((await app.as(ADMIN, 'GET', path)).status).toBe(200);
      expectRefused(await app.as('biller@example.com', 'GET', path), 'access.denied');
    }
    expectRefused(await app.as(other.email, 'POST', `admin/imports/${view.import_id}/cancel`), 'import.not_found');
    expect((await app.as(other.email, 'GET', 'admin/imports')).body.total).toBe(0);
    const { body } = await app.as(TENANT_ADMIN, 'GET', 'admin/imports?limit=100');
    expect(new Set(body.items.map(({ created_by: by }: { created_by: string }) => by))).toEqual(new Set([await app.idOf(TENANT_ADMIN)]));
  });

  it('is refused to whoever may not write users, before a byte is read', async () => {
    for (const who of ['biller@example.com', 'patient@example.com', 'service']) {
      expectRefused(await new Importer(app, who).send(csv([row()])), 'access.denied');
    }
    expect(await prismaOf(app).import.count({ where: { state: 'receiving' } })).toBe(0);
  });

  it.each([
    ['loses their role', 'access.denied', (person: Person) => people.admin('PATCH', `admin/users/${person.id}/memberships/${membershipOf.get(person.id)}`, { role_key: 'BILLER' })],
    ['is deactivated', 'user.not_active', (person: Person) => people.admin('DELETE', `admin/users/${person.id}`)],
  ] as const)('stops when who started it %s meanwhile, and says why', async (_what, reason, lower) => {
    const organisation = await people.organisation();
    await people.member(organisation, 'TENANT_ADMIN');
    const person = await people.member(organisation, 'TENANT_ADMIN');
    membershipOf.set(person.id, (await people.view(person.id)).memberships[0].membership_id);
    const mark = unique('file');
    const rows = Array.from({ length: 4_000 }, (_, index) => row({ organisation_id: organisation, email: `${mark}-${index}@example.com` }));
    const { body } = await new Importer(app, person.email).send(csv(rows));
    await lower(person);
    const admin = new Importer(app);
    const view = await admin.whenOver(body.import_id);
    expect(view).toMatchObject({ state: 'failed', error: { code: reason, message: expect.stringContaining('stopped') } });
    expect(view.processed).toBeLessThan(4_000);
    const { user, importRow } = prismaOf(app);
    expect(await user.count({ where: { emailCanonical: { startsWith: mark } } })).toBe(view.created);
    expect(await importRow.count({ where: { importId: view.import_id, cells: { not: null } } })).toBe(0);
  });
});

const membershipOf = new Map<string, string>();
