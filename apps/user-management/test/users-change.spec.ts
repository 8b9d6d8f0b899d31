import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ADMIN, expectInvalid, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { signIn } from './sign-in.js';
import { TestApp, type Answer } from './test-app.js';

describe('one user under /admin/users', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let foreignOrg: string;
  let tenantAdmin: string;
  let person: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    [org, foreignOrg] = [await people.organisation(), await people.organisation()];
    tenantAdmin = (await people.member(org, 'TENANT_ADMIN')).email;
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    person = await people.member(org, 'READONLY');
  });

  const get = (id: string, who = ADMIN): Promise<Answer> => app.as(who, 'GET', `admin/users/${id}`);
  const patch = (id: string, body: unknown, who = ADMIN, headers?: Record<string, string>): Promise<Answer> =>
    app.as(who, 'PATCH', `admin/users/${id}`, body, headers);
  const remove = (id: string, who = ADMIN, headers?: Record<string, string>): Promise<Answer> =>
    app.as(who, 'DELETE', `admin/users/${id}`, undefined, headers);
  const reset = (id: string, body: unknown, who = ADMIN): Promise<Answer> => app.as(who, 'POST', `admin/users/${id}/reset-password`, body);
  /** Expects that the user is afterwards as before. */
  async function expectUnchanged(id: string, request: () => Promise<Answer>, check: (answer: Answer) => void): Promise<void> {
    const before = await get(id);
    check(await request());
    const after = await get(id);
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  }

  describe('GET', () => {
    it('shows a tenant admin the memberships of their organisation and no other', async () => {
      const shared = await people.user([
        { organisation_id: org, role_key: 'BILLER', product_ids: ['claims'] },
        { organisation_id: foreignOrg, role_key: 'READONLY' },
      ]);
      expect((await get(shared.id)).body.memberships).toHaveLength(2);
      const { body } = await get(shared.id, tenantAdmin);
      expect(body.memberships).toMatchObject([{ organisation_id: org, role: { key: 'BILLER' }, products: [{ product_id: 'claims' }] }]);
      expect(JSON.stringify(body)).not.toContain(foreignOrg);
    });

    it('finds nobody for an unknown id, and for a tenant admin nobody of another organisation', async () => {
      const stranger = await people.member(foreignOrg, 'READONLY');
      expectRefused(await get('no-such-user'), 'user.not_found');
      expectRefused(await get(person.id.toUpperCase()), 'user.not_found');
      for (const request of [get, remove]) expectRefused(await request(stranger.id, tenantAdmin), 'user.not_found');
      await expectUnchanged(stranger.id, () => patch(stranger.id, { status: 'suspended' }, tenantAdmin), (answer) => expectRefused(answer, 'user.not_found'));
      expectRefused(await reset(stranger.id, {}, tenantAdmin), 'user.not_found');
      expectRefused(await reset('no-such-user', {}), 'user.not_found');
      expectRefused(await patch('no-such-user', { display_name: 'X' }), 'user.not_found');
      expectRefused(await remove('no-such-user'), 'user.not_found');
    });

    it('is open to readers who may not write', async () => {
      const reader = (await people.member(org, 'BILLING_LEAD')).email;
      expect((await get(person.id, reader)).status).toBe(200);
      await expectUnchanged(person.id, () => patch(person.id, { display_name: 'X' }, reader), (answer) => expectRefused(answer, 'access.denied'));
      await expectUnchanged(person.id, () => remove(person.id, reader), (answer) => expectRefused(answer, 'access.denied'));
      expectRefused(await reset(person.id, {}, reader), 'access.denied');
      expectRefused(await get(person.id, person.email), 'access.denied');
    });
  });

  describe('PATCH', () => {
    it('changes what is given and nothing else, and tells so', async () => {
      const before = await get(person.id);
      const { status, body, headers } = await patch(person.id, { display_name: ' New Name ', phone: '+1 555 0100', preferred_channel: 'phone' }, tenantAdmin);
      expect(status).toBe(200);
      expect(body).toEqual({
        ...before.body,
        ...{ display_name: 'New Name', phone: '+1 555 0100', preferred_channel: 'phone', updated_at: body.updated_at },
      });
      expect(headers.get('etag')).not.toBe(before.headers.get('etag'));
      expect(await people.countEvents(person.id, 'users.updated')).toBe(2);
      expect((await patch(person.id, { phone: null })).body).toMatchObject({ phone: null, display_name: 'New Name' });
    });

    it.each([
      ['email', { email: 'other@example.com' }],
      ['user_type', { user_type: 'admin' }],
      ['external_id', { external_id: 'mock|other' }],
      ['memberships', { memberships: [] }],
      ['is_platform_admin', { is_platform_admin: true }],
      ['display_name', { display_name: '' }],
      ['display_name', { display_name: null }],
      ['display_name', { display_name: { set: 'x' } }],
      ['status', { status: 'pending' }],
      ['status', { status: ['suspended'] }],
      ['phone', { phone: '' }],
      ['preferred_channel', { preferred_channel: 'fax' }],
      ['practitioner_profile', { practitioner_profile: { title: 'Dr' } }],
      ['practitioner_profile', { practitioner_profile: null }],
      ['patient_account', { patient_account: { clinical_patient_id: 'x' } }],
      ['body', {}],
      ['body', []],
      ['body', 'suspended'],
    ])('names %s in its 400 and changes nothing', async (field, body) => {
      await expectUnchanged(person.id, () => patch(person.id, body), (answer) => expectInvalid(answer, field));
    });

    it('merges the practitioner profile: null clears, what is absent stays', async () => {
      const { id } = await people.user([], { user_type: 'clinician', practitioner_profile: { title: 'Dr', speciality: 'Skin', valid_until: '2027-01-01' } });
      const { body } = await patch(id, { practitioner_profile: { title: null, registration_number: '42' } });
      expect(body.practitioner_profile).toMatchObject({ title: null, speciality: 'Skin', registration_number: '42', valid_until: '2027-01-01' });
      expect(await people.countEvents(id, 'users.updated')).toBe(2);
    });

    it('keeps a practitioner’s days in order, those that were there before included', async () => {
      const { id } = await people.user([], { user_type: 'clinician', practitioner_profile: { valid_from: '2026-01-01', valid_until: '2027-01-01' } });
      for (const profile of [{ valid_from: '2027-01-02' }, { valid_until: '2025-12-31' }]) {
        await expectUnchanged(id, () => patch(id, { practitioner_profile: profile }), (answer) => expectInvalid(answer, 'practitioner_profile.valid_until'));
      }
      expect((await patch(id, { practitioner_profile: { valid_from: '2028-01-01', valid_until: null } })).status).toBe(200);
    });

    it('refuses a clinical patient that another user has, with all that came along', async () => {
      const taken = unique('clinical');
      await people.user([], { user_type: 'patient', patient_account: { clinical_patient_id: taken } });
      const { id } = await people.user([], { user_type: 'patient' });
      const body = { display_name: 'Changed', patient_account: { clinical_patient_id: taken } };
      await expectUnchanged(id, () => patch(id, body), (answer) => expectRefused(answer, 'user.clinical_patient_taken'));
      expect((await patch(id, { patient_account: { clinical_patient_id: unique('clinical') } })).status).toBe(200);
      expect((await patch(id, { patient_account: { clinical_patient_id: null } })).body.patient_account).toEqual({ clinical_patient_id: null });
    });
  });

  describe('If-Match', () => {
    it('refuses a stale tag and changes nothing; the current one and * pass', async () => {
      const stale = String((await get(person.id)).headers.get('etag'));
      const changed = await patch(person.id, { display_name: 'First' }, ADMIN, { 'if-match': stale });
      expect(changed.status).toBe(200);
      for (const tag of [stale, '"0"', 'nonsense', `W/${changed.headers.get('etag')}`]) {
        const headers = { 'if-match': tag };
        await expectUnchanged(person.id, () => patch(person.id, { display_name: 'Lost' }, ADMIN, headers), (answer) => expectRefused(answer, 'precondition.failed'));
        await expectUnchanged(person.id, () => remove(person.id, ADMIN, headers), (answer) => expectRefused(answer, 'precondition.failed'));
      }
      expect((await patch(person.id, { display_name: 'Second' }, ADMIN, { 'if-match': '*' })).status).toBe(200);
      const current = String((await get(person.id)).headers.get('etag'));
      expect((await remove(person.id, ADMIN, { 'if-match': `"x", ${current}` })).status).toBe(204);
    });

    it('lets one of two writers with the same tag through', async () => {
      const headers = { 'if-match': String((await get(person.id)).headers.get('etag')) };
      const answers = await Promise.all(['A', 'B'].map((name) => patch(person.id, { display_name: name }, ADMIN, headers)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect((await get(person.id)).body.display_name).toBe(answers.find(({ status }) => status === 200)?.body.display_name);
    });
  });

  describe('status', () => {
    const ways = [
      ['pending', 'active', 'users.approved'],
      ['pending', 'suspended', null],
      ['pending', 'deactivated', 'users.deactivated'],
      ['active', 'suspended', 'users.suspended'],
      ['active', 'deactivated', 'users.deactivated'],
      ['suspended', 'active', 'users.reactivated'],
      ['suspended', 'deactivated', 'users.deactivated'],
      ['deactivated', 'active', 'users.reactivated'],
      ['deactivated', 'suspended', null],
    ] as const;
    async function personWho(status: string): Promise<string> {
      if (status === 'pending') return app.idOf(`${unique('newcomer')}@example.com`);
      if (status !== 'active') await people.admin('PATCH', `admin/users/${person.id}`, { status });
      return person.id;
    }

    it.each(ways)('from %s to %s: %s', async (from, to, event) => {
      const id = await personWho(from);
      if (event === null) {
        await expectUnchanged(id, () => patch(id, { status: to }), (answer) => expectRefused(answer, 'user.status_transition'));
        return;
      }
      const before = await people.countEvents(id, event);
      expect((await patch(id, { status: to })).body.status).toBe(to);
      expect(await people.countEvents(id, event)).toBe(before + 1);
      expect((await patch(id, { status: to })).status).toBe(200);
      expect(await people.countEvents(id, event)).toBe(before + 1);
    });

    it('suspended or deactivated ends every permission at once and the sign-in too; back again restores them', async () => {
      const { temporary_password: password } = (await reset(person.id, { delivery: 'temporary_password' })).body;
      const granted = await people.context(person.id);
      expect(granted.memberships[0].permissions).toContain('claims:read');
      for (const status of ['suspended', 'deactivated']) {
        expect((await patch(person.id, { status })).body.identity).toMatchObject({ provider: 'mock', state: 'synced', error: null });
        const context = await people.context(person.id);
        expect(context).toMatchObject({ status, permissions: [], is_platform_admin: false });
        expect(context.memberships).toMatchObject([{ permissions: [], products: [] }]);
        expect(context.version).toBeGreaterThan(granted.version);
        expectRefused(await app.as(person.email, 'GET', 'users/me'), 'user.not_active');
        expect(await signIn(app.url, person.email, password)).toBeNull();
        await patch(person.id, { status: 'active' });
      }
      expect((await people.context(person.id)).memberships).toEqual(granted.memberships);
      expect(await signIn(app.url, person.email, password)).toEqual(expect.any(String));
    });

    it('DELETE deactivates and removes nothing; a second one changes nothing', async () => {
      const answer = await remove(person.id, tenantAdmin);
      expect(answer).toMatchObject({ status: 204, text: '' });
      const { body } = await get(person.id);
      expect(body).toMatchObject({ status: 'deactivated', email: person.email, memberships: [{ organisation_id: org }] });
      const etag = (await get(person.id)).headers.get('etag');
      expect((await remove(person.id)).status).toBe(204);
      expect((await get(person.id)).headers.get('etag')).toBe(etag);
      expect(await people.countEvents(person.id, 'users.deactivated')).toBe(1);
    });
  });

  describe('reset-password', () => {
    it('has the provider mail by default, also without a body', async () => {
      const expected = { user_id: person.id, delivery: 'email' };
      expect(await reset(person.id, {})).toMatchObject({ status: 200, body: expected });
      expect((await reset(person.id, undefined, tenantAdmin)).body).toEqual(expected);
    });

    it('answers a one-time password that replaces the old one, once', async () => {
      const headers = { 'idempotency-key': unique('key') };
      const send = () => app.as(tenantAdmin, 'POST', `admin/users/${person.id}/reset-password`, { delivery: 'temporary_password' }, headers);
      const first = await send();
      expect(first.body).toEqual({ user_id: person.id, delivery: 'temporary_password', temporary_password: expect.any(String) });
      expect((await send()).body).toEqual({ user_id: person.id, delivery: 'temporary_password' });
      expect(await signIn(app.url, person.email, first.body.temporary_password)).toEqual(expect.any(String));
      await reset(person.id, { delivery: 'temporary_password' });
      expect(await signIn(app.url, person.email, first.body.temporary_password)).toBeNull();
    });

    it('refuses other deliveries and fields', async () => {
      expectInvalid(await reset(person.id, { delivery: 'pigeon' }), 'delivery');
      expectInvalid(await reset(person.id, { password: 'Passw0rd!' }), 'password');
    });

    it('says when the user has no account yet, or the provider lost it', async () => {
      const email = `${unique('early')}@example.com`;
      await app.token(email);
      const early = await people.user([], { email, provisioning: { on_failure: 'queue' } });
      expectRefused(await reset(early.id, {}), 'identity.not_provisioned');
      await prismaOf(app).mockAccount.delete({ where: { userId: person.id } });
      for (const delivery of ['email', 'temporary_password']) expectRefused(await reset(person.id, { delivery }), 'identity.missing');
      const { status, body } = await patch(person.id, { status: 'suspended' });
      expect({ status, identity: body.identity }).toMatchObject({ status: 200, identity: { state: 'failed', error: 'not_found', next_attempt_at: null } });
    });
  });
});
