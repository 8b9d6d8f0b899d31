import { createOrganisation, createPerson, range } from './arrange.js';
import { Importer, row } from './import-client.js';
import type { ListedPage } from './page-list.js';
import type { TestApp } from './test-app.js';

const LONG = 'Wolfeschlegelsteinhausenbergerdorff';

export const USERS_PAGES: readonly ListedPage[] = [
  {
    name: 'users',
    heading: 'Users',
    path: listOfLongNames,
    open: [{ name: 'bulk', tick: 'Select everybody on this page', press: 'Deactivate' }],
  },
  { name: 'users-new', heading: 'Add a user', path: '/users/new' },
  { name: 'users-import', heading: 'Import users', path: importWithBadRows },
];


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
}
