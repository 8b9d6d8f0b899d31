import { asAdmin } from './arrange.js';
import { createOrganisation, createPerson, range } from './arrange.js';
import { Importer, row } from './import-client.js';
import { DriftDesk } from './drift-desk.js';
import { prismaOf } from './people.js';
import type { TestApp } from './test-app.js';
import { USER_PAGES } from './user-pages.js';

/** A name as long as people really have them, and an id that can't be broken at a space. */
const LONG = 'The Very Reverend Foundation for Dermatology, Haematology and Neighbouring Disciplines of the Upper Mississippi';
const LONG_ID = 'an-id-that-another-system-gave-it-and-that-has-no-space-at-all-1';


/** One page of the admin pages, as it is looked at. */
export interface ListedPage {
  /** Of its screenshots. */
  name: string;
  heading: string | RegExp;
  /** Its address, after what it shows has been put there. */
  path: string | ((app: TestApp) => Promise<string>);
  /** What else is opened on it: a dialog, a menu; each is looked at in turn. */
  open?: readonly { name: string; press: string; /** A box to be ticked off before. */ tick?: string }[];
}

/** Every page; a route of the pages that is not here fails the suite of looks. */
export const PAGES: readonly ListedPage[] = [
  { name: 'dashboard', heading: 'Dashboard', path: '/' },
  { name: 'users', heading: 'Users', path: '/users' },
  { name: 'roles', heading: 'Roles', path: (app) => longRole(app).then(() => '/roles') },
  { name: 'new-role', heading: 'New role', path: '/roles/new' },
  { name: 'role', heading: new RegExp(LONG), path: async (app) => `/roles/${await longRole(app)}`, open: [{ name: 'delete', press: 'Delete' }] },
  { name: 'change-role', heading: /^Change/, path: async (app) => `/roles/${await longRole(app)}?edit=true` },
  { name: 'compare-roles', heading: 'Compare roles', path: async (app) => `/roles/compare?a=${await longRole(app)}&b=${await idOfRole(app, 'TENANT_ADMIN')}` },
  {
    name: 'organisations',
    heading: 'Organisations',
    path: (app) => longRole(app).then(() => '/organisations'),
    open: [{ name: 'new', press: 'New organisation' }],
  },
  { name: 'organisation', heading: new RegExp(LONG), path: async (app) => `/organisations/${await longOrganisation(app)}`, open: [{ name: 'rename', press: 'Rename' }] },
  {
    name: 'products',
    heading: 'Products',
    path: (app) => longProduct(app).then(() => '/products'),
    open: [{ name: 'new', press: 'New product' }, { name: 'change', press: 'Change' }],
  },
  { name: 'permissions', heading: 'Permissions', path: '/permissions' },
  { name: 'permission', heading: 'admin:users:read', path: (app) => longRole(app).then(() => '/permissions/admin:users:read') },
  ...USER_PAGES,
];

/** An organisation with a long name and id, once. */
async function longOrganisation(app: TestApp): Promise<string> {
  await app.as('admin@example.com', 'POST', 'admin/organisations', { id: LONG_ID, name: LONG });
  return LONG_ID;
}

async function longRole(app: TestApp): Promise<string> {
  const organisationId = await longOrganisation(app);
  const key = LONG_ID.toUpperCase().replaceAll('-', '_');
  const permissions = ['admin:users:read', 'cases:read', 'claims:read', 'eligibility:write', 'fee_schedules:write', 'question_sets:write'];
  await app.as('admin@example.com', 'POST', 'admin/roles', { key, name: LONG, description: `${LONG}. `.repeat(4), organisation_id: organisationId, permissions });
  return idOfRole(app, key);
}

async function idOfRole(app: TestApp, key: string): Promise<string> {
  const { body } = await asAdmin(app, 'GET', `admin/roles?search=${key}`);
  return String(body.items[0].id);
}

async function longProduct(app: TestApp): Promise<void> {
  await app.as('admin@example.com', 'POST', 'admin/products', { id: LONG_ID, name: LONG, description: `${LONG}. `.repeat(4) });
  {
    name: 'users',
    heading: 'Users',
    path: listOfLongNames,
    open: [{ name: 'bulk', tick: 'Select everybody on this page', press: 'Deactivate' }],
  },
  { name: 'users-new', heading: 'Add a user', path: '/users/new' },
  { name: 'users-import', heading: 'Import users', path: importWithBadRows },
];

