import { expect, it } from '@jest/globals';
import { asAdmin, createOrganisation, createPerson, type Person } from './arrange.js';
import { press, pressUntilAt } from './keyboard.js';
import { describePages, NARROW, type Visitor } from './pages.js';
import { until } from './poll.js';

const ADMIN = 'admin@example.com';
const REASON = 'Ticket 4711: they can’t find their users';

describePages('acting as a user', (desk) => {
  const auditOf = async ({ id }: Person, action: string) => (await asAdmin(desk.app, 'GET', `admin/audit?target_type=user&target_id=${id}&action=${action}`)).body.items;
  const banner = ({ page }: Visitor) => page.getByRole('region', { name: 'Impersonation' });
  const accountOf = ({ page }: Visitor) => page.getByRole('button', { name: /^Account of/ }).getAttribute('aria-label');

  async function act(visitor: Visitor): Promise<void> {
    const { page } = visitor;
    await press(page.getByRole('button', { name: 'Actions' }));
    await pressUntilAt(page.getByRole('menuitem', { name: 'Act as this user' }), 'ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Reason').waitFor();
    await page.keyboard.type(REASON);
    await press(page.getByRole('dialog').getByRole('button', { name: 'Begin' }));
    await banner(visitor).waitFor();
  }

  async function visit(person: Person, name: string): Promise<Visitor> {
    const visitor = await desk.visit();
    await visitor.signIn(ADMIN, `/users/${person.id}`);
    await visitor.expectHeading(name);
    return visitor;
  }

  it('shows what they see on every page under a banner, until it is ended', async () => {
    const org = await createOrganisation(desk.app);
    const person = await createPerson(desk.app, [{ organisation_id: org, role_key: 'TENANT_ADMIN' }], { display_name: 'Tara Tenant' });
    const visitor = await visit(person, 'Tara Tenant');
    const { page } = visitor;
    await act(visitor);
    await visitor.expectHeading('Dashboard');
    expect(await accountOf(visitor)).toBe('Account of Tara Tenant');
    expect(await page.getByRole('link', { name: 'Identity' }).count()).toBe(0);
    expect((await auditOf(person, 'IMPERSONATION_STARTED'))[0].personal.after).toEqual({ reason: REASON });
    await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
    await until(() => page.locator('tbody tr td:nth-child(3)').allTextContents(), (emails) => emails.join() === person.email);
    await page.getByRole('link', { name: 'Tara Tenant' }).click();
    await visitor.expectHeading('Tara Tenant');
    // Their own account is theirs alone.
    expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0);
    expect(await banner(visitor).textContent()).toContain('You act as Tara Tenant');
    for (const [look, viewport] of [['narrow', NARROW], ['wide', { width: 1440, height: 900 }]] as const) {
      await page.setViewportSize(viewport);
      await visitor.screenshot(`user-acting-${look}`);
      await visitor.expectAccessible();
    }
    await press(banner(visitor).getByRole('button', { name: 'End it' }));
    await page.getByText('You are yourself again, not Tara Tenant.').waitFor();
    await visitor.expectHeading('Tara Tenant');
    expect([new URL(page.url()).pathname, await accountOf(visitor)]).toEqual([`/users/${person.id}`, 'Account of Demo Platform Admin']);
    expect(await banner(visitor).count()).toBe(0);
    expect(await auditOf(person, 'IMPERSONATION_ENDED')).toHaveLength(1);
  });

  it('stands above the page of somebody who administers nothing', async () => {
    const person = await createPerson(desk.app, [], { user_type: 'patient', display_name: 'Pat Patient' });
    const visitor = await visit(person, 'Pat Patient');
    await act(visitor);
    await visitor.expectHeading('Nothing to administer');
    await visitor.screenshot('user-acting-nothing');
    await visitor.expectAccessible();
    await press(banner(visitor).getByRole('button', { name: 'End it' }));
    await visitor.expectHeading('Pat Patient');
    expect(await accountOf(visitor)).toBe('Account of Demo Platform Admin');
  });

  it('is dropped with the first refusal that says that it is over, and everything is asked again as oneself', async () => {
    const org = await createOrganisation(desk.app);
    await createPerson(desk.app, [{ organisation_id: org, role_key: 'TENANT_ADMIN' }]);
    const person = await createPerson(desk.app, [{ organisation_id: org, role_key: 'TENANT_ADMIN' }], { display_name: 'Tara Tenant' });
    const visitor = await visit(person, 'Tara Tenant');
    const { page } = visitor;
    await act(visitor);
    await visitor.expectHeading('Dashboard');
    await until(() => page.getByLabel('Loading').count(), (count) => count === 0);
    await page.waitForLoadState('networkidle');
    await asAdmin(desk.app, 'PATCH', `admin/users/${person.id}`, { status: 'suspended' });
    await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
    await page.getByText('You are yourself again, not Tara Tenant.').waitFor();
    await visitor.expectHeading('Tara Tenant');
    await page.getByRole('main').getByText('Suspended').waitFor();
    expect([await accountOf(visitor), await banner(visitor).count()]).toEqual(['Account of Demo Platform Admin', 0]);
    visitor.complaints.length = 0;
  });

  it('runs out', async () => {
    const person = await createPerson(desk.app, [], { display_name: 'Pat Patient' });
    const visitor = await desk.visit();
    await visitor.page.clock.install();
    await visitor.signIn(ADMIN, `/users/${person.id}`);
    await act(visitor);
    await visitor.expectHeading('Nothing to administer');
    await visitor.page.clock.fastForward('15:01');
    await visitor.expectHeading('Pat Patient');
    expect([await accountOf(visitor), await banner(visitor).count()]).toEqual(['Account of Demo Platform Admin', 0]);
  });
});
