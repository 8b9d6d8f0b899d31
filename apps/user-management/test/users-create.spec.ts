import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, expectInvalid, expectRefused, newEmail, newUser, People, unique } from './people.js';
import { TestApp } from './test-app.js';

describe('POST /admin/users', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let foreignOrg: string;
  let tenantAdmin: string;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    [org, foreignOrg] = [await people.organisation(), await people.organisation()];
    tenantAdmin = (await people.member(org, 'TENANT_ADMIN')).email;
  });
  afterAll(() => app.stop());

  const create = (...creation: Parameters<People['create']>) => people.create(...creation);
  const expectNothingCreated = (...check: Parameters<People['expectNothingCreated']>) => people.expectNothingCreated(...check);

  describe('what it answers', () => {
    it('is the whole user, with nothing invented for what was not given', async () => {
      const address = newEmail();
      const answer = await create({ email: address, provisioning: undefined });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{14}7[0-9a-f-]{21}$/),
        external_id: expect.stringMatching(/./),
        email: address,
        display_name: 'New Person',
        user_type: 'user',
        status: 'active',
        phone: null,
        locale: null,
        time_zone: null,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
        preferred_channel: 'email',
        practitioner_profile: null,
        patient_account: null,
        memberships: [],
        identity: { provider: 'mock', state: 'synced', error: null, attempts: 0, next_attempt_at: null },
      });
      expect(answer.headers.get('etag')).toMatch(/^"\d+"$/);
      expect((await app.as(ADMIN, 'GET', `admin/users/${answer.body.id}`)).body).toEqual(answer.body);
    });

    it('holds a clinician with profile, roles by key and by id, and products', async () => {
      const roleId = await people.role(org, ['claims:read']);
      const profile = {
        registration_council: 'GMC',
        registration_number: '7012345',
        title: 'Dr',
        speciality: 'Dermatology',
        qualifications: 'MBBS',
        valid_from: '2024-02-29',
        valid_until: '2027-12-31',
      };
      const { body, status } = await create({
        user_type: 'clinician',
        phone: '+44 20 7946 0000',
        practitioner_profile: profile,
        memberships: [
          { organisation_id: org, role_key: 'BILLER', product_ids: ['derm', 'claims', 'derm'] },
          { organisation_id: foreignOrg, role_key: 'READONLY', expires_at: '2099-01-01T02:00:00+02:00' },
          { organisation_id: org, role_id: roleId },
        ],
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({ user_type: 'clinician', phone: '+44 20 7946 0000', practitioner_profile: profile });
      const memberships = new Map(body.memberships.map((one: { role: { id: string; key: string } }) => [one.role.id === roleId ? 'own' : one.role.key, one]));
      expect([...memberships.keys()].sort()).toEqual(['BILLER', 'READONLY', 'own']);
      expect(memberships.get('BILLER')).toEqual({
        membership_id: expect.any(String),
        user_id: body.id,
        organisation_id: org,
        organisation_name: `Name of ${org}`,
        role: { id: expect.any(String), key: 'BILLER', name: 'Biller' },
        products: [{ product_id: 'claims', key: 'claims' }, { product_id: 'derm', key: 'derm' }],
        expires_at: null,
        created_at: expect.any(String),
      });
      expect(memberships.get('READONLY')).toMatchObject({ organisation_id: foreignOrg, products: [], expires_at: '2099-01-01T00:00:00.000Z' });
      expect((await people.context(body.id)).permissions).toEqual(['cases:read']);
    });

    it('keeps an unfinished profile: fields that were not given are null', async () => {
      const { body } = await create({ user_type: 'clinician', practitioner_profile: { title: 'Prof' } });
      expect(body.practitioner_profile).toEqual({
        ...{ registration_council: null, registration_number: null, title: 'Prof', speciality: null },
        ...{ qualifications: null, valid_from: null, valid_until: null },
      });
    });

    it('makes another platform admin when a platform admin asks', async () => {
      const { body } = await create({ user_type: 'admin' });
      expect((await people.context(body.id)).is_platform_admin).toBe(true);
    });

    it('tells the world with one event per change', async () => {
      const { body } = await create({ memberships: [{ organisation_id: org, role_key: 'BILLER', product_ids: ['derm'] }] });
      for (const type of ['users.created', 'users.membership.added', 'users.product.granted']) {
        expect(await people.countEvents(body.id, type)).toBe(1);
      }
    });
  });

  describe('e-mail addresses', () => {
    it('are kept as typed and compared trimmed, in NFKC and lower case', async () => {
      const name = unique('Mixed');
      const first = await create({ email: `  ${name}@Example.com ` });
      expect(first.body.email).toBe(`${name}@Example.com`);
      const fullWidth = `${name}@EXAMPLE.com`.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
      for (const twin of [`  ${name}@Example.com`, name.toUpperCase() + '@EXAMPLE.COM', fullWidth, `\u3000${name}@example.com`]) {
        await expectNothingCreated(() => create({ email: twin }), (answer) => expectRefused(answer, 'user.email_taken'));
      }
    });

    it.each([
      ['no @', 'person.example.com'],
      ['two @', 'a@b@example.com'],
      ['a full-width @ that becomes a second one', 'a\uff20b@example.com'],
      ['no domain', 'person@'],
      ['a blank inside', 'per son@example.com'],
      ['an invisible character', 'admin\u200b@example.com'],
      ['a soft hyphen', 'ad\u00admin@example.com'],
      ['a text direction mark', '\u202eadmin@example.com'],
      ['a NUL', 'per\u0000son@example.com'],
      ['a broken surrogate', 'per\ud800son@example.com'],
      ['a line break', 'person@example.com\nBcc: all@example.com'],
      ['more than 254 characters', `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.com`],
    ])('are refused with %s', async (_, address) => {
      await expectNothingCreated(() => create({ email: address }), (answer) => expectInvalid(answer, 'email'));
    });

    it('are given once when two requests race for one', async () => {
      const address = newEmail();
      const answers = await Promise.all([1, 2, 3].map(() => create({ email: address })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      answers.filter(({ status }) => status === 409).forEach((answer) => expectRefused(answer, 'user.email_taken'));
    });
  });

  it.each([
    ['email', { email: undefined }],
    ['email', { email: { not: '' } }],
    ['email', { email: ['a@example.com'] }],
    ['display_name', { display_name: undefined }],
    ['display_name', { display_name: '   ' }],
    ['display_name', { display_name: 'x'.repeat(201) }],
    ['display_name', { display_name: 'a\u0000b' }],
    ['display_name', { display_name: { set: 'x' } }],
    ['user_type', { user_type: 'superuser' }],
    ['user_type', { user_type: undefined }],
    ['phone', { phone: 'call me' }],
    ['phone', { phone: 12345 }],
    ['status', { status: 'active' }],
    ['id', { id: 'mine' }],
    ['external_id', { external_id: 'mock|1' }],
    ['temporary_password', { temporary_password: 'Passw0rd!' }],
    ['practitioner_profile', { user_type: 'patient', practitioner_profile: {} }],
    ['practitioner_profile.valid_until', { user_type: 'clinician', practitioner_profile: { valid_from: '2026-02-01', valid_until: '2026-01-31' } }],
    ['practitioner_profile.valid_from', { user_type: 'clinician', practitioner_profile: { valid_from: '2026-02-30' } }],
    ['practitioner_profile.salary', { user_type: 'clinician', practitioner_profile: { salary: 1 } }],
    ['patient_account', { user_type: 'clinician', patient_account: {} }],
    ['patient_account.clinical_patient_id', { user_type: 'patient', patient_account: { clinical_patient_id: 'a b' } }],
    ['memberships', { memberships: { organisation_id: 'texas' } }],
    ['memberships.0.role_id', { memberships: [{ organisation_id: 'texas' }] }],
    ['memberships.0.role_id', { memberships: [{ organisation_id: 'texas', role_id: 'x', role_key: 'BILLER' }] }],
    ['memberships.0.organisation_id', { memberships: [{ role_key: 'BILLER' }] }],
    ['memberships.0.organisation_id', { memberships: [{ organisation_id: { contains: '' }, role_key: 'BILLER' }] }],
    ['memberships.0.product_ids', { memberships: [{ organisation_id: 'texas', role_key: 'BILLER', product_ids: 'derm' }] }],
    ['memberships', { memberships: Array.from({ length: 51 }, () => ({ organisation_id: 'texas', role_key: 'BILLER' })) }],
    ['provisioning.delivery', { provisioning: { delivery: 'pigeon' } }],
    ['provisioning.on_failure', { provisioning: { on_failure: 'ignore' } }],
    ['provisioning.email_verified', { provisioning: { email_verified: 'yes' } }],
  ])('names %s in its 400 and creates nobody', async (field, more) => {
    await expectNothingCreated(() => create(more), (answer) => expectInvalid(answer, field));
  });

  it('links a clinical patient to one user only', async () => {
    const clinicalPatientId = unique('clinical');
    const patient = { user_type: 'patient', patient_account: { clinical_patient_id: clinicalPatientId } };
    expect((await create(patient)).body.patient_account).toEqual({ clinical_patient_id: clinicalPatientId });
    await expectNothingCreated(() => create(patient), (answer) => expectRefused(answer, 'user.clinical_patient_taken'));
    expect((await create({ user_type: 'patient', patient_account: {} })).body.patient_account).toEqual({ clinical_patient_id: null });
  });

  it('creates nobody when one of the memberships can not be', async () => {
    const good = { organisation_id: org, role_key: 'BILLER' };
    const foreignRole = await people.role(foreignOrg, ['claims:read']);
    const cases = [
      ['role.not_found', { organisation_id: org, role_key: 'NOBODY' }],
      ['role.not_found', { organisation_id: org, role_id: 'no-such-role' }],
      ['role.not_found', { organisation_id: org, role_id: foreignRole }],
      ['organisation.not_found', { organisation_id: 'nowhere', role_key: 'BILLER' }],
      ['product.not_found', { organisation_id: foreignOrg, role_key: 'BILLER', product_ids: ['derm', 'nothing'] }],
      ['membership.exists', good],
    ] as const;
    for (const [code, bad] of cases) {
      await expectNothingCreated(() => create({ memberships: [good, bad] }), (answer) => expectRefused(answer, code));
    }
  });

  describe('by a tenant admin', () => {
    const member = (organisation_id: string, role: object) => ({ memberships: [{ organisation_id, ...role }] });

    it('makes a member of their organisation', async () => {
      const { status, body } = await create(member(org, { role_key: 'READONLY' }), tenantAdmin);
      expect(status).toBe(201);
      expect(body.memberships).toMatchObject([{ organisation_id: org, role: { key: 'READONLY' } }]);
    });

    it('is refused outside of it, and beyond what they hold', async () => {
      const strongRole = await people.role(org, ['cases:write']);
      const cases = [
        ['membership.required', {}],
        ['access.denied', member(foreignOrg, { role_key: 'READONLY' })],
        ['access.denied', member('nowhere', { role_key: 'READONLY' })],
        ['role.exceeds_actor', member(org, { role_id: strongRole })],
        ['role.exceeds_actor', { user_type: 'clinician', ...member(org, { role_key: 'READONLY' }) }],
        ['user.type_forbidden', { user_type: 'admin', ...member(org, { role_key: 'READONLY' }) }],
      ] as const;
      for (const [code, more] of cases) {
        await expectNothingCreated(() => create(more, tenantAdmin), (answer) => expectRefused(answer, code));
      }
    });

    it('is nobody else’s: readers, members, services and strangers are refused', async () => {
      const reader = (await people.member(org, 'BILLING_LEAD')).email;
      for (const who of [reader, 'biller@example.com', 'service']) {
        await expectNothingCreated(() => create(member(org, { role_key: 'READONLY' }), who), (answer) => expectRefused(answer, 'access.denied'));
      }
      expectRefused(await app.request('POST', 'admin/users', { json: newUser() }), 'token.missing');
    });
  });
});
