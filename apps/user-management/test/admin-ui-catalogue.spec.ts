import { describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { asAdmin, createOrganisation, createPerson, createRole, membershipIn, range, unique } from './arrange.js';
import { pick, press, typeInto } from './keyboard.js';
import { describePages, type Visitor } from './pages.js';
import { until } from './poll.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';

describePages('the pages of roles, organisations, products and permissions', (desk) => {
  const ask = async (path: string, who = ADMIN) => (await desk.app.as(who, 'GET', path)).body;

  async function signIn(path: string, who = ADMIN): Promise<Visitor> {
    const visitor = await desk.visit();
    await visitor.signIn(who, path);
    return visitor;
  }
  const focused = (page: Page, target: Locator) => target.and(page.locator(':focus')).waitFor();
  const type = (page: Page, label: string, text: string) =>
    typeInto(page.getByRole('textbox', { name: label, exact: true }).or(page.getByRole('searchbox', { name: label, exact: true })), text);
  const choose = (page: Page, label: string, text: string) => pick(page.getByRole('combobox', { name: label, exact: true }), text);
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
  const said = (page: Page, words: string) => page.getByRole('alert').getByText(words).waitFor();
  const refusedAsMeant = ({ complaints }: Visitor, status: number) => {
    expect(complaints.splice(0)).toEqual([expect.stringContaining(String(status))]);
  };
  const cellsOf = (page: Page, column: number): Promise<string[]> => page.locator(`tbody tr td:nth-child(${column})`).allTextContents().catch(() => []);

  /** So many permissions of a service of their own. */
  async function registerPermissions(count: number): Promise<{ service: string; permissions: string[] }> {
    const service = unique('svc').replace('-', '_');
    const permissions = range(count).map((index) => `${service}:p${String(index).padStart(3, '0')}`);
    const definitions = permissions.map((permission) => ({ permission, service_id: service, description: `Does ${permission}` }));
    await asAdmin(desk.app, 'POST', 'permissions/register', definitions);
    return { service, permissions };
  }

  describe('roles', () => {
    it('are made, changed and deleted, by keyboard alone', async () => {
      const org = await createOrganisation(desk.app);
      const { service, permissions } = await registerPermissions(120);
      const [first = '', , , wanted = ''] = permissions;
      const visitor = await signIn('/roles');
      const { page } = visitor;
      await press(link(page, 'New role'));
      await visitor.expectHeading('New role');
      await choose(page, 'Organisation', org);
      await type(page, 'Name', 'Éclair clerk');
      expect(await page.getByLabel('Key').inputValue()).toBe('ECLAIR_CLERK');
      await type(page, 'Search permissions', service);
      await page.getByText('50 of 120 permissions').waitFor();
      await press(button(page, 'Show more'));
      await page.getByText('100 of 120 permissions').waitFor();
      for (const permission of [wanted, first]) {
        await type(page, 'Search permissions', permission);
        await page.getByText('1 of 1 permission').waitFor();
        await press(page.getByRole('checkbox', { name: permission }), 'Space');
      }
      await page.getByText('2 chosen').waitFor();
      await press(button(page, 'Create role'));
      await visitor.expectHeading('Éclair clerk');
      const [made] = (await ask(`admin/roles?organisation_id=${org}&search=ECLAIR_CLERK`)).items;
      expect(made).toMatchObject({ name: 'Éclair clerk', organisation_id: org, organisation_name: org, permissions: [first, wanted] });

      await press(link(page, 'Change'));
      await visitor.expectHeading('Change Éclair clerk');
      await type(page, 'Name', 'Mine');
      await press(button(page, `Remove ${first}`));
      await asAdmin(desk.app, 'PATCH', `admin/roles/${String(made.id)}`, { name: 'Theirs' });
      await press(button(page, 'Save'));
      await said(page, 'Nothing of yours was saved yet.');
      await page.getByRole('cell', { name: 'Theirs', exact: true }).waitFor();
      refusedAsMeant(visitor, 412);
      await press(button(page, 'Save mine over it'));
      await visitor.expectHeading('Mine');
      await focused(page, link(page, 'Change'));
      expect(await ask(`admin/roles/${String(made.id)}`)).toMatchObject({ name: 'Mine', permissions: [wanted] });

      const person = await createPerson(desk.app, [{ organisation_id: org, role_key: 'BILLER' }]);
      const membership = await asAdmin(desk.app, 'POST', `admin/users/${person.id}/memberships`, { organisation_id: org, role_id: made.id });
      await press(button(page, 'Delete'));
      await page.getByRole('dialog', { name: 'Delete Mine?' }).waitFor();
      await press(page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
      await said(page, 'Somebody holds this role. Take it from them first.');
      refusedAsMeant(visitor, 409);
      await asAdmin(desk.app, 'DELETE', `admin/users/${person.id}/memberships/${String(membership.body.membership_id)}`);
      await press(page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
      await visitor.expectHeading('Roles');
      expect((await desk.app.as(ADMIN, 'GET', `admin/roles/${String(made.id)}`)).status).toBe(404);
    });

    it('are found with how many hold them, and two of them are compared', async () => {
      const org = await createOrganisation(desk.app);
      const other = await createOrganisation(desk.app);
      const one = await createRole(desk.app, org, ['claims:read', 'claims:write']);
      const second = await createRole(desk.app, null, ['claims:read', 'payers:read']);
      for (const place of [org, org, other]) await createPerson(desk.app, [{ organisation_id: place, role_id: second.id }]);
      const visitor = await signIn('/roles');
      const { page } = visitor;
      await type(page, 'Search', second.key);
      await page.getByText('1 role', { exact: true }).waitFor();
      await until(() => cellsOf(page, 4), ([members]) => members === '3');
      await choose(page, 'Usable in organisation', org);
      await until(() => cellsOf(page, 4), ([members]) => members === '2');
      await page.reload();
      await until(() => cellsOf(page, 4), ([members]) => members === '2');
      expect(new URL(page.url()).searchParams.get('organisation_id')).toBe(org);
      await type(page, 'Search', 'R-');
      await until(() => cellsOf(page, 2), (organisations) => organisations.includes(org));

      await press(link(page, 'Compare roles'));
      await visitor.expectHeading('Compare roles');
      await choose(page, 'One role', one.key);
      await choose(page, 'The other role', second.key);
      const part = (name: string) => page.getByRole('region', { name }).getByRole('listitem').allTextContents();
      await until(() => part('In both'), ([permission]) => permission === 'claims:read');
      expect([await part(`Only in ${one.key}`), await part(`Only in ${second.key}`)]).toEqual([['claims:write'], ['payers:read']]);
      expect([...new URL(page.url()).searchParams]).toEqual([['a', one.id], ['b', second.id]]);
    });

    it('of the system are marked, keep their name and can’t be deleted', async () => {
      const visitor = await signIn('/roles');
      const { page } = visitor;
      await type(page, 'Search', 'MEMBER_SERVICES');
      await page.getByText('1 role', { exact: true }).waitFor();
      await page.getByRole('row', { name: /Member services.*System/ }).waitFor();
      await press(link(page, 'Member services'));
      await visitor.expectHeading('Member services');
      expect(await button(page, 'Delete').count()).toBe(0);
      await press(link(page, 'Change'));
      await visitor.expectHeading('Change Member services');
      expect(await page.getByLabel('Name').isDisabled()).toBe(true);
      await type(page, 'Description', 'Looks after members');
      await press(button(page, 'Save'));
      await visitor.expectHeading(/^Member services$/);
      const [role] = (await ask('admin/roles?search=MEMBER_SERVICES')).items;
      expect([role.description, role.permissions.length > 0]).toEqual(['Looks after members', true]);
    });
  });

  it('show an organisation’s administrator what is theirs, and what they may do with it', async () => {
    const foreign = await createRole(desk.app, 'mississippi', ['claims:read']);
    const own = await createRole(desk.app, 'texas', ['claims:read']);
    const visitor = await signIn('/roles', TENANT_ADMIN);
    const { page } = visitor;
    await type(page, 'Search', 'R-');
    await link(page, own.key).waitFor();
    expect(await link(page, foreign.key).count()).toBe(0);
    await press(link(page, 'New role'));
    await visitor.expectHeading('New role');
    expect(await page.getByRole('combobox', { name: 'Organisation' }).inputValue()).toBe('Texas');
    await type(page, 'Name', unique('Theirs'));
    await type(page, 'Search permissions', 'webhooks:');
    await until(() => page.getByRole('checkbox', { name: 'admin:webhooks:read' }).count(), (count) => count === 1);
    expect(await page.getByRole('checkbox', { name: 'admin:webhooks:read' }).isDisabled()).toBe(true);
    await type(page, 'Search permissions', 'claims:read');
    await press(page.getByRole('checkbox', { name: 'claims:read' }), 'Space');
    await type(page, 'Key', own.key);
    await press(button(page, 'Create role'));
    await said(page, 'There is a role with this key already.');
    refusedAsMeant(visitor, 409);
    const key = unique('T');
    await type(page, 'Key', key);
    await press(button(page, 'Create role'));
    await link(page, 'Change').waitFor();
    expect((await ask(`admin/roles?search=${key}`)).items).toMatchObject([{ organisation_id: 'texas', permissions: ['claims:read'] }]);

    const [platform] = (await ask('admin/roles?search=BILLER')).items;
    await page.goto(`${desk.app.url}/roles/${String(platform.id)}`);
    await visitor.expectHeading('Biller');
    expect([await link(page, 'Change').count(), await button(page, 'Delete').count()]).toEqual([0, 0]);
    await page.goto(`${desk.app.url}/roles/${foreign.id}`);
    await said(page, 'There is no such role, or you may not see it.');
    refusedAsMeant(visitor, 404);
    for (const [path, heading, action] of [['organisations', 'Organisations', 'New organisation'], ['products', 'Products', 'New product']] as const) {
      await page.goto(`${desk.app.url}/${path}`);
      await visitor.expectHeading(heading);
      await until(() => cellsOf(page, 1), ({ length }) => length > 0);
      expect(await button(page, action).count()).toBe(0);
    }
    expect(await page.getByRole('button', { name: /^Change/ }).count()).toBe(0);
    await page.goto(`${desk.app.url}/organisations/texas`);
    await visitor.expectHeading('Texas');
    await link(page, 'Biller').waitFor();
    expect(await button(page, 'Rename').count()).toBe(0);
  });

  it('make and rename organisations, and show who belongs to one and which roles it has, by keyboard alone', async () => {
    const id = unique('clinic');
    const visitor = await signIn('/organisations');
    const { page } = visitor;
    await press(button(page, 'New organisation'));
    const dialog = page.getByRole('dialog', { name: 'New organisation' });
    await dialog.waitFor();
    await press(button(page, 'Create organisation'));
    await page.getByText('Fill this in').waitFor();
    await type(page, 'Name', 'A clinic');
    await type(page, 'Id', 'texas');
    await press(button(page, 'Create organisation'));
    await said(page, 'There is an organisation with this id already.');
    refusedAsMeant(visitor, 409);
    await type(page, 'Id', id);
    await press(button(page, 'Create organisation'));
    await dialog.waitFor({ state: 'detached' });
    await focused(page, button(page, 'New organisation'));
    expect(await ask(`admin/organisations/${id}`)).toMatchObject({ id, name: 'A clinic' });

    await createPerson(desk.app, [{ organisation_id: id, role_key: 'BILLER' }], { display_name: 'Member of it' });
    const own = await createRole(desk.app, id, ['claims:read']);
    await type(page, 'Search', id);
    await until(() => cellsOf(page, 2), (ids) => ids.join() === id);
    await press(link(page, 'A clinic'));
    await visitor.expectHeading('A clinic');
    await link(page, 'Member of it').waitFor();
    expect(await link(page, 'All members').getAttribute('href')).toContain('/users');
    await link(page, own.key).waitFor();
    await press(button(page, 'Rename'));
    await type(page, 'Name', 'Another name');
    await press(button(page, 'Save'));
    await visitor.expectHeading('Another name');
    expect((await ask(`admin/organisations/${id}`)).name).toBe('Another name');
  });

  it('make and change products, and show how often each is granted, by keyboard alone', async () => {
    const key = unique('product');
    const visitor = await signIn('/products');
    const { page } = visitor;
    await press(button(page, 'New product'));
    await type(page, 'Name', 'A product');
    await type(page, 'Key', 'claims');
    await press(button(page, 'Create product'));
    await said(page, 'There is a product with this key already.');
    refusedAsMeant(visitor, 409);
    await type(page, 'Key', key);
    await press(button(page, 'Create product'));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const [made] = (await ask(`admin/products?search=${key}`)).items;
    expect(made).toMatchObject({ key, name: 'A product', grant_count: 0 });

    const person = await createPerson(desk.app, [{ organisation_id: 'texas', role_key: 'BILLER' }]);
    const membership = await membershipIn(desk.app, person.id, 'texas');
    await asAdmin(desk.app, 'POST', `admin/users/${person.id}/memberships/${membership}/products`, { product_id: made.id });
    await type(page, 'Search', key);
    await until(() => cellsOf(page, 3), (counts) => counts.join() === '1');
    await press(button(page, 'Change A product'));
    await type(page, 'Description', 'In words');
    await press(button(page, 'Save'));
    await until(() => cellsOf(page, 2), (descriptions) => descriptions.join() === 'In words');
    expect(await ask(`admin/products/${String(made.id)}`)).toMatchObject({ name: 'A product', description: 'In words' });
  });

  it('find permissions by service, and tell who can and why', async () => {
    const { service, permissions } = await registerPermissions(30);
    const [permission = ''] = permissions;
    const org = await createOrganisation(desk.app);
    const role = await createRole(desk.app, null, [permission]);
    await createPerson(desk.app, [{ organisation_id: org, role_id: role.id }], { display_name: 'One who can' });
    await createPerson(desk.app, [{ organisation_id: 'texas', role_id: role.id }], { display_name: 'Elsewhere' });
    const visitor = await signIn('/permissions');
    const { page } = visitor;
    await choose(page, 'Service', service);
    await page.getByText('30 permissions').waitFor();
    await press(button(page, 'Next'));
    await until(() => cellsOf(page, 1), (shown) => shown.join() === permissions.slice(25).join());
    await type(page, 'Search', permission);
    await until(() => cellsOf(page, 1), (shown) => shown.join() === permission);
    await press(link(page, permission));
    await visitor.expectHeading(permission);
    await link(page, 'Elsewhere').waitFor();
    await choose(page, 'Who can, in organisation', org);
    await until(() => link(page, 'Elsewhere').count(), (count) => count === 0);
    await page.getByRole('row', { name: new RegExp(`^One who can.*${org}.*${role.key}$`) }).waitFor();
    await page.getByRole('row', { name: /^Demo Platform Admin.*Everywhere.*Platform administrator$/ }).waitFor();
    const { items, total } = await ask(`admin/permissions/${permission}/holders?organisation_id=${org}`);
    await page.getByText(`Held in ${String(total)} ways`).waitFor();
    expect((await cellsOf(page, 1)).length).toBe(items.length);
    await page.goto(`${desk.app.url}/permissions/no:such`);
    await said(page, 'There is no such permission.');
    visitor.complaints.length = 0;
  });
});
