import { asAdmin } from './arrange.js';
import type { ListedPage } from './page-list.js';
import type { TestApp } from './test-app.js';

/** A name as long as people really have them, and an id that can't be broken at a space. */
const LONG = 'The Very Reverend Foundation for Dermatology, Haematology and Neighbouring Disciplines of the Upper Mississippi';
const LONG_ID = 'an-id-that-another-system-gave-it-and-that-has-no-space-at-all-1';

export const CATALOGUE_PAGES: readonly ListedPage[] = [
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
}
