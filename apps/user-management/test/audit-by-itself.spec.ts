import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntryView } from '@sa-platform/contracts';
import { Trail } from './audit-trail.js';
import { tokenFor } from './impersonating.js';
import { ADMIN, newEmail, People, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';

let app: TestApp;
let people: People;
let trail: Trail;
let org: string;
let tenantAdmin: Person;

beforeAll(async () => {
  app = await TestApp.start();
  people = new People(app);
  trail = new Trail(app);
  org = await people.organisation();
  tenantAdmin = await people.member(org, 'TENANT_ADMIN');
});
afterAll(() => app.stop());

const call = (method: string, path: string, json?: unknown) => app.as(ADMIN, method, path, json);
const csvOf = (...rows: string[]) => ['email,display_name,user_type,organisation_id,role_key,product_ids,phone', ...rows, ''].join('\r\n');
const biller = () => people.member(org, 'BILLER', 'claims');
const membershipOf = async (person: Person) => String((await people.view(person.id)).memberships[0].membership_id);

describe('what this service does by itself', () => {
  const entriesOf = (id: string): Promise<AuditEntryView[]> => trail.list(`target_id=${id}`);

  it('is written down too: registration, the end of a membership, and each row of an import', async () => {
    const email = newEmail();
    const registered = { id: await app.idOf(email), email };
    expect(await entriesOf(registered.id)).toMatchObject([
      { action: 'USER_REGISTERED', actor: { type: 'system' }, before: null, after: { status: 'pending' }, personal: { after: { email: registered.email } } },
    ]);
    const person = await biller();
    const soon = new Date(Date.now() + 1_500).toISOString();
    await call('PATCH', `admin/users/${person.id}/memberships/${await membershipOf(person)}`, { expires_at: soon });
    const [newest] = await until(() => entriesOf(person.id), ([entry]) => entry?.action === 'MEMBERSHIP_EXPIRED', 20_000);
    expect(newest).toMatchObject({ organisation_id: org, actor: { type: 'system' }, before: { role_key: 'BILLER' }, after: null, request_id: null });
  });

  it('tells of each imported user, created or changed, in the name of who imported', async () => {
    const known = await biller();
    const email = newEmail();
    const { body } = await app.request('POST', 'admin/users/import?delivery=none', {
      token: await app.token(tenantAdmin.email),
      raw: csvOf(`${email},New Person,user,${org},BILLER,,+441`, `${known.email},Other Name,user,,,,`),
      headers: { 'content-type': 'text/csv' },
    });
    await until(async () => (await call('GET', `admin/imports/${String(body.import_id)}`)).body.state as string, (state) => state === 'done', 30_000);
    const [created] = (await call('GET', `admin/users?search=${email}`)).body.items;
    const by = { actor: { type: 'user', id: tenantAdmin.id }, organisation_id: org, after: { import_id: body.import_id } };
    const first = (await entriesOf(created.id)).find(({ action }) => action === 'USER_CREATED');
    expect(first).toMatchObject({ ...by, personal: { before: null, after: { email, display_name: 'New Person', phone: '+441' } } });
    expect((await entriesOf(known.id))[0]).toMatchObject({
      ...by,
      action: 'USER_UPDATED',
      personal: { before: { display_name: 'Some Person' }, after: { display_name: 'Other Name' } },
    });
  });

  it('tells of each request that somebody makes as somebody else, refused ones too, and of what it changes, with both names', async () => {
    const admin = await app.idOf(ADMIN);
    const person = await biller();
    const token = await tokenFor(app, tenantAdmin.id);
    const entries = await trail.during(async () => {
      expect((await app.request('GET', 'admin/users?search=secret', { token })).status).toBe(200);
      expect((await app.request('PATCH', `admin/users/${person.id}`, { token, json: { phone: '+441' } })).status).toBe(200);
      expect((await app.request('POST', 'admin/organisations', { token, json: { name: 'x' } })).status).toBe(403);
    });
    const both = { actor: { type: 'user', id: tenantAdmin.id }, impersonator_id: admin, organisation_id: org };
    const request = { ...both, action: 'IMPERSONATED_REQUEST', target: { type: 'user', id: tenantAdmin.id } };
    expect(entries).toMatchObject([
      { ...request, after: { method: 'GET', route: '/v1/user-management/admin/users' } },
      { ...request, after: { method: 'PATCH', route: '/v1/user-management/admin/users/:id' } },
      { ...both, action: 'USER_UPDATED', target: { id: person.id } },
      { ...request, after: { method: 'POST', route: '/v1/user-management/admin/organisations' } },
    ]);
    expect(entries[1]!.request_id).toBe(entries[2]!.request_id);
  });

  it('tells of an account that is nobody’s, by a digest of whose it is', async () => {
    const person = await biller();
    const token = await app.token(person.email);
    const { external_id: subject } = await people.view(person.id);
    await call('POST', `admin/users/${person.id}/erase`);
    const entries = await trail.during(async () => expect((await app.request('GET', 'users/me', { token })).body.code).toBe('user.unknown'));
    const target = { type: 'account', id: hash('sha256', String(subject)) };
    expect(entries).toMatchObject([{ action: 'SIGN_IN_REFUSED', target, organisation_id: null, after: { reason: 'unknown' }, personal: null }]);
  });

  it('tells once of somebody who comes although they are out', async () => {
    const person = await biller();
    const token = await app.token(person.email);
    await call('PATCH', `admin/users/${person.id}`, { status: 'suspended' });
    const entries = await trail.during(async () => {
      for (let again = 0; again < 3; again++) expect((await app.request('GET', 'users/me', { token })).status).toBe(403);
    });
    expect(entries).toMatchObject([{ action: 'SIGN_IN_REFUSED', target: { type: 'user', id: person.id }, organisation_id: org, after: { reason: 'suspended' } }]);
  });
});
