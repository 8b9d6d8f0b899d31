import { asAdmin } from './arrange.js';
import { DriftDesk } from './drift-desk.js';
import type { ListedPage } from './page-list.js';
import { prismaOf } from './people.js';
import type { TestApp } from './test-app.js';

/** Of approvals, identity, audit and settings. */
export const OPERATION_PAGES: readonly ListedPage[] = [
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
