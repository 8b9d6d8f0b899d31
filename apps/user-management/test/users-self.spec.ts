import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, expectInvalid, expectRefused, People, unique, type Person } from './people.js';
import { TestApp, type Answer } from './test-app.js';

describe('users as they and sibling services see them', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let foreignOrg: string;
  let tenantAdmin: Person;
  let shared: Person;
  let stranger: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    [org, foreignOrg] = [await people.organisation(), await people.organisation()];
    tenantAdmin = await people.member(org, 'TENANT_ADMIN');
    shared = await people.user([
      { organisation_id: org, role_key: 'BILLER', product_ids: ['derm'] },
      { organisation_id: foreignOrg, role_key: 'READONLY', product_ids: ['reports'] },
    ]);
    stranger = await people.member(foreignOrg, 'READONLY');
  });
  afterAll(() => app.stop());

  const notActive = ['suspended@example.com', 'deactivated@example.com'];

  describe('GET and PATCH /users/me', () => {
    const me = (who: string): Promise<Answer> => app.as(who, 'GET', 'users/me');
    const change = (who: string, body: unknown, headers?: Record<string, string>): Promise<Answer> => app.as(who, 'PATCH', 'users/me', body, headers);

    it('shows the own profile, to pending users too', async () => {
      const { status, body, headers } = await me('pending@example.com');
      expect(status).toBe(200);
      expect(body).toEqual({
        ...{ id: expect.any(String), external_id: expect.any(String), email: 'pending@example.com', display_name: 'Demo Pending' },
        ...{ user_type: 'user', status: 'pending', phone: null, locale: null, time_zone: null },
        ...{ created_at: expect.any(String), updated_at: expect.any(String) },
      });
      expect(headers.get('etag')).toMatch(/^"\d+"$/);
    });

    it('is closed to suspended and deactivated users, to services and to nobody', async () => {
      for (const who of notActive) expectRefused(await me(who), 'user.not_active');
      expectRefused(await me('service'), 'access.denied');
      expectRefused(await app.request('GET', 'users/me'), 'token.missing');
    });

    it('changes name, telephone, locale and time zone', async () => {
      const person = await people.user();
      const fields = { display_name: 'Zoë', phone: '+1 555 0100', locale: 'de-CH', time_zone: 'Europe/Zurich' };
      const before = await me(person.email);
      const { status, body, headers } = await change(person.email, fields);
      expect(status).toBe(200);
      expect(body).toEqual({ ...before.body, ...fields, updated_at: body.updated_at });
      expect(headers.get('etag')).not.toBe(before.headers.get('etag'));
      expect((await people.view(person.id)).display_name).toBe('Zoë');
      expect((await change(person.email, { phone: null, locale: null, time_zone: null })).body).toMatchObject({
        ...{ display_name: 'Zoë', phone: null, locale: null, time_zone: null },
      });
      expect(await people.countEvents(person.id, 'users.updated')).toBe(3);
    });

    it.each([
      ['email', { email: 'other@example.com' }],
      ['status', { status: 'active' }],
      ['user_type', { user_type: 'admin' }],
      ['external_id', { external_id: 'mock|other' }],
      ['preferred_channel', { preferred_channel: 'phone' }],
      ['practitioner_profile', { practitioner_profile: { title: 'Dr' } }],
      ['memberships', { memberships: [{ organisation_id: 'texas', role_key: 'TENANT_ADMIN' }] }],
      ['id', { id: 'other' }],
      ['display_name', { display_name: ' ' }],
      ['display_name', { display_name: ['x'] }],
      ['phone', { phone: 'nine nine nine' }],
      ['locale', { locale: 'klingon!' }],
      ['locale', { locale: 'en_US' }],
      ['time_zone', { time_zone: 'Mars/Olympus' }],
      ['body', {}],
    ])('names %s in its 400 and changes nothing', async (field, more) => {
      const before = await me(shared.email);
      expectInvalid(await change(shared.email, field === 'body' ? more : { locale: 'fr', ...more }), field);
      expect((await me(shared.email)).body).toEqual(before.body);
    });

    it('honours If-Match', async () => {
      const person = await people.user();
      const stale = String((await me(person.email)).headers.get('etag'));
      expect((await change(person.email, { locale: 'fr' }, { 'if-match': stale })).status).toBe(200);
      expectRefused(await change(person.email, { locale: 'it' }, { 'if-match': stale }), 'precondition.failed');
      expect((await me(person.email)).body.locale).toBe('fr');
    });

    it('lets only active users change anything', async () => {
      for (const who of ['pending@example.com', ...notActive]) expectRefused(await change(who, { locale: 'fr' }), 'user.not_active');
      expectRefused(await change('service', { locale: 'fr' }), 'access.denied');
    });
  });

  describe('GET /users/:id/contact', () => {
    const contact = (id: string, who: string): Promise<Answer> => app.as(who, 'GET', `users/${id}/contact`);

    it('is for the user, services with the scope, and admins who may read that user', async () => {
      await people.admin('PATCH', `admin/users/${shared.id}`, { phone: '+1 555 0101', preferred_channel: 'phone' });
      for (const who of [shared.email, 'service', 'service:contact:read', ADMIN, tenantAdmin.email]) {
        expect(await contact(shared.id, who)).toMatchObject({ status: 200 });
        expect((await contact(shared.id, who)).body).toEqual({
          ...{ user_id: shared.id, email: shared.email, phone: '+1 555 0101', preferred_channel: 'phone' },
        });
      }
    });

    it('is not for others', async () => {
      expectRefused(await contact(stranger.id, tenantAdmin.email), 'user.not_found');
      expectRefused(await contact(shared.id, stranger.email), 'access.denied');
      expectRefused(await contact(shared.id, 'service:context:read users:read'), 'access.denied');
      expectRefused(await contact('no-such-user', 'service'), 'user.not_found');
      for (const who of ['pending@example.com', ...notActive]) {
        expectRefused(await contact(await app.idOf(who), who), 'user.not_active');
      }
    });
  });

  describe('GET /users/by-external-id/:externalId', () => {
    const byExternalId = (externalId: string, who: string): Promise<Answer> =>
      app.as(who, 'GET', `users/by-external-id/${encodeURIComponent(externalId)}`);
    const externalIdOf = async ({ id }: Person): Promise<string> => String((await people.view(id)).external_id);

    it('is for services with the scope and admins who may read that user', async () => {
      const externalId = await externalIdOf(shared);
      const { body: profile } = await app.as(shared.email, 'GET', 'users/me');
      for (const who of ['service', 'service:users:read', ADMIN, tenantAdmin.email]) {
        const { status, body } = await byExternalId(externalId, who);
        expect({ status, body }).toEqual({ status: 200, body: profile });
      }
    });

    it('is not for others, and compares byte by byte', async () => {
      const externalId = await externalIdOf(shared);
      expectRefused(await byExternalId(await externalIdOf(stranger), tenantAdmin.email), 'user.not_found');
      expectRefused(await byExternalId(externalId, shared.email), 'access.denied');
      expectRefused(await byExternalId(externalId, 'service:context:read contact:read'), 'access.denied');
      for (const other of [externalId.toUpperCase(), `${externalId} `, ` ${externalId}`, 'auth0|nobody', "' OR '1'='1", 'null', shared.id]) {
        expectRefused(await byExternalId(other, 'service'), 'user.not_found');
      }
    });
  });

  describe('GET /users/:id/context', () => {
    const context = (id: string, who: string, headers?: Record<string, string>): Promise<Answer> =>
      app.as(who, 'GET', `users/${id}/context`, undefined, headers);

    it('shows a tenant admin the memberships of their organisation and no other', async () => {
      const whole = await context(shared.id, ADMIN);
      expect(whole.body.memberships).toHaveLength(2);
      for (const who of [shared.email, 'service']) expect((await context(shared.id, who)).body).toEqual(whole.body);
      const partial = await context(shared.id, tenantAdmin.email);
      expect(partial.body).toEqual({
        ...whole.body,
        memberships: whole.body.memberships.filter((one: { organisation_id: string }) => one.organisation_id === org),
      });
      expect(partial.text).not.toContain(foreignOrg);
      expect(partial.headers.get('etag')).not.toBe(whole.headers.get('etag'));
      expectRefused(await context(stranger.id, tenantAdmin.email), 'user.not_found');
      expectRefused(await context(shared.id, stranger.email), 'access.denied');
    });

    it('answers 304 without a body to who has this version, and to nobody else', async () => {
      for (const who of ['service', tenantAdmin.email, shared.email]) {
        const etag = String((await context(shared.id, who)).headers.get('etag'));
        const known = await context(shared.id, who, { 'if-none-match': `"0", W/${etag}` });
        expect({ status: known.status, text: known.text, etag: known.headers.get('etag') }).toEqual({ status: 304, text: '', etag });
        expect((await context(shared.id, who, { 'if-none-match': '"0"' })).status).toBe(200);
      }
    });

    it('loses its old tag with each change', async () => {
      const etag = String((await context(shared.id, 'service')).headers.get('etag'));
      await people.admin('PATCH', `admin/users/${shared.id}`, { display_name: unique('Name') });
      expect((await context(shared.id, 'service', { 'if-none-match': etag })).status).toBe(200);
    });
  });

  it('links a newcomer whose verified e-mail an admin had entered before', async () => {
    const email = `${unique('early')}@example.com`;
    await app.token(email);
    const { id } = await people.user([{ organisation_id: org, role_key: 'READONLY' }], { email });
    expect((await people.view(id)).external_id).toBeNull();
    const { body } = await app.as(email, 'GET', 'users/me');
    expect(body).toMatchObject({ id, status: 'active' });
    expect((await people.view(id)).external_id).toBe(body.external_id);
  });
});
