import { expect, it } from '@jest/globals';
import { createPerson, unique, type Person } from './arrange.js';
import { DriftDesk } from './drift-desk.js';
import { choose } from './keyboard-choices.js';
import { press, tabTo } from './keyboard.js';
import { describePages } from './pages.js';
import { ADMIN, prismaOf } from './people.js';
import { until } from './poll.js';

describePages('the page of the identity provider', (desk) => {
  const drift = () => new DriftDesk(desk.app, (method, path, json) => desk.app.as(ADMIN, method, path, json));
  const accounts = () => prismaOf(desk.app).mockAccount;
  async function someone(): Promise<Person & { name: string }> {
    const name = unique('Drifting');
    return { ...(await createPerson(desk.app, [{ organisation_id: 'texas', role_key: 'BILLER' }], { display_name: name })), name };
  }
  const block = (userId: string) => accounts().update({ where: { userId }, data: { blocked: true } });

  it('scans, lists what differs with both sides, and repairs it from either, by keyboard alone', async () => {
    const [moved, blocked, relabelled] = [await someone(), await someone(), await someone()];
    await drift().settle();
    const email = `${unique('moved')}@example.com`;
    await accounts().update({ where: { userId: moved.id }, data: { email, emailCanonical: email, emailVerified: true } });
    await block(blocked.id);
    await accounts().update({ where: { userId: relabelled.id }, data: { claims: JSON.stringify({ user_type: 'user', status: 'active', roles: ['TENANT_ADMIN'], organisations: ['texas'] }) } });
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, '/identity');
    const { body: status } = await desk.app.as(ADMIN, 'GET', 'admin/identity/status');
    expect(status.health.state).toBe('healthy');
    await page.getByText('Answers').waitFor();
    await page.getByText('Mock provider').waitFor();
    await page.getByText('Nobody has compared yet.').waitFor();
    await press(page.getByRole('button', { name: 'Scan' }));
    await page.getByText(/3 differences found/).waitFor();
    const repairOf = (name: string) => page.getByRole('button', { name: `Repair ${name}` });

    await press(repairOf(moved.name));
    await page.getByText('The account gets the e-mail that stands here.').waitFor();
    await tabTo(page.getByRole('radio', { name: 'This service' }));
    await page.keyboard.press('ArrowDown');
    await press(page.getByRole('dialog').getByRole('button', { name: 'Repair', exact: true }));
    await until(() => repairOf(moved.name).count(), (count) => count === 0);
    expect((await desk.app.as(ADMIN, 'GET', `admin/users/${moved.id}`)).body.email).toBe(email);

    await choose(page, 'Difference', 'Claims differ');
    expect(page.url()).toContain('kind=claims_differ');
    await until(() => page.locator('tbody tr').count(), (count) => count === 1);
    await page.getByRole('cell', { name: /TENANT_ADMIN/ }).waitFor();
    await press(repairOf(relabelled.name));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Repair', exact: true }));
    await until(() => drift().items(), (items) => items.find(({ user_id: id }) => id === relabelled.id)?.state === 'repaired');
    await until(async () => JSON.parse((await accounts().findUniqueOrThrow({ where: { userId: relabelled.id } })).claims ?? '{}').roles, (roles) => roles.join() === 'BILLER');
    await until(() => repairOf(relabelled.name).count(), (count) => count === 0);
  });

  it('repairs many in one direction, and says how far it is also after a reload', async () => {
    const people = [await someone(), await someone(), await someone()];
    await drift().settle();
    for (const { id } of people) await block(id);
    await drift().scan();
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, '/identity?kind=blocked_differs&state=open');
    await page.getByRole('button', { name: `Repair ${people[0]!.name}` }).waitFor();
    const open = (await drift().items('&state=open&kind=blocked_differs')).length;
    await press(page.getByRole('button', { name: 'Repair many' }));
    expect(await page.getByRole('dialog').getByRole('combobox', { name: 'Difference' }).inputValue()).toBe('Access differs');
    await press(page.getByRole('dialog').getByRole('button', { name: 'Repair', exact: true }));
    await page.getByRole('status', { name: 'The repair is done' }).waitFor();
    await page.reload();
    await page.getByText(`${open} repaired, 0 gone already, 0 refused`).waitFor();
    await page.getByText('No difference fits.').waitFor();
    await drift().settle();
    for (const { id } of people) expect((await accounts().findUniqueOrThrow({ where: { userId: id } })).blocked).toBe(false);
    await press(page.getByRole('button', { name: 'Close' }));
    await until(() => page.url(), (url) => !url.includes('repair='));
  });

  it('says why a repair may not be, and isn’t there for an organisation’s administrator', async () => {
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, '/identity?state=open');
    await visitor.expectHeading('Identity');
    const admin = await desk.app.idOf(ADMIN);
    await block(admin);
    await page.getByRole('button', { name: 'Scan' }).click();
    const { display_name: name } = (await desk.app.as(ADMIN, 'GET', `admin/users/${admin}`)).body;
    await page.getByRole('button', { name: `Repair ${name}` }).click();
    await page.getByRole('radio', { name: 'The provider' }).check();
    const repair = page.getByRole('dialog').getByRole('button', { name: 'Repair', exact: true });
    await repair.click();
    await page.getByRole('alert').getByText('You can’t do this to yourself.').waitFor();
    visitor.complaints.length = 0;
    await page.getByRole('radio', { name: 'This service' }).check();
    await repair.click();
    await until(async () => (await accounts().findUniqueOrThrow({ where: { userId: admin } })).blocked, (isBlocked) => !isBlocked);

    const stranger = await desk.visit();
    await stranger.signIn('tenant-admin@example.com', '/identity');
    await stranger.expectHeading('No such page');
    expect(await stranger.page.getByRole('link', { name: 'Identity' }).count()).toBe(0);
  });
});
