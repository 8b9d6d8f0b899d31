import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { asAdmin, createOrganisation, createPerson, range, type MembershipInput, type Person } from './arrange.js';
import { choose as chooseFrom, turn, typeDate } from './keyboard-choices.js';
import { hasFocus, pick, pickAlso, press, pressUntilAt, typeInto } from './keyboard.js';
import { describePages, type Visitor } from './pages.js';
import { until } from './poll.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';
const IN_TEXAS: MembershipInput = { organisation_id: 'texas', role_key: 'BILLER' };

describePages('the page of a user', (desk) => {
  const viewOf = async ({ id }: Pick<Person, 'id'>) => (await asAdmin(desk.app, 'GET', `admin/users/${id}`)).body;
  const patch = (id: string, json: object) => asAdmin(desk.app, 'PATCH', `admin/users/${id}`, json);

  async function visit(person: Person, { who = ADMIN, search = '', name = 'A Person' } = {}): Promise<Visitor> {
    const visitor = await desk.visit({ acceptDownloads: true, timezoneId: 'Europe/Madrid' });
    await visitor.signIn(who, `/users/${person.id}${search}`);
    await visitor.expectHeading(name);
    return visitor;
  }
  const parts = ({ page }: Visitor) => {
    const dialog = page.getByRole('dialog');
    return {
      page,
      dialog,
      button: (name: string | RegExp) => page.getByRole('button', { name }),
      inDialog: (name: string) => dialog.getByRole('button', { name, exact: true }),
      field: (name: string) => dialog.locator('input:not([type=radio]), textarea').and(dialog.getByLabel(name)),
      closed: () => dialog.waitFor({ state: 'hidden' }),
    };
  };
  const actionsOf = async ({ page }: Visitor): Promise<string[]> => {
    await page.getByRole('button', { name: 'Actions' }).press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    const names = await page.getByRole('menuitem').allTextContents();
    // It takes the focus a moment after it is there.
    await until(async () => {
      await page.keyboard.press('Escape');
      return page.getByRole('menu').count();
    }, (count) => count === 0);
    return names;
  };
  /** By keyboard: opens the menu, goes down to the action. */
  const choose = async ({ page }: Visitor, name: string): Promise<void> => {
    await press(page.getByRole('button', { name: 'Actions' }));
    await pressUntilAt(page.getByRole('menuitem', { name, exact: true }), 'ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name }).waitFor();
  };

  it('changes a profile, says at the field what is wrong with it, and gives the focus back', async () => {
    const person = await createPerson(desk.app, [], { user_type: 'clinician' });
    const visitor = await visit(person);
    const { page, field, inDialog, closed, button } = parts(visitor);
    await press(button('Change'));
    await typeInto(field('Name'), 'Ada Byron');
    await typeInto(field('Phone'), '+34 600 100 200');
    await typeInto(field('Speciality'), 'Dermatology');
    await typeDate(field('Valid from'), '2025-03-02');
    await typeDate(field('Valid until'), '2025-03-01');
    await press(inDialog('Save'));
    await page.getByRole('alert').getByText('Something that was filled in is not valid.').waitFor();
    await until(() => field('Valid until').getAttribute('aria-invalid'), (invalid) => invalid === 'true');
    await typeDate(field('Valid until'), '2027-03-01');
    await press(inDialog('Save'));
    await closed();
    await visitor.expectHeading('Ada Byron');
    await page.getByText('1 Mar 2027').waitFor();
    await until(() => hasFocus(button('Change')), Boolean);
    const { display_name, phone, practitioner_profile } = await viewOf(person);
    expect([display_name, phone, practitioner_profile.speciality, practitioner_profile.valid_until]).toEqual(['Ada Byron', '+34 600 100 200', 'Dermatology', '2027-03-01']);
    visitor.complaints.length = 0;
  });

  it('shows what somebody else has saved meanwhile beside what stands here, and overwrites nothing unseen', async () => {
    const person = await createPerson(desk.app, [], { user_type: 'patient' });
    const [first, second] = [await visit(person), await visit(person)];
    const mine = parts(second);
    await mine.button('Change').click();
    const theirs = parts(first);
    await theirs.button('Change').click();
    await theirs.field('Name').fill('Theirs');
    await theirs.inDialog('Save').click();
    await first.expectHeading('Theirs');
    await mine.field('Name').fill('Mine');
    await mine.field('Phone').fill('+44 20 7946 0001');
    await mine.inDialog('Save').click();
    await mine.dialog.getByText('Somebody else was faster').waitFor();
    expect(await mine.dialog.getByRole('row').last().getByRole('cell').allTextContents()).toEqual(['Name', 'Theirs', 'Mine']);
    await second.screenshot('user-conflict');
    await second.expectAccessible();
    await press(mine.inDialog('Take theirs'));
    await until(() => mine.field('Name').inputValue(), (name) => name === 'Theirs');
    expect((await viewOf(person)).phone).toBeNull();

    await mine.field('Name').fill('Mine after all');
    await patch(person.id, { display_name: 'Theirs again', phone: '+44 20 7946 0002' });
    await mine.inDialog('Save').click();
    await press(mine.inDialog('Save mine over it'));
    await mine.closed();
    expect(await viewOf(person)).toMatchObject({ display_name: 'Mine after all', phone: '+44 20 7946 0002' });
    first.complaints.length = second.complaints.length = 0;
  });

  it('adds, changes and removes memberships, grants and revokes products', async () => {
    const org = await createOrganisation(desk.app);
    const person = await createPerson(desk.app, [IN_TEXAS]);
    const visitor = await visit(person, { search: '?section=memberships' });
    const { page, field, inDialog, closed, button } = parts(visitor);
    const memberships = async () => (await viewOf(person)).memberships;
    const inOrg = async () => (await memberships()).find(({ organisation_id }: MembershipInput) => organisation_id === org);
    expect(await button(/^Remove/).count()).toBe(0);

    await press(button('Add membership'));
    await pick(field('Organisation'), org);
    await pick(field('Role'), 'Read only');
    for (const product of ['Claims', 'Dermatology']) await pickAlso(field('Products'), product);
    await press(inDialog('Add'));
    await closed();
    expect(await inOrg()).toMatchObject({ role: { key: 'READONLY' }, expires_at: null });
    expect((await inOrg()).products.map(({ key }: { key: string }) => key).sort()).toEqual(['claims', 'derm']);
    await until(() => hasFocus(button('Add membership')), Boolean);

    await press(button(`Change Read only in ${org}`));
    await pick(field('Role'), 'Billing lead');
    await typeDate(field('Ends'), '2040-05-06T07:08');
    await press(inDialog('Save'));
    await closed();
    await page.getByText('6 May 2040, 07:08').waitFor();
    expect(await inOrg()).toMatchObject({ role: { key: 'BILLING_LEAD' }, expires_at: '2040-05-06T05:08:00.000Z' });

    await press(button(`Grant a product to Billing lead in ${org}`));
    await pick(field('Product'), 'Reports');
    await press(inDialog('Grant'));
    await closed();
    for (const product of ['claims', 'derm']) {
      await press(button(`Revoke ${product}`));
      await press(inDialog('Revoke'));
      await closed();
    }
    await until(async () => (await inOrg()).products.map(({ key }: { key: string }) => key).join(), (keys) => keys === 'reports');

    await press(button('Remove Biller in Texas'));
    await press(inDialog('Remove'));
    await closed();
    expect(await memberships()).toHaveLength(1);
    await until(() => button(/^Remove/).count(), (count) => count === 0);

    await asAdmin(desk.app, 'POST', `admin/users/${person.id}/memberships`, { organisation_id: 'texas', role_key: 'READONLY' });
    await press(button('Add membership'));
    await pick(field('Organisation'), 'Texas');
    await pick(field('Role'), 'Read only');
    await press(inDialog('Add'));
    await page.getByRole('alert').getByText('The user holds this role in this organisation already.').waitFor();
    visitor.complaints.length = 0;
  });

  it('says why the user may do what they may do', async () => {
    const person = await createPerson(desk.app, [IN_TEXAS, { organisation_id: 'mississippi', role_key: 'BILLING_LEAD' }]);
    const visitor = await visit(person, { search: '?section=access' });
    const { page } = parts(visitor);
    const { body: access } = await asAdmin(desk.app, 'GET', `admin/users/${person.id}/access`);
    const rows = () => page.locator('tbody tr td:first-child').allTextContents();
    const held: string[] = access.permissions.map(({ permission }: { permission: string }) => permission);
    await until(rows, (shown) => shown.length > 1 && shown.join() === held.slice(0, 25).join());
    await typeInto(page.getByLabel('Search'), 'claims:write');
    await until(rows, (shown) => shown.join() === 'claims:write');
    expect(page.url()).toContain('search=claims%3Awrite');
    expect(await page.locator('tbody tr td:nth-child(2)').textContent()).toContain('Biller in Texas');
    await patch(person.id, { status: 'suspended' });
    await page.reload();
    await page.getByText('The user is not active: none of this counts now.').waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe('claims:write');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Español' }).click();
    await page.getByRole('tab', { name: 'Membresías' }).waitFor();
    await page.getByText('El usuario no está activo: nada de esto cuenta ahora.').waitFor();
  });

  it('tells the provider again, and shows what was done with the user, page by page', async () => {
    const person = await createPerson(desk.app, [IN_TEXAS], { display_name: 'Changed 0' });
    for (const index of range(26)) await patch(person.id, { display_name: `Changed ${index + 1}` });
    const visitor = await visit(person, { search: '?section=identity', name: 'Changed 26' });
    const { page, button } = parts(visitor);
    await page.getByText('In step').waitFor();
    await press(button('Sync now'));
    await page.getByText('The provider was told everything again').waitFor();
    const actions = async () => (await asAdmin(desk.app, 'GET', `admin/audit?target_type=user&target_id=${person.id}&limit=100`)).body.items.map(({ action }: { action: string }) => action);
    expect((await actions())[0]).toBe('USER_IDENTITY_SYNCED');

    await pressUntilAt(page.getByRole('tab', { name: 'Identity' }), 'Shift+Tab');
    await page.keyboard.press('ArrowRight');
    const entries = page.locator('.mantine-Accordion-control');
    await until(() => entries.count(), (count) => count === 25);
    await press(entries.nth(1));
    const change = page.getByRole('table').getByRole('row').last();
    await until(() => change.textContent(), (text) => text === 'NameChanged 25Changed 26');
    await page.getByText('By Demo Platform Admin').waitFor();
    await visitor.screenshot('user-audit-open');
    await visitor.expectAccessible();
    await press(button('Next'));
    await until(() => entries.count(), (count) => count === 3);
    await page.getByRole('button', { name: /^User created/ }).waitFor();
  });

  it('resets passwords, invites again, ends sessions and exports what is kept', async () => {
    const person = await createPerson(desk.app, [IN_TEXAS]);
    const visitor = await visit(person);
    const { page, dialog, inDialog, closed } = parts(visitor);
    await choose(visitor, 'Reset password');
    await page.keyboard.press('Enter');
    await page.getByText(`A mail is on its way to ${person.email}`).waitFor();
    await closed();
    await until(() => hasFocus(page.getByRole('button', { name: 'Actions' })), Boolean);

    await choose(visitor, 'Reset password');
    await turn(dialog.getByRole('radio', { name: /^A mail/ }), dialog.getByRole('radio', { name: /^A temporary password/ }));
    await press(inDialog('Reset'));
    const password = (await dialog.locator('pre').textContent()) ?? '';
    await visitor.screenshot('user-temporary-password');
    await visitor.expectAccessible();
    await press(inDialog('Close').last());
    await closed();
    expect(await page.getByText(password).count()).toBe(0);
    const signedIn = await desk.visit();
    await signedIn.page.goto(desk.app.url);
    await signedIn.page.getByLabel('E-mail', { exact: true }).fill(person.email);
    await signedIn.page.getByLabel('Password', { exact: true }).fill(password);
    await signedIn.page.getByRole('button', { name: 'Sign in' }).click();
    await signedIn.page.getByLabel('New password', { exact: true }).waitFor();

    for (const [action, done] of [['Resend invitation', 'Invitation sent'], ['End sessions', 'Sessions ended']] as const) {
      await choose(visitor, action);
      await page.keyboard.press('Enter');
      await page.getByText(done).waitFor();
      await closed();
    }
    await choose(visitor, 'Export personal data');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const file = JSON.parse(await readFile(await download.path(), 'utf8')) as { user: Person };
    expect([download.suggestedFilename(), file.user.email]).toEqual([`personal-data-${person.id}.json`, person.email]);
    const { body } = await asAdmin(desk.app, 'GET', `admin/audit?target_type=user&target_id=${person.id}&limit=5`);
    expect(body.items.map(({ action }: { action: string }) => action)).toEqual(['PERSONAL_DATA_EXPORTED', 'USER_SESSIONS_REVOKED', 'USER_INVITATION_RESENT', 'USER_PASSWORD_RESET', 'USER_PASSWORD_RESET']);
  });

  it('offers what is possible in the user’s state, and does it', async () => {
    const person = await createPerson(desk.app, [IN_TEXAS]);
    const visitor = await visit(person);
    const { page, inDialog, closed } = parts(visitor);
    const always = ['Change type', 'End sessions', 'Export personal data', 'Erase'];
    const comingIn = ['Reset password', 'Resend invitation'];
    const expectNow = async (status: string, actions: string[]) => {
      await closed();
      await page.getByRole('main').locator('.mantine-Badge-root').getByText(status).waitFor();
      await until(async () => (await actionsOf(visitor)).sort().join(), (names) => names === [...always, ...actions].sort().join());
      expect((await viewOf(person)).status).toBe(status.toLowerCase());
    };
    const confirm = async (action: string) => {
      await choose(visitor, action);
      await page.keyboard.press('Enter');
    };
    const active = [...comingIn, 'Act as this user', 'Suspend', 'Back to pending', 'Deactivate'];
    await expectNow('Active', active);
    await confirm('Suspend');
    await expectNow('Suspended', ['Reactivate', 'Back to pending', 'Deactivate']);
    await confirm('Back to pending');
    await expectNow('Pending', [...comingIn, 'Approve', 'Deactivate']);
    await confirm('Approve');
    await expectNow('Active', active);
    await confirm('Deactivate');
    await expectNow('Deactivated', ['Reactivate']);
    await confirm('Reactivate');
    await expectNow('Active', active);

    await choose(visitor, 'Change type');
    await patch(person.id, { phone: '+44 1234 567' });
    await chooseFrom(page, 'New type', 'Clinician');
    await press(inDialog('Save'));
    await page.getByRole('alert').getByText('Somebody else changed this meanwhile.').waitFor();
    await press(inDialog('Save'));
    await closed();
    expect((await viewOf(person)).user_type).toBe('clinician');

    await choose(visitor, 'Erase');
    expect(await inDialog('Erase for good').isDisabled()).toBe(true);
    await page.keyboard.type(person.email);
    await page.keyboard.press('Enter');
    await closed();
    await page.getByText('Erased').first().waitFor();
    expect((await asAdmin(desk.app, 'GET', `admin/users/${person.id}/authority`)).body).toMatchObject({ is_erased: true, may_change: false });
    await until(() => actionsOf(visitor), (names) => names.join() === 'Export personal data');
    expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0);
    visitor.complaints.length = 0;
  });

  it('offers an organisation’s administrator what they may do, and nothing else', async () => {
    const peer = await createPerson(desk.app, [IN_TEXAS]);
    const shared = await createPerson(desk.app, [IN_TEXAS, { organisation_id: 'mississippi', role_key: 'READONLY' }]);
    const foreign = await createPerson(desk.app, [{ organisation_id: 'mississippi', role_key: 'READONLY' }]);
    const visitor = await visit(peer, { who: TENANT_ADMIN });
    const { page, button } = parts(visitor);
    expect(await actionsOf(visitor)).not.toContain('Act as this user');
    expect(await button('Change').count()).toBe(1);

    await page.goto(`${desk.app.url}/users/${shared.id}?section=memberships&action=erase`);
    await button('Change Biller in Texas').waitFor();
    await page.getByRole('tab', { name: 'Audit' }).waitFor();
    expect([await button('Actions').count(), await page.getByRole('dialog').count(), await page.getByText('Mississippi').count()]).toEqual([0, 0, 0]);
    expect((await desk.app.as(TENANT_ADMIN, 'PATCH', `admin/users/${shared.id}`, { status: 'suspended' })).body.code).toBe('user.outranks_actor');
    await page.getByRole('tab', { name: 'Profile' }).click();
    expect(await button('Change').count()).toBe(0);

    await page.goto(`${desk.app.url}/users/${foreign.id}`);
    await page.getByRole('alert').getByText('There is no such user, or you may not see them.').waitFor();
    visitor.complaints.length = 0;
  });
});
