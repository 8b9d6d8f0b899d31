import { describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { createOrganisation, createPerson, unique } from './arrange.js';
import { describePages, type Visitor } from './pages.js';
import { until } from './poll.js';

const ADMIN = 'admin@example.com';
describePages('the pages for administrators', (desk) => {
  const visit = (options?: BrowserContextOptions) => desk.visit(options);
  const rowsOf = ({ page }: Visitor) => page.locator('tbody tr td:nth-child(3)').allTextContents().catch(() => []);
  const emailsOf = async (query: string, who = ADMIN): Promise<string[]> =>
    (await desk.app.as(who, 'GET', `admin/users?${query}`)).body.items.map(({ email }: { email: string }) => email);

  describe('signing in', () => {
    it('leads to the page that was asked for, keeps no token where a script could find one, and ends everywhere', async () => {
      const visitor = await visit();
      await visitor.signIn(ADMIN, '/users?status=suspended');
      await visitor.expectHeading('Users');
      expect(visitor.page.url()).toBe(`${desk.app.url}/users?status=suspended`);
      const kept = await visitor.page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
      expect(kept).not.toMatch(/eyJ|access_token|refresh_token/);
      await visitor.page.reload();
      await visitor.expectHeading('Users');
      await visitor.page.getByRole('button', { name: /^Account of/ }).click();
      await visitor.page.getByRole('menuitem', { name: 'Sign out' }).click();
      await visitor.page.getByRole('button', { name: 'Yes, sign me out' }).click();
      await visitor.page.getByLabel('Password', { exact: true }).waitFor();
    });

    it.each([
      ['pending@example.com', 'Waiting for approval'],
      ['patient@example.com', 'Nothing to administer'],
    ])('tells %s: %s', async (email, heading) => {
      const visitor = await visit();
      await visitor.signIn(email);
      await visitor.expectHeading(heading);
      await visitor.expectAccessible();
      expect(await visitor.page.getByRole('navigation').count()).toBe(0);
    });

    it('tells somebody who is suspended while they are at it', async () => {
      const person = await createPerson(desk.app, [{ organisation_id: 'texas', role_key: 'TENANT_ADMIN' }]);
      const { body } = await desk.app.as(ADMIN, 'POST', `admin/users/${person.id}/reset-password`, { delivery: 'temporary_password' });
      const visitor = await visit();
      await visitor.page.goto(desk.app.url);
      await visitor.page.getByLabel('E-mail', { exact: true }).fill(person.email);
      await visitor.page.getByLabel('Password', { exact: true }).fill(String(body.temporary_password));
      await visitor.page.getByRole('button', { name: 'Sign in' }).click();
      await visitor.page.getByLabel('New password', { exact: true }).fill('correct horse battery');
      await visitor.page.getByLabel('New password again', { exact: true }).fill('correct horse battery');
      await visitor.page.getByRole('button').click();
      await visitor.expectHeading('Dashboard');
      await desk.app.as(ADMIN, 'PATCH', `admin/users/${person.id}`, { status: 'suspended' });
      await visitor.page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
      await visitor.page.getByRole('alert').getByText('Your account is not active.').waitFor();
      visitor.complaints.length = 0;
    });
  });

  it('shows on the dashboard what the service counts', async () => {
    const visitor = await visit();
    await visitor.signIn(ADMIN);
    await visitor.expectHeading('Dashboard');
    const { body: stats } = await desk.app.as(ADMIN, 'GET', 'admin/stats');
    const figureOf = (label: string) => visitor.page.getByRole('main').getByText(label, { exact: true }).first().locator('xpath=ancestor-or-self::*[following-sibling::p][1]/following-sibling::p').textContent();
    await until(() => figureOf('Users'), (text) => text === String(stats.users.total));
    expect(await figureOf('Waiting for approval')).toBe(String(stats.pending));
    await visitor.page.getByRole('link', { name: 'Suspended', exact: true }).click();
    await visitor.expectHeading('Users');
    await until(() => rowsOf(visitor), ({ length }) => length === stats.users.by_status.suspended);
  });

  it('is served with a policy that lets no foreign script in, and nothing of the machine out', async () => {
    const page = await desk.app.request('GET', '/users?search=x');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    const [script] = /assets\/[^"]+\.js/.exec(page.text) ?? [];
    expect((await desk.app.request('GET', `/${script ?? ''}`)).headers.get('cache-control')).toContain('immutable');
    for (const path of ['/assets/none.js', '/assets/..%2findex.html', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/package.json']) {
      expect((await desk.app.request('GET', path)).status).toBeGreaterThanOrEqual(400);
    }
  });

  describe('the list of users', () => {
    it('searches as one types, filters, sorts and pages, all in the address', async () => {
      const org = await createOrganisation(desk.app);
      const word = unique('listed');
      const emails: string[] = [];
      for (let index = 0; index < 27; index++) {
        const email = `${word}-${String(index).padStart(2, '0')}@example.com`;
        await createPerson(desk.app, [{ organisation_id: org, role_key: 'BILLER' }], { email });
        emails.push(email);
      }
      const visitor = await visit();
      await visitor.signIn(ADMIN, '/users');
      await visitor.page.getByLabel('Search').pressSequentially(word);
      await visitor.page.getByText('27 users').waitFor();
      await visitor.page.getByRole('button', { name: 'E-mail' }).click();
      await until(() => rowsOf(visitor), (rows) => rows.join() === emails.slice(0, 25).join());
      await visitor.page.getByRole('button', { name: 'Next' }).click();
      await until(() => rowsOf(visitor), (rows) => rows.join() === emails.slice(25).join());
      await visitor.page.reload();
      await until(() => rowsOf(visitor), (rows) => rows.join() === emails.slice(25).join());
      await visitor.page.getByRole('button', { name: 'Previous' }).click();
      await until(() => rowsOf(visitor), (rows) => rows.join() === emails.slice(0, 25).join());
      await visitor.page.getByLabel('Search').fill(unique('nobody'));
      await visitor.page.getByText('No user fits.').waitFor();
    });

    it('shows an organisation’s administrator nobody but theirs', async () => {
      const visitor = await visit();
      await visitor.signIn('tenant-admin@example.com', '/users');
      const theirs = await emailsOf('limit=25', 'tenant-admin@example.com');
      await until(() => rowsOf(visitor), (rows) => rows.join() === theirs.join());
      expect(theirs.length).toBeLessThan((await emailsOf('limit=100')).length);
    });

    it('says what is wrong when the service can’t be reached, and goes on when it can', async () => {
      const visitor = await visit();
      await visitor.signIn(ADMIN, '/users');
      await visitor.expectHeading('Users');
      await visitor.page.context().setOffline(true);
      await visitor.page.getByLabel('Search').fill('demo');
      await visitor.page.context().setOffline(false);
      await until(() => rowsOf(visitor), (rows) => rows.length > 0 && rows.every((email) => email.endsWith('@example.com')));
      visitor.complaints.length = 0;
    });
  });

  it('speaks Spanish to whoever wants it, and remembers', async () => {
    const visitor = await visit();
    await visitor.signIn(ADMIN);
    await visitor.expectHeading('Dashboard');
    await visitor.page.getByRole('button', { name: /^Account of/ }).click();
    await visitor.page.getByRole('menuitem', { name: 'Español' }).click();
    await visitor.expectHeading('Panel');
    expect(await visitor.page.evaluate('document.documentElement.lang')).toBe('es');
    await visitor.page.reload();
    await visitor.expectHeading('Panel');
    await visitor.expectAccessible();
  });

  it('is used by keyboard alone', async () => {
    const visitor = await visit();
    const { keyboard } = visitor.page;
    await visitor.page.goto(desk.app.url);
    await visitor.page.getByLabel('E-mail', { exact: true }).focus();
    await keyboard.type(ADMIN);
    await keyboard.press('Tab');
    await keyboard.type('Passw0rd!');
    await keyboard.press('Enter');
    await visitor.expectHeading('Dashboard');
    const focused = () => visitor.page.evaluate<string>('document.activeElement?.textContent ?? ""');
    for (let presses = 0; (await focused()) !== 'Users' && presses < 10; presses++) await keyboard.press('Tab');
    await keyboard.press('Enter');
    await visitor.expectHeading('Users');
    for (let presses = 0; !(await focused()).startsWith('E-mail') && presses < 20; presses++) await keyboard.press('Tab');
    await keyboard.press('Enter');
    await until(() => visitor.page.url(), (url) => url.includes('sort=email'));
  });
});
