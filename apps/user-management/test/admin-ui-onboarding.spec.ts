import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { unique } from './arrange.js';
import { turn } from './keyboard-choices.js';
import { pick, pickAlso, press, typeInto } from './keyboard.js';
import { describePages, type Visitor } from './pages.js';

const PASSWORD = 'correct horse battery';

describePages('the onboarding of a tenant', (desk) => {
  const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
  const picker = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  /** Fills in the form of a new user. @returns the password that stands there once */
  async function addUser(visitor: Visitor, { email, name, organisation, role, product }: Record<'email' | 'name', string> & Partial<Record<'organisation' | 'role' | 'product', string>>): Promise<string> {
    const { page } = visitor;
    await press(page.getByRole('navigation').getByRole('link', { name: 'Users', exact: true }));
    await visitor.expectHeading('Users');
    await press(page.getByRole('link', { name: 'Add user' }));
    await visitor.expectHeading('Add a user');
    await typeInto(field(page, 'Name'), name);
    await typeInto(field(page, 'E-mail'), email);
    if (organisation !== undefined) {
      await press(button(page, 'Add membership'));
      await pick(picker(page, 'Organisation'), organisation);
    }
    if (role !== undefined) await pick(picker(page, 'Role'), role);
    if (product !== undefined) await pickAlso(picker(page, 'Products'), product);
    await turn(page.getByRole('radio', { name: 'Invitation' }), page.getByRole('radio', { name: 'Temporary password' }));
    await press(button(page, 'Add user'));
    return (await page.getByRole('region', { name: `${name} was added` }).locator('code, pre').first().textContent()) ?? '';
  }

  /** The first sign-in with a temporary password, which has to be changed. */
  async function signInFirst(email: string, temporary: string): Promise<Visitor> {
    const visitor = await desk.visit();
    const { page } = visitor;
    await page.goto(desk.app.url);
    await page.getByLabel('E-mail', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(temporary);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password again', { exact: true }).fill(PASSWORD);
    await page.getByRole('button').click();
    return visitor;
  }

  it('leads from the first sign-in of a platform administrator to a user who may work', async () => {
    const clinic = unique('Lakeside Clinic');
    const lead = `${unique('lead')}@example.com`;
    const biller = `${unique('biller')}@example.com`;

    const platform = await desk.visit();
    await platform.signIn('admin@example.com');
    await platform.expectHeading('Dashboard');
    await press(platform.page.getByRole('navigation').getByRole('link', { name: 'Organisations', exact: true }));
    await platform.expectHeading('Organisations');
    await press(button(platform.page, 'New organisation'));
    await typeInto(platform.page.getByRole('dialog').getByRole('textbox', { name: 'Name' }), clinic);
    await press(button(platform.page, 'Create organisation'));
    await platform.page.getByText(`${clinic} was created`).waitFor();
    const leadsPassword = await addUser(platform, { email: lead, name: 'Lea Lead', organisation: clinic, role: 'Tenant administrator' });

    const tenant = await signInFirst(lead, leadsPassword);
    await tenant.expectHeading('Dashboard');
    expect(await tenant.page.getByRole('navigation').getByRole('link').allTextContents()).not.toContain('Identity');
    const billersPassword = await addUser(tenant, { email: biller, name: 'Bill Biller', role: 'Biller', product: 'Claims' });

    const worker = await signInFirst(biller, billersPassword);
    await worker.expectHeading('Nothing to administer');
    const { body: context } = await desk.app.as(biller, 'GET', 'users/me/context');
    const [membership] = context.memberships;
    expect(membership).toMatchObject({ organisation_name: clinic, role: { key: 'BILLER' }, products: [{ product_id: 'claims' }] });
    expect(membership.permissions).toContain('claims:write');
  });
});
