import { expect, it } from '@jest/globals';
import { createPerson, range, unique } from './arrange.js';
import { choose } from './keyboard-choices.js';
import { pick, press, pressUntilAt, tabTo } from './keyboard.js';
import { describePages } from './pages.js';
import { ADMIN } from './people.js';
import { until } from './poll.js';

const TENANT_ADMIN = 'tenant-admin@example.com';

describePages('the page of approvals', (desk) => {
  /** People who came by themselves; the word stands in each of their addresses. */
  async function newcomers(count: number): Promise<{ word: string; people: { id: string; display_name: string }[] }> {
    const word = unique('newcomer');
    const people = [];
    for (const index of range(count)) people.push((await desk.app.as(`${word}-${index}@example.com`, 'GET', 'users/me')).body);
    return { word, people };
  }
  const view = async (id: string) => (await desk.app.as(ADMIN, 'GET', `admin/users/${id}`)).body;

  it('lets somebody in as what they are, another with a membership, and turns a third away, by keyboard alone', async () => {
    const { word, people } = await newcomers(3);
    const [patient, clinician, nobody] = people;
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, `/approvals?search=${word}`);
    const dialog = page.getByRole('dialog');
    const button = (name: string) => page.getByRole('button', { name, exact: true });

    await press(button(`Approve ${patient!.display_name}`));
    await choose(page, 'Approve as', 'Patient');
    await press(dialog.getByRole('button', { name: 'Approve', exact: true }));
    await page.getByText(`${patient!.display_name} is approved`).waitFor();
    expect(await view(patient!.id)).toMatchObject({ status: 'active', user_type: 'patient', memberships: [] });

    await press(button(`Approve ${clinician!.display_name}`));
    await choose(page, 'Approve as', 'Clinician');
    await pick(page.getByRole('combobox', { name: 'Member of' }), 'Texas');
    await pick(page.getByRole('combobox', { name: 'Role there' }), 'Biller');
    await press(dialog.getByRole('button', { name: 'Approve', exact: true }));
    await page.getByText(`${clinician!.display_name} is approved`).waitFor();
    expect(await view(clinician!.id)).toMatchObject({ status: 'active', user_type: 'clinician', memberships: [{ organisation_id: 'texas', role: { key: 'BILLER' } }] });

    await press(button(`Reject ${nobody!.display_name}`));
    await press(dialog.getByRole('button', { name: 'Reject', exact: true }));
    await page.getByText('Nobody who waits fits.').waitFor();
    expect(await view(nobody!.id)).toMatchObject({ status: 'deactivated' });
  });

  it('pages through the queue, lets a whole page in at once and says of each what became of them', async () => {
    const { word, people } = await newcomers(27);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, `/approvals?search=${word}`);
    const rows = page.locator('tbody tr');
    await until(() => rows.count(), (count) => count === 25);
    await page.getByText('27 people wait').waitFor();
    await press(page.getByRole('button', { name: 'Next' }));
    await until(() => rows.count(), (count) => count === 2);
    await press(page.getByRole('button', { name: 'Previous' }));
    await until(() => rows.count(), (count) => count === 25);

    // Somebody else is faster with one of them.
    await desk.app.as(ADMIN, 'POST', 'admin/users/approve', { user_id: people[3]!.id, role: 'user' });
    await tabTo(page.getByLabel('Select all on this page'));
    await page.keyboard.press('Space');
    await pressUntilAt(page.getByRole('button', { name: 'Approve 25 selected' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await choose(page, 'Approve as', 'User');
    await press(page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }));
    const answers = page.getByRole('status', { name: '24 of 25 approved' });
    await answers.getByText('This user does not wait for approval any more.').waitFor();
    expect(await answers.getByRole('listitem').count()).toBe(25);
    await visitor.expectAccessible();
    await visitor.screenshot('approvals-answers');
    expect((await desk.app.as(ADMIN, 'GET', `admin/users?search=${word}&status=active&limit=1`)).body.total).toBe(25);
    await until(() => rows.count(), (count) => count === 2);
  });

  it('says so when somebody else has let them in meanwhile, and does not turn them away', async () => {
    const { word, people: [person] } = await newcomers(1);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(ADMIN, `/approvals?search=${word}`);
    const reject = page.getByRole('button', { name: `Reject ${person!.display_name}` });
    await reject.waitFor();
    await desk.app.as(ADMIN, 'POST', 'admin/users/approve', { user_id: person!.id, role: 'user' });
    await reject.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByRole('alert').getByText('This user does not wait for approval any more.').waitFor();
    expect(await view(person!.id)).toMatchObject({ status: 'active' });
  });

  it('shows an organisation’s administrator who waits in it, and lets them make no platform administrator', async () => {
    const { people: [stranger] } = await newcomers(1);
    const person = await createPerson(desk.app, [{ organisation_id: 'texas', role_key: 'BILLER' }], { display_name: unique('Returning') });
    await desk.app.as(ADMIN, 'POST', `admin/users/${person.id}/revoke`);
    const { display_name: name } = await view(person.id);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn(TENANT_ADMIN, '/approvals');
    await page.getByRole('button', { name: `Approve ${name}` }).click();
    expect(await page.getByText(stranger!.display_name).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Approve as' }).click();
    await page.getByRole('option', { name: 'User', exact: true }).waitFor();
    expect(await page.getByRole('option', { name: 'Administrator' }).count()).toBe(0);
    await page.getByRole('option', { name: 'User', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText(`${name} is approved`).waitFor();
    expect(await view(person.id)).toMatchObject({ status: 'active', user_type: 'user' });
  });
});
