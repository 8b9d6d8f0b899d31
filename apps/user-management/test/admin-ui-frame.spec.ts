import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { press, pressUntilAt, tabTo, typeInto } from './keyboard.js';
import { describePages, NARROW } from './pages.js';
import { until } from './poll.js';

const ADMIN = 'admin@example.com';

describePages('the frame around the pages, by keyboard alone', (desk) => {
  async function chooseOfAccount(page: Page, item: string): Promise<void> {
    await press(page.getByRole('button', { name: /^(Account of|Cuenta de)/ }));
    await pressUntilAt(page.getByRole('menuitem', { name: item }), 'ArrowDown');
    await page.keyboard.press('Enter');
  }
  const scheme = (page: Page) => page.evaluate<string>('document.documentElement.dataset.mantineColorScheme');

  it('is dark or light, Spanish or English, and stays so; and is left', async () => {
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN);
    await visitor.expectHeading('Dashboard');
    expect(await scheme(page)).toBe('light');
    await press(page.getByRole('button', { name: 'Dark colours' }));
    await until(() => scheme(page), (name) => name === 'dark');
    await chooseOfAccount(page, 'Español');
    await visitor.expectHeading('Panel');
    await page.reload();
    await visitor.expectHeading('Panel');
    expect(await scheme(page)).toBe('dark');
    await press(page.getByRole('button', { name: 'Colores claros' }));
    await until(() => scheme(page), (name) => name === 'light');
    await chooseOfAccount(page, 'English');
    await visitor.expectHeading('Dashboard');
    await chooseOfAccount(page, 'Sign out');
    await press(page.getByRole('button', { name: 'Yes, sign me out' }));
    await page.getByLabel('Password', { exact: true }).waitFor();
  });

  it('has its pages behind a button where there is little room', async () => {
    const visitor = await desk.visit({ viewport: NARROW });
    const { page } = visitor;
    await visitor.signIn(ADMIN);
    await visitor.expectHeading('Dashboard');
    const roles = page.getByRole('navigation').getByRole('link', { name: 'Roles' });
    expect(await roles.count()).toBe(0);
    await press(page.getByRole('button', { name: 'Menu' }));
    await roles.waitFor();
    await visitor.expectAccessible();
    await visitor.screenshot('menu-narrow');
    await press(roles);
    await visitor.expectHeading('Roles');
    await until(() => roles.count(), (count) => count === 0);
  });

  it('says in Spanish too what is wrong with a field', async () => {
    const visitor = await desk.visit({ locale: 'es-MX' });
    const { page } = visitor;
    await visitor.signIn(ADMIN, '/organisations');
    await visitor.expectHeading('Organizaciones');
    expect(await page.evaluate('document.documentElement.lang')).toBe('es-MX');
    await press(page.getByRole('button', { name: 'Nueva organización' }));
    await typeInto(page.getByRole('textbox', { name: 'Nombre' }), 'Clínica');
    await typeInto(page.getByRole('textbox', { name: 'Id' }), 'con espacios');
    await press(page.getByRole('button', { name: 'Crear la organización' }));
    await page.getByText('debe tener entre 1 y 64 letras, cifras, _ o -').first().waitFor();
    await visitor.expectAccessible();
    visitor.complaints.length = 0;
  });

  it('says what failed with the request’s id to copy, and tries again', async () => {
    const visitor = await desk.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = visitor;
    const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'database.unavailable', detail: 'down', request_id: 'req-4711' };
    await page.route('**/admin/roles?**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }));
    await visitor.signIn(ADMIN, '/roles');
    const trouble = page.getByRole('alert');
    await trouble.waitFor();
    await visitor.expectAccessible();
    await press(trouble.getByRole('button', { name: 'Copy request id' }));
    await trouble.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('req-4711');
    await page.unrouteAll({ behavior: 'wait' });
    await pressUntilAt(trouble.getByRole('button', { name: 'Try again' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Biller', exact: true }).waitFor();
    await tabTo(page.getByRole('searchbox', { name: 'Search' }));
    expect(await trouble.count()).toBe(0);
    visitor.complaints.length = 0;
  });
});