const LONG = 'Wolfeschlegelsteinhausenbergerdorff';

async function listOfLongNames(app: TestApp): Promise<string> {
  const org = await createOrganisation(app);
  const members = [{ organisation_id: org, role_key: 'BILLER' }];
  await createPerson(app, members, { display_name: `Hubert Blaine ${LONG} ${LONG} the Second, of Philadelphia` });
  await createPerson(app, members, { display_name: 'Li', user_type: 'patient' });
  await createPerson(app, members, { display_name: 'María de los Ángeles Fernández-Villaverde y Ruiz de Gámiz' });
  return `/users?organisation_id=${org}`;
}

async function importWithBadRows(app: TestApp): Promise<string> {
  const rows = [row(), ...range(27).map(() => row({ role_key: 'NOBODY' })), row({ email: 'no address' })];
  const { import_id: id } = await new Importer(app).run(rows, 'dry_run=true');
  return `/users/import?import=${String(id)}`;
  {
    name: 'approvals',
    heading: 'Approvals',
    path: (app) => waitingPeople(app).then(() => '/approvals'),
    open: [{ name: 'approve', press: 'Approve' }, { name: 'reject', press: 'Reject' }],
  },
  {
    name: 'identity',
    heading: 'Identity',
    path: (app) => differences(app).then(() => '/identity'),
    open: [{ name: 'repair', press: 'Repair waiting' }, { name: 'repair-many', press: 'Repair many' }],
  },
  { name: 'audit', heading: 'Audit', path: '/audit', open: [{ name: 'verify', press: 'Verify' }] },
  { name: 'audit-filtered', heading: 'Audit', path: '/audit?scope=platform&target_type=user&action=USER_CREATED&from=2020-01-01T00:00:00Z' },
  { name: 'webhooks', heading: 'Webhooks', path: (app) => webhook(app).then(() => '/settings/webhooks'), open: [{ name: 'new', press: 'Add webhook' }] },
  {
    name: 'webhook',
    heading: 'hooks.example.com',
    path: async (app) => `/settings/webhooks/${await webhook(app)}`,
    open: [{ name: 'change', press: 'Change' }, { name: 'rotate', press: 'Rotate secret' }, { name: 'delete', press: 'Delete' }],
  },
  { name: 'events', heading: 'Event feed', path: '/settings/events' },
  { name: 'events-following', heading: 'Event feed', path: '/settings/events?live=true' },
];

/** People who came by themselves, one with an address as long as they get. */
async function waitingPeople(app: TestApp): Promise<void> {
  const long = 'waiting-for-somebody-who-lets-them-in-which-takes-its-time.far';
  for (const name of ['waiting', long]) await app.as(`${name}@a-rather-long-name-of-a-clinic.example.com`, 'GET', 'users/me');
}

/** One of each kind that has two sides, found. */
async function differences(app: TestApp): Promise<void> {
  await waitingPeople(app);
  const accounts = prismaOf(app).mockAccount;
  const moved = { email: 'moved-to-another-address-that-is-long@example.com', emailCanonical: 'moved-to-another-address-that-is-long@example.com', emailVerified: true };
  await accounts.updateMany({ where: { email: { startsWith: 'waiting@' } }, data: moved });
  await accounts.updateMany({ where: { email: 'biller@example.com' }, data: { blocked: true } });
  await new DriftDesk(app, (method, path, json) => app.as('admin@example.com', method, path, json)).scan();
}

async function webhook(app: TestApp): Promise<string> {
  const url = `https://hooks.example.com/${'a-long-path-without-a-space-'.repeat(5)}`;
  const { body: page } = await asAdmin(app, 'GET', 'admin/webhooks');
  if (page.items.length > 0) return String(page.items[0].id);
  const { body } = await asAdmin(app, 'POST', 'admin/webhooks', { url, types: ['users.created', 'users.membership.removed'], description: 'Tells the billing of who comes and goes. '.repeat(8) });
  return String(body.id);
}
