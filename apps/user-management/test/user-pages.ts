import { asAdmin, createOrganisation, createPerson, unique } from './arrange.js';
import type { ListedPage } from './page-list.js';
import type { TestApp } from './test-app.js';

const LONG = 'Wilhelmina-Konstantina Featherstonehaugh-Cholmondeley van der Westhuizen y Rodríguez de la Fuente';
const known = new WeakMap<TestApp, Promise<string>>();

/** A clinician with everything that a page of a user can show, in long words. */
function longPerson(app: TestApp): Promise<string> {
  const person = known.get(app) ?? create(app);
  known.set(app, person);
  return person;
}

async function create(app: TestApp): Promise<string> {
  const organisationId = await createOrganisation(app);
  await asAdmin(app, 'PATCH', `admin/organisations/${organisationId}`, { name: `The Featherstonehaugh Foundation for ${'very '.repeat(8)}long names` });
  const profile = { title: 'Dr', speciality: 'Dermatology', qualifications: 'MBChB (Cape Town), '.repeat(8), registration_council: 'Health Professions Council', registration_number: 'MP-0123456', valid_from: '2020-01-31', valid_until: '2030-12-31' };
  const memberships = [
    { organisation_id: 'texas', role_key: 'BILLER', product_ids: ['claims', 'derm', 'reports'] },
    { organisation_id: organisationId, role_key: 'TENANT_ADMIN' },
  ];
  const person = await createPerson(app, memberships, { email: `${unique('wilhelmina-konstantina.featherstonehaugh-cholmondeley')}@example.com`, display_name: LONG, user_type: 'clinician', practitioner_profile: profile, phone: '+27 21 555 0100' });
  await asAdmin(app, 'PATCH', `admin/users/${person.id}`, { phone: '+27 21 555 0199', practitioner_profile: { title: 'Prof' } });
  return person.id;
}

const at = (search: string) => async (app: TestApp) => `/users/${await longPerson(app)}${search}`;
const page = (name: string, search: string, open?: ListedPage['open']): ListedPage => ({ name: `user-${name}`, heading: LONG, path: at(search), ...(open ? { open } : {}) });

export const USER_PAGES: readonly ListedPage[] = [
  page('profile', '', [{ name: 'edit', press: 'Change' }]),
  page('memberships', '?section=memberships', [
    { name: 'add', press: 'Add membership' },
    { name: 'change', press: 'Change Biller' },
    { name: 'remove', press: 'Remove Biller' },
    { name: 'grant', press: 'Grant a product' },
    { name: 'revoke', press: 'Revoke' },
  ]),
  page('access', '?section=access'),
  page('identity', '?section=identity'),
  page('audit', '?section=audit'),
  ...(['changeType', 'resetPassword', 'impersonate', 'suspend', 'exportData', 'erase'] as const).map((action) => page(action, `?action=${action}`)),
  { name: 'user-patient', heading: 'Demo Patient', path: async (app) => `/users/${await app.idOf('patient@example.com')}` },
];
