import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Download, Page } from 'playwright-core';
import { Trail } from './audit-trail.js';
import { asAdmin, createOrganisation, createPerson, unique } from './arrange.js';
import { typeDate } from './keyboard-choices.js';
import { pick, pickAlso, press, pressUntilAt } from './keyboard.js';
import { describePages } from './pages.js';
import { ADMIN, prismaOf } from './people.js';
import { until } from './poll.js';

const TENANT_ADMIN = 'tenant-admin@example.com';

describePages('the page of the audit trail', (desk) => {
  const actionsOf = (page: Page) => page.locator('tbody button[aria-expanded]').allTextContents();
  const list = async (query: string, who = ADMIN) => (await desk.app.as(who, 'GET', `admin/audit?${query}`)).body.items;
  const linesOf = async (download: Download) => (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/);

  it('finds what was done to somebody, opens it, and follows whoever did it, by keyboard alone', async () => {
    const name = unique('Audited');
    const person = await createPerson(desk.app, [{ organisation_id: 'texas', role_key: 'BILLER' }], { display_name: name });
    await asAdmin(desk.app, 'PATCH', `admin/users/${person.id}`, { display_name: `${name} anew` });
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, `/audit?target_id=${person.id}&target_type=user`);
    const theirs = await list(`target_id=${person.id}&target_type=user`);
    await until(() => actionsOf(page), ({ length }) => length === theirs.length);

    await pick(page.getByRole('combobox', { name: 'What happened' }), 'User changed');
    await until(() => actionsOf(page), (actions) => actions.length === 1 && actions[0]!.includes('User changed'));
    expect(page.url()).toContain('action=USER_UPDATED');
    await press(page.getByRole('button', { name: 'User changed' }));
    await page.getByRole('row', { name: `Name ${name} ${name} anew`, exact: true }).waitFor();
    await visitor.expectAccessible();
    await visitor.screenshot('audit-entry');

    await press(page.getByRole('button', { name: 'Clear filters' }));
    await until(() => page.url(), (url) => url === `${desk.app.url}/audit`);
    // What was opened stays open.
    await press(page.getByRole('button', { name: 'All about this' }));
    await until(() => page.url(), (url) => url.includes(`target_id=${person.id}`));
    await until(() => actionsOf(page), ({ length }) => length === theirs.length);
    await press(page.getByRole('button', { name: 'All by them' }));
    await until(() => page.url(), (url) => url.includes('actor_id='));
    await press(page.getByRole('button', { name: 'Clear filters' }));
    await until(() => page.url(), (url) => url === `${desk.app.url}/audit`);
    await until(() => page.getByRole('combobox', { name: 'What happened' }).inputValue(), (value) => value === '');
  });

  it('pages, and filters by who, when and where, in the address', async () => {
    const org = await createOrganisation(desk.app);
    const admin = await createPerson(desk.app, [{ organisation_id: org, role_key: 'TENANT_ADMIN' }], { display_name: unique('Boss') });
    for (let index = 0; index < 27; index++) await desk.app.as(admin.email, 'POST', 'admin/roles', { key: unique('R').toUpperCase().replace('-', '_'), name: 'Role', organisation_id: org, permissions: [] });
    const { body: boss } = await desk.app.as(ADMIN, 'GET', `admin/users/${admin.id}`);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, '/audit');
    await pickAlso(page.getByRole('combobox', { name: 'Who' }), boss.display_name, `${boss.display_name} (${admin.email})`);
    await until(() => actionsOf(page), (actions) => actions.length === 25 && actions.every((action) => action.includes('Role created')));
    await page.getByRole('cell', { name: boss.display_name }).first().waitFor();
    await press(page.getByRole('button', { name: 'Next' }));
    await until(() => actionsOf(page), ({ length }) => length === 2);
    await page.reload();
    await visitor.expectHeading('Audit');
    await until(() => actionsOf(page), ({ length }) => length === 2);
    await typeDate(page.getByLabel('Before', { exact: true }), '2020-01-01T00:00');
    await page.getByText('No entry fits.').waitFor();
    expect(new URL(page.url()).searchParams.get('until')).toMatch(/^"?20(19|20)-/);
  });

  it('exports what the filters let through, in both formats', async () => {
    const org = await createOrganisation(desk.app);
    await createPerson(desk.app, [{ organisation_id: org, role_key: 'BILLER' }]);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, `/audit?organisation_id=${org}`);
    await page.locator('tbody tr').first().waitFor();
    const exported = async (format: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        (async () => {
          await press(page.getByRole('button', { name: 'Export', exact: true }));
          await pressUntilAt(page.getByRole('menuitem', { name: format }), 'ArrowDown');
          await page.keyboard.press('Enter');
        })(),
      ]);
      return { name: download.suggestedFilename(), lines: await linesOf(download) };
    };
    const json = await exported('As JSON Lines');
    expect(json.name).toBe('audit.jsonl');
    const ids = (await list(`organisation_id=${org}&limit=100`)).map(({ id }: { id: string }) => id).reverse();
    expect(json.lines.map((line) => String(JSON.parse(line).id))).toEqual(ids);
    const csv = await exported('As CSV');
    expect([csv.name, csv.lines[0]?.split(',')[0], csv.lines.length]).toEqual(['audit.csv', 'id', ids.length + 2]);
  });

  it('verifies the chain, and names the entry that does not hold', async () => {
    const org = await createOrganisation(desk.app);
    await createPerson(desk.app, [{ organisation_id: org, role_key: 'BILLER' }]);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, '/audit');
    await press(page.getByRole('button', { name: 'Verify' }));
    await page.getByText('Every entry says what was written').waitFor();
    const { entries } = (await new Trail(desk.app).verify()).body;
    await page.getByText(`${Number(entries).toLocaleString('en')} entries verified.`).waitFor();
    await page.keyboard.press('Escape');

    const broken = await prismaOf(desk.app).auditEntry.findFirstOrThrow({ where: { chain: org }, orderBy: { sequence: 'asc' } });
    await new Trail(desk.app).tamper(`UPDATE audit_entries SET actor_id = 'nobody' WHERE id = '${broken.id}'`);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('The trail was tampered with').waitFor();
    await page.getByText(`Entry ${broken.sequence} of ${org} does not say what was written.`).waitFor();
  });

  it('shows an organisation’s administrator its own entries alone', async () => {
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(TENANT_ADMIN, '/audit');
    const theirs = await list('limit=25', TENANT_ADMIN);
    await until(() => actionsOf(page), ({ length }) => length === theirs.length && length > 0);
    expect(theirs.every((entry: { organisation_id: string }) => entry.organisation_id === 'texas')).toBe(true);
    await press(page.getByRole('button', { name: 'More filters' }));
    await page.getByRole('combobox', { name: 'Organisation' }).waitFor();
    expect(await page.getByText('Only what belongs to no organisation').count()).toBe(0);
    await page.goto(`${desk.app.url}/audit?organisation_id=nowhere`);
    await page.getByRole('alert').getByText('There is no such organisation, or you may not see it.').waitFor();
    visitor.complaints.length = 0;
  });
});
