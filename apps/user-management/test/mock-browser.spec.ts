import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { unique } from './arrange.js';
import { hasChromium, launchChromium } from './browser.js';
import { APPLICATION, CallbackServer } from './callback-server.js';
import { mailedLink } from './mock-sign-in-flow.js';
import { People } from './people.js';
import { TestApp } from './test-app.js';
import { engine } from './test-database.js';

const OWN = 'correct horse battery';
const SMALLEST_WIDTH = 360;
const newEmail = () => `${unique('browser')}@example.com`;
/** Pages look the same whatever the database. */
const withChromium = engine !== 'mysql' && hasChromium ? describe : describe.skip;

withChromium(`the issuer’s pages in a real browser (skipped without Chromium)`, () => {
  let app: TestApp;
  let people: People;
  let application: CallbackServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    application = await CallbackServer.start(app.url);
    const map = `--host-resolver-rules=MAP ${new URL(APPLICATION).host} 127.0.0.1:${application.port}`;
    browser = await launchChromium(map);
  });
  afterAll(async () => {
    await browser.close();
    await application.stop();
    await app.stop();
  });
  beforeEach(async () => {
    page = await (await browser.newContext({ viewport: { width: SMALLEST_WIDTH, height: 760 } })).newPage();
    // Whatever the content security policy blocks is told here.
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });

  /** Waits for the page, and expects that it fits a small screen. */
  async function expectPage(heading: string): Promise<void> {
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(SMALLEST_WIDTH);
    await screenshot(heading);
  }
  async function screenshot(name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name.toLowerCase().replace(/\W+/g, '-')}.png`, fullPage: true });
  }
  async function fill(fields: Record<string, string>, button: string): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: button }).click();
  }
  const signIn = (email: string, password: string) => fill({ 'E-mail': email, Password: password }, 'Sign in');
  /** What the application shows of the API's answer. */
  async function readApplication(): Promise<Record<string, unknown>> {
    await page.waitForURL(`${APPLICATION}/callback?**`);
    expect(new URL(page.url()).searchParams.get('code')).not.toBeNull();
    return JSON.parse((await page.locator('pre').textContent()) ?? '') as Record<string, unknown>;
  }
  async function invite(): Promise<{ id: string; email: string }> {
    const email = newEmail();
    const { body } = await people.create({ email, display_name: 'Ada Lovelace', provisioning: { delivery: 'invite' } });
    return { id: String(body.id), email };
  }

  it('take an invited person from the mail to the application, by way of a password of their own', async () => {
    const { id, email } = await invite();
    await page.goto(`${app.url}/mock-idp/mailbox`);
    await expectPage('Mailbox');
    await page.getByRole('link', { name: email }).click();
    await expectPage('You have been invited');
    const mail = (await page.locator('.mail').textContent()) ?? '';
    const temporary = /Temporary password: (\S+)/.exec(mail)?.[1] ?? 'none';

    await page.goto(application.authorizeUrl);
    await expectPage('Sign in');
    await signIn(email, temporary);
    await expectPage('Choose a new password');
    await fill({ 'New password': 'short', 'New password again': 'short' }, 'Save the password');
    await page.getByText('Use at least 10 characters.').waitFor();
    await expectPage('Choose a new password');
    expect(await page.getByLabel('New password', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await fill({ 'New password': OWN, 'New password again': OWN }, 'Save the password');

    expect(await readApplication()).toMatchObject({ id, email, status: 'active' });
  });

  it('say at the sixth wrong password that the account is locked', async () => {
    const { email } = await invite();
    await page.goto(application.authorizeUrl);
    for (let tries = 0; tries < 5; tries += 1) {
      await signIn(email, `wrong ${tries}`);
      await page.getByRole('alert').filter({ hasText: 'is not right' }).waitFor();
    }
    await signIn(email, 'wrong again');
    await page.getByRole('alert').filter({ hasText: 'locked for now' }).waitFor();
    await screenshot('locked');
  });

  it('let somebody register, sign in, and see that approval is pending', async () => {
    const email = newEmail();
    await page.goto(application.authorizeUrl);
    await page.getByRole('link', { name: 'Create an account' }).click();
    await expectPage('Create an account');
    await fill({ Name: 'Grace Hopper', 'E-mail': email, Password: OWN, 'Password again': 'something else' }, 'Create the account');
    await page.getByText('The two passwords are not the same.').waitFor();
    await fill({ Password: OWN, 'Password again': OWN }, 'Create the account');
    await expectPage('Check your mail');
    await page.getByRole('link', { name: 'Back to the sign-in' }).click();
    await signIn(email, OWN);
    expect(await readApplication()).toMatchObject({ email, status: 'pending' });
    const context = await app.request('GET', 'users/me/context', { token: application.token });
    expect(context.body).toMatchObject({ status: 'pending', permissions: [], memberships: [] });

    await page.goto(await mailedLink(app.url, email));
    await expectPage('Confirm your e-mail');
    await page.getByRole('button', { name: 'Yes, this is my address' }).click();
    await expectPage('E-mail confirmed');
  });

  it('choose a new password behind the link of a reset, and lead back to the application', async () => {
    const { id, email } = await invite();
    await people.admin('POST', `admin/users/${id}/reset-password`, {});
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${app.url}/mock-idp/mailbox`);
    await fill({ Recipient: email }, 'Show');
    await screenshot('mailbox-dark');
    await page.getByRole('link', { name: 'Choose a new password' }).click();
    await page.locator('.mail a').click();
    await expectPage('Choose a new password');
    await screenshot('choose-dark');
    await fill({ 'New password': OWN, 'New password again': OWN }, 'Save the password');
    await expectPage('Password saved');
    await page.getByRole('link', { name: 'Go to the sign-in' }).click();
    // The pages for administrators, which ask for the sign-in at once.
    await page.waitForURL(`${app.url}/**`);
  });

  it('can be used by keyboard: the fields come in order', async () => {
    await page.goto(application.authorizeUrl);
    const focused = () => page.evaluate<string>('document.activeElement.id');
    const order: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual(['email', 'password']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('admin@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Passw0rd!');
    await page.keyboard.press('Enter');
    expect(await readApplication()).toMatchObject({ email: 'admin@example.com' });
  });
});
