import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PersonalData } from '../src/modules/personal-data/personal-data.dto.js';
import { PersonalDataRepository } from '../src/modules/personal-data/personal-data.repository.js';
import { ADMIN, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';

const PHONE = '+27115550123';

describe('the export of what is kept about one person', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let otherOrg: string;
  let tenantAdmin: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    org = await people.organisation();
    otherOrg = await people.organisation();
    tenantAdmin = await people.member(org, 'TENANT_ADMIN');
  });
  afterAll(() => app.stop());

  const send = (id: string, who = ADMIN): Promise<Answer> => app.as(who, 'GET', `admin/users/${id}/export`);
  const read = async (id: string, who = ADMIN): Promise<PersonalData> => {
    const { status, body } = await send(id, who);
    expect(status).toBe(200);
    // The document says exactly what comes.
    expect(PersonalData.parse(body)).toEqual(body);
    return body as PersonalData;
  };
  const typesOf = ({ events }: PersonalData) => events.map(({ type }) => type);

  async function clinician(): Promise<Person> {
    return people.user([{ organisation_id: org, role_key: 'BILLER', product_ids: ['claims', 'derm'] }], {
      user_type: 'clinician',
      phone: PHONE,
      display_name: `Dr ${unique('Ada')}`,
      practitioner_profile: { registration_council: 'HPCSA', registration_number: unique('MP'), valid_from: '2020-02-29' },
    });
  }

  it('has profile, credentials, memberships with products, the state of the account and what happened, and is a file to save', async () => {
    const { id, email } = await clinician();
    const view = await people.view(id);
    const answer = await send(id);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="personal-data.json"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const data = await read(id);
    expect(data).toMatchObject({ limited_to: null, user: { ...view, email, phone: PHONE }, imports: [], drift: [] });
    expect(data.user.practitioner_profile).toMatchObject({ registration_council: 'HPCSA', valid_from: '2020-02-29' });
    expect(data.user.memberships[0]!.products.map(({ product_id: product }) => product)).toEqual(['claims', 'derm']);
    expect(data.user.identity).toMatchObject({ provider: 'mock', state: 'synced' });
    expect(typesOf(data)).toEqual(expect.arrayContaining(['users.created', 'users.membership.added']));
    expect(data.audit[0]).toMatchObject({ action: 'USER_CREATED', personal: { after: { email } } });
    expect(data.audit.at(-1)).toMatchObject({ action: 'PERSONAL_DATA_EXPORTED' });
  });

  it('has the patient account of a patient, the files that the person sent, and where the provider said otherwise', async () => {
    const clinicalId = unique('clinical');
    const { id } = await people.user([], { user_type: 'patient', patient_account: { clinical_patient_id: clinicalId } });
    const importId = unique('import');
    const done = { state: 'done', isDryRun: false, delivery: 'none', createdAt: new Date(), finishedAt: new Date() };
    const other = await people.user();
    for (const each of [{ id: importId, createdBy: id }, { id: unique('import'), createdBy: other.id }]) {
      await prismaOf(app).import.create({ data: { ...done, ...each, rowCount: 3 } });
    }
    await plantDrift(id, 'theirs@example.com');
    await plantDrift(other.id, 'other@example.com');
    const data = await read(id);
    expect(data.user.patient_account).toEqual({ clinical_patient_id: clinicalId });
    expect(data.imports).toMatchObject([{ id: importId, state: 'done', rows: 3 }]);
    expect(data.drift).toMatchObject([{ kind: 'email_differs', theirs: { email: 'theirs@example.com' } }]);
  });

  it('has all events about the person and no other, in their order, however many there are', async () => {
    const { id } = await people.member(org, 'READONLY');
    const before = await prismaOf(app).outboxEvent.findMany({ where: { userId: id }, orderBy: { position: 'asc' } });
    const events = Array.from({ length: 1100 }, (_, index) => ({
      ...{ id: unique(`event-${index}`), type: 'users.updated', userId: id, actorType: 'system', actorId: 'test' },
      ...{ payload: '{}', occurredAt: new Date(), publishedAt: new Date() },
    }));
    await prismaOf(app).outboxEvent.createMany({ data: events });
    const data = await read(id);
    expect(data.events.map((event) => event.id)).toEqual([...before, ...events].map((event) => event.id));
  });

  it('is for the person, active or waiting, and the same as the platform’s administrators get', async () => {
    const { id, email } = await clinician();
    const own = () => app.as(email, 'GET', 'users/me/export');
    const { exported_at: at, ...data } = (await own()).body as PersonalData;
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
    const administrators = await read(id);
    // Only that this one was taken is told besides.
    expect(data).toEqual({ ...administrators, audit: administrators.audit.slice(0, -1), exported_at: undefined });
    await people.admin('POST', `admin/users/${id}/revoke`);
    expect((await own()).body.user).toMatchObject({ id, status: 'pending', email });
    await people.admin('PATCH', `admin/users/${id}`, { status: 'deactivated' });
    expectRefused(await own(), 'user.not_active');
  });

  it('is for administrators of every organisation that the person belongs to, and of no fewer', async () => {
    const inBoth = await people.user([org, otherOrg].map((organisation_id) => ({ organisation_id, role_key: 'READONLY' })));
    const ofBoth = await people.user([org, otherOrg].map((organisation_id) => ({ organisation_id, role_key: 'TENANT_ADMIN' })));
    const elsewhere = await people.member(otherOrg, 'READONLY');
    const reader = await people.member(org, 'BILLING_LEAD');
    expectRefused(await send(inBoth.id, tenantAdmin.email), 'user.beyond_reach');
    expectRefused(await send(elsewhere.id, tenantAdmin.email), 'user.not_found');
    expectRefused(await send(unique('nobody')), 'user.not_found');
    expectRefused(await send(tenantAdmin.id, reader.email), 'access.denied');
    const admin = await people.user([{ organisation_id: org, role_key: 'READONLY' }], { user_type: 'admin' });
    expectRefused(await send(admin.id, tenantAdmin.email), 'user.beyond_reach');
    expect((await read(inBoth.id, ofBoth.email)).limited_to).toEqual([org, otherOrg].sort());
  });

  it('tells an organisation nothing of the ones that the person has left, nor what its administrators see nowhere', async () => {
    const person = await people.user([org, otherOrg].map((organisation_id) => ({ organisation_id, role_key: 'READONLY' })));
    const { memberships } = await people.view(person.id);
    const left = memberships.find((membership: { organisation_id: string }) => membership.organisation_id === otherOrg);
    await people.admin('DELETE', `admin/users/${person.id}/memberships/${String(left.membership_id)}`);
    await plantDrift(person.id, 'theirs@example.com');
    const data = await read(person.id, tenantAdmin.email);
    expect(JSON.stringify(data)).not.toContain(otherOrg);
    expect(Object.keys(data)).toEqual(['exported_at', 'limited_to', 'user', 'events', 'audit']);
    expect(typesOf(data)).toContain('users.created');
    const all = await read(person.id);
    expect(all.events.map((event) => event.organisation_id)).toContain(otherOrg);
  });

  it('holds nothing of anybody else, and no secret', async () => {
    const person = await clinician();
    const colleague = await people.member(org, 'BILLER', 'claims');
    await app.as(tenantAdmin.email, 'PATCH', `admin/users/${person.id}`, { status: 'suspended' });
    await people.admin('PATCH', `admin/users/${person.id}`, { status: 'active' });
    const { body } = await app.as(ADMIN, 'POST', `admin/users/${person.id}/reset-password`, { delivery: 'temporary_password' });
    await app.as(ADMIN, 'POST', `admin/users/${person.id}/reset-password`, { delivery: 'email' });
    const { text } = await send(person.id);
    const others = [colleague, tenantAdmin, { id: await app.idOf(ADMIN), email: ADMIN }].flatMap(({ id, email }) => [id, email]);
    const account = await prismaOf(app).mockAccount.findFirstOrThrow({ where: { userId: person.id } });
    const secrets = [body.temporary_password, account.passwordHash, account.resetTokenHash].map(String);
    expect(secrets.filter((secret) => secret.length < 8)).toEqual([]);
    for (const word of [...others, ...secrets, await app.token(person.email)]) expect(text).not.toContain(word);
    expect(text).not.toMatch(/"\w*(password|hash|token|lease|payload)\w*":/i);
  });

  it('of an erased person is what is left: an id, and what happened', async () => {
    const person = await clinician();
    const before = await people.view(person.id);
    await plantDrift(person.id, 'theirs@example.com');
    await people.admin('POST', `admin/users/${person.id}/erase`);
    await until(() => prismaOf(app).identityJob.count({ where: { userId: person.id } }), (jobs) => jobs === 0);
    const data = await read(person.id);
    const words = [person.email, 'theirs@example.com', before.display_name, PHONE, before.external_id, before.practitioner_profile.registration_number];
    for (const word of words) expect(JSON.stringify(data)).not.toContain(word);
    expect(data.user).toMatchObject({ id: person.id, status: 'deactivated', memberships: [], practitioner_profile: null, phone: null });
    expect(typesOf(data)).toContain('users.erased');
    expectRefused(await send(person.id, tenantAdmin.email), 'user.not_found');
  });

  it('stops reading when the client goes away', async () => {
    const { id } = await people.member(org, 'READONLY');
    const isOver = jest.fn();
    jest.spyOn(app.nest.get(PersonalDataRepository), 'events').mockImplementation(async function* () {
      try {
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve));
          yield Array.from({ length: 500 }, () => ({ id, type: 'users.updated' as const, occurred_at: '', organisation_id: null }));
        }
      } finally {
        isOver();
      }
    });
    const headers = { authorization: `Bearer ${await app.token(ADMIN)}` };
    await new Promise<void>((resolve) => {
      const request = get(`${app.url}/v1/user-management/admin/users/${id}/export`, { headers }, (response) => {
        response.once('data', () => request.destroy());
        response.once('close', resolve);
      });
      request.on('error', () => undefined);
    });
    await until(() => isOver.mock.calls.length, (calls) => calls === 1);
    jest.restoreAllMocks();
  });

  /** What a scan would have kept. */
  async function plantDrift(userId: string, email: string): Promise<void> {
    const item = { kind: 'email_differs', state: 'open', subject: userId, userId, detectedAt: new Date(), scanId: unique('scan') };
    const theirs = JSON.stringify({ blocked: false, is_marked: true, email });
    await prismaOf(app).driftItem.create({ data: { ...item, id: unique('item'), theirs, ours: JSON.stringify({ status: 'active' }) } });
  }
});
