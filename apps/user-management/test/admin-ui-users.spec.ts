import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createOrganisation, createPerson, range, unique, type Person } from './arrange.js';
import { Gate } from './gate.js';
import { COLUMNS, csv, row } from './import-client.js';
import { turn, typeDate } from './keyboard-choices.js';
import { hasFocus, pick, pickAlso, press, pressUntilAt, tabTo, typeInto } from './keyboard.js';
import { describePages, type Visitor } from './pages.js';
import { until } from './poll.js';
import { signIn } from './sign-in.js';
import { engine } from './test-database.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';
const SECOND_MS = 1_000;

describePages('the pages of many users', (desk) => {
  const emailsOf = ({ page }: Visitor) => page.locator('tbody tr td:nth-child(3)').allTextContents();
  const view = async (id: string) => (await desk.app.as(ADMIN, 'GET', `admin/users/${id}`)).body;
  const statusesOf = async (ids: string[]) => Promise.all(ids.map(async (id) => (await view(id)).status));
  const findByEmail = async (email: string) => (await desk.app.as(ADMIN, 'GET', `admin/users?search=${encodeURIComponent(email)}`)).body.items;
  const choose = (page: Page, label: string, name: string) => pick(page.getByRole('combobox', { name: label }), name);

  async function chooseFile(page: Page, text: string): Promise<void> {
    const asked = page.waitForEvent('filechooser');
    await pressUntilAt(page.getByRole('button', { name: 'CSV file' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await (await asked).setFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  }

  describe('the list', () => {
    it('filters by organisation and product, and changes whom one ticks off, with a reason for each refusal', async () => {
      const org = await createOrganisation(desk.app);
      const member = (role_key: string, product_ids: string[] = []) => createPerson(desk.app, [{ organisation_id: org, role_key, product_ids }], { display_name: role_key });
      const biller = await member('BILLER', ['derm']);
      const boss = await member('TENANT_ADMIN', ['derm']);
      const reader = await member('READONLY');
      const ids = [biller.id, boss.id, reader.id];
      await desk.app.as(ADMIN, 'PATCH', `admin/users/${reader.id}`, { status: 'suspended' });
      const visitor = await desk.visit();
      const { page } = visitor;
      await visitor.signIn(ADMIN, '/users');
      await choose(page, 'Product', 'Dermatology');
      await choose(page, 'Organisation', org);
      await until(() => emailsOf(visitor), (emails) => emails.join() === [boss.email, biller.email].join());
      expect(page.url()).toContain(`organisation_id=${org}`);
      await page.goto(`${desk.app.url}/users?organisation_id=${org}`);
      await until(() => emailsOf(visitor).catch(() => []), ({ length }) => length === 3);
      const everybody = page.getByLabel('Select everybody on this page');
      const dialog = page.getByRole('dialog');
      const bulk = async (action: string) => {
        await press(everybody, 'Space');
        await press(page.getByRole('toolbar').getByRole('button', { name: action }));
        await dialog.getByRole('button', { name: action }).waitFor();
        await page.keyboard.press('Enter');
        // One above, and one below once all is over.
        await until(() => dialog.getByRole('button', { name: 'Close' }).count(), (count) => count === 2);
      };
      await bulk('Suspend');
      await dialog.getByText('1 done, 1 refused, of 2').waitFor();
      await dialog.getByRole('row', { name: 'TENANT_ADMIN' }).getByText('Refused: This is the organisation’s last administrator. Make another one first.').waitFor();
      expect(await statusesOf(ids)).toEqual(['suspended', 'active', 'suspended']);
      await visitor.expectAccessible();
      visitor.complaints.length = 0;
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await until(() => hasFocus(everybody), Boolean);
      expect(await page.getByRole('toolbar').count()).toBe(0);
      await bulk('Reactivate');
      await dialog.getByText('2 done, 0 refused, of 2').waitFor();
      expect(await statusesOf(ids)).toEqual(['active', 'active', 'active']);
      await page.keyboard.press('Escape');
      await bulk('Resend invitation');
      await dialog.getByText('3 done, 0 refused, of 3').waitFor();
      const { body: audit } = await desk.app.as(ADMIN, 'GET', `admin/audit?action=USER_INVITATION_RESENT&target_id=${biller.id}`);
      expect(audit.items).toHaveLength(1);
      await page.keyboard.press('Escape');
      await bulk('Deactivate');
      await dialog.getByText('2 done, 1 refused, of 3').waitFor();
      expect(await statusesOf(ids)).toEqual(['deactivated', 'active', 'deactivated']);
      visitor.complaints.length = 0;
    });

    it('is taken as a file, as it is filtered', async () => {
      const org = await createOrganisation(desk.app);
      await createPerson(desk.app, [{ organisation_id: org, role_key: 'BILLER' }]);
      const visitor = await desk.visit();
      await visitor.signIn(ADMIN, `/users?organisation_id=${org}`);
      const started = visitor.page.waitForEvent('download');
      await press(visitor.page.getByRole('button', { name: 'Export' }));
      const download = await started;
      expect(download.suggestedFilename()).toMatch(/^users-\d{4}-\d\d-\d\d\.csv$/);
      const { text } = await desk.app.as(ADMIN, 'GET', `admin/users/export?organisation_id=${org}`);
      expect(await readFile(await download.path(), 'utf8')).toBe(text);
      expect(text.split('\r\n')).toHaveLength(3);
    });

    it('lets go of a selection, stops between two of those whom one ticked off, and in the middle of a file', async () => {
      const org = await createOrganisation(desk.app);
      const people: Person[] = [];
      for (const role of ['BILLER', 'READONLY', 'BILLING_LEAD']) people.push(await createPerson(desk.app, [{ organisation_id: org, role_key: role }]));
      const visitor = await desk.visit();
      const { page } = visitor;
      await visitor.signIn(ADMIN, `/users?organisation_id=${org}`);
      const dialog = page.getByRole('dialog');
      const toolbar = page.getByRole('toolbar');
      await press(page.getByLabel('Select everybody on this page'), 'Space');
      await press(toolbar.getByRole('button', { name: 'Clear selection' }));
      await until(() => toolbar.count(), (count) => count === 0);

      const stopped = new Gate();
      await page.route('**/admin/users/*', async (route) => {
        if (route.request().method() === 'PATCH') await stopped.opened;
        await route.continue();
      });
      await press(page.getByLabel('Select everybody on this page'), 'Space');
      await press(toolbar.getByRole('button', { name: 'Suspend' }));
      await press(dialog.getByRole('button', { name: 'Suspend' }));
      await press(dialog.getByRole('button', { name: 'Stop' }));
      stopped.open();
      await dialog.getByText('1 done, 0 refused, of 3').waitFor();
      expect((await statusesOf(people.map(({ id }) => id))).filter((status) => status === 'suspended')).toHaveLength(1);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      const taken = new Gate();
      await page.route('**/admin/users/export?*', async (route) => {
        await taken.opened;
        await route.abort();
      });
      await press(page.getByRole('button', { name: 'Export' }));
      await press(page.getByRole('button', { name: /^Stop export/ }));
      await page.getByRole('button', { name: 'Export', exact: true }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      taken.open();
      visitor.complaints.length = 0;
    });

    it('offers nothing that would be refused to whoever only reads', async () => {
      const { id } = (await findByEmail('biller@example.com'))[0];
      await desk.app.as(ADMIN, 'POST', `admin/users/${id}/memberships`, { organisation_id: 'texas', role_key: 'BILLING_LEAD' });
      const visitor = await desk.visit();
      await visitor.signIn('biller@example.com', '/users');
      await visitor.page.getByRole('button', { name: 'Export' }).waitFor();
      await visitor.page.locator('tbody tr').first().waitFor();
      expect(await visitor.page.getByRole('checkbox').count()).toBe(0);
      expect(await visitor.page.getByRole('link', { name: /Add user|Import/ }).count()).toBe(0);
      await visitor.page.goto(`${desk.app.url}/users/new`);
      await visitor.page.getByText('You may not add users.').waitFor();
    });
  });

  describe('a new user', () => {
    it('is somebody of the organisation’s administrator’s own, of a type that they may give', async () => {
      const email = `${unique('invited')}@example.com`;
      const visitor = await desk.visit();
      const { page } = visitor;
      await visitor.signIn(TENANT_ADMIN, '/users');
      await press(page.getByRole('link', { name: 'Add user' }));
      await visitor.expectHeading('Add a user');
      await page.getByRole('radio', { name: 'Patient' }).waitFor();
      expect(await page.getByRole('radio', { name: /Administrator|Clinician/ }).count()).toBe(0);
      await until(() => page.getByRole('combobox', { name: 'Organisation' }).inputValue(), (value) => value === 'Texas');
      const add = page.getByRole('button', { name: 'Add user' });
      await press(add);
      await until(() => hasFocus(page.getByLabel('E-mail')), Boolean);
      await page.keyboard.type('biller@example.com');
      await typeInto(page.getByLabel('Name'), 'Invited Person');
      await choose(page, 'Role', 'Biller');
      await pickAlso(page.getByRole('combobox', { name: 'Products' }), 'Claims');
      await typeDate(page.getByLabel('Last day'), '2001-01-01');
      await press(add);
      await page.getByText('must be in the future').waitFor();
      await visitor.expectAccessible();
      await typeDate(page.getByLabel('Last day'), '2099-12-31');
      await press(add);
      await page.getByText('Somebody has this e-mail already.').waitFor();
      await typeInto(page.getByLabel('E-mail'), email);
      // The answer to the first attempt is lost on the way; the second one gets it again.
      await page.route('**/admin/users', async (route) => (await route.fetch(), route.abort()), { times: 1 });
      await press(add);
      await page.getByText('The service can’t be reached.').waitFor();
      await press(add);
      await page.waitForURL(/\/users\/[0-9a-f-]{36}$/);
      const [made, ...more] = await findByEmail(email);
      expect([page.url(), more]).toEqual([`${desk.app.url}/users/${made.id}`, []]);
      expect(made).toMatchObject({ display_name: 'Invited Person', user_type: 'user', status: 'active' });
      expect(made.memberships).toMatchObject([{ organisation_id: 'texas', role: { key: 'BILLER' }, products: [{ product_id: 'claims' }] }]);
      expect(Math.abs(Date.parse(made.memberships[0].expires_at) - Date.parse('2100-01-01T00:00:00Z'))).toBeLessThanOrEqual(86_400 * SECOND_MS);
      visitor.complaints.length = 0;
    });

    it('has credentials, and a temporary password that is seen once', async () => {
      const email = `${unique('clinician')}@example.com`;
      const visitor = await desk.visit();
      const { page } = visitor;
      await visitor.signIn(ADMIN, '/users/new');
      await tabTo(page.getByRole('radio', { name: 'User', exact: true }));
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('radio', { name: 'Clinician' }).isChecked()).toBe(true);
      await typeInto(page.getByLabel('E-mail'), email);
      await typeInto(page.getByLabel('Name'), 'New Clinician');
      await typeInto(page.getByLabel('Registration number'), '7012345');
      await typeDate(page.getByLabel('Valid from'), '2026-02-01');
      await typeDate(page.getByLabel('Valid until'), '2026-01-31');
      await turn(page.getByRole('radio', { name: 'Invitation' }), page.getByRole('radio', { name: 'Temporary password' }));
      await press(page.getByRole('button', { name: 'Add user' }));
      await page.getByText('must not be before valid_from').waitFor();
      await typeDate(page.getByLabel('Valid until'), '2029-01-31');
      await press(page.getByRole('button', { name: 'Add user' }));
      const added = page.getByRole('region', { name: 'New Clinician was added' });
      const password = (await added.locator('pre').textContent()) ?? '';
      expect(await signIn(desk.app.url, email, password)).not.toBeNull();
      await visitor.expectAccessible();
      const [made] = await findByEmail(email);
      expect((await view(made.id)).practitioner_profile).toMatchObject({ registration_number: '7012345', valid_from: '2026-02-01', valid_until: '2029-01-31' });
      await press(added.getByRole('button', { name: 'Copy' }));
      await press(added.getByRole('link', { name: 'To the user' }));
      await page.waitForURL(`${desk.app.url}/users/${made.id}`);
      visitor.complaints.length = 0;
    });
  });

  it('come in from a file that was looked through first, each bad row named', async () => {
    const good = range(3).map(() => row());
    const bad = range(30).map(() => row({ role_key: 'NOBODY' }));
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(TENANT_ADMIN, '/users');
    await press(page.getByRole('link', { name: 'Import' }));
    await visitor.expectHeading('Import users');
    const template = page.waitForEvent('download');
    await press(page.getByRole('button', { name: 'Download an empty file' }));
    expect(await readFile(await (await template).path(), 'utf8')).toBe(`${COLUMNS.join()}\r\n`);
    const check = page.getByRole('button', { name: 'Check the file' });
    await chooseFile(page, 'email,salary\r\n');
    await press(check);
    await page.getByRole('alert').getByText('is not a known column').waitFor();
    visitor.complaints.length = 0;
    await chooseFile(page, csv([...good, ...bad]));
    await turn(page.getByRole('radio', { name: 'Invitation' }), page.getByRole('radio', { name: 'Nothing yet' }));
    await press(check);
    await page.getByText('30 rows would be refused. Nothing was changed yet.').waitFor();
    expect(await findByEmail(good[0]!.email!)).toEqual([]);
    const rows = page.getByRole('table', { name: 'Refused rows' }).locator('tbody tr');
    const linesOf = () => rows.locator('td:first-child').allTextContents();
    await until(linesOf, (lines) => lines.join() === range(25).map((index) => index + 5).join());
    expect(await rows.first().textContent()).toBe('5role_keyThere is no such role, or you may not see it.');
    await press(page.getByRole('button', { name: 'Next' }));
    await until(linesOf, (lines) => lines.join() === '30,31,32,33,34');
    await press(page.getByRole('button', { name: 'Import 3 rows' }), 'Space');
    await page.getByText('30 rows were refused, the others are in.').waitFor();
    const { body: imports } = await desk.app.as(TENANT_ADMIN, 'GET', 'admin/imports');
    expect(imports.items).toMatchObject([
      { dry_run: false, delivery: 'none', state: 'done', created: 3, failed: 30 },
      { dry_run: true, delivery: 'none', state: 'done', created: 3, failed: 30 },
    ]);
    expect((await findByEmail(good[2]!.email!))[0].memberships).toMatchObject([{ organisation_id: 'texas', role: { key: 'BILLER' } }]);
    const earlier = page.getByRole('table', { name: 'Earlier imports' }).locator('tbody tr');
    await until(() => earlier.count(), (count) => count === 2);
    await press(earlier.nth(1).getByRole('link'));
    await page.getByText('To import this, choose the file again and check it.').waitFor();
  });

  // PGlite has one connection: the whole file is looked through before anybody hears of it.
  (engine === 'pglite' ? it.skip : it)('stop coming in when somebody cancels it', async () => {
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(TENANT_ADMIN, '/users/import');
    await visitor.expectHeading('Import users');
    await chooseFile(page, csv(range(20_000).map(() => row())));
    await press(page.getByRole('button', { name: 'Check the file' }));
    await press(page.getByRole('button', { name: 'Cancel import' }));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Cancel import' }));
    await page.getByText('Cancelled. Rows that were applied stay.').waitFor();
    expect((await desk.app.as(TENANT_ADMIN, 'GET', 'admin/imports?limit=1')).body.items).toMatchObject([{ state: 'cancelled', dry_run: true }]);
  });
});
