import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Config } from '../src/platform/config/config.js';
import { createOrganisation, createPerson, unique } from './arrange.js';
import { press, pressUntilAt, typeInto } from './keyboard.js';
import { describePages } from './pages.js';
import { ADMIN, prismaOf } from './people.js';
import { until } from './poll.js';
import { WebhookDesk } from './webhook-desk.js';
import { WebhookReceiver, verify } from './webhook-receiver.js';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.create();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.answer = () => 204;
});

describePages(
  'the pages of settings',
  (desk) => {
    const webhooks = () => new WebhookDesk(desk.app);
    const find = async (url: string) => (await desk.app.as(ADMIN, 'GET', 'admin/webhooks?limit=100')).body.items.find((webhook: { url: string }) => webhook.url === url);

    it('adds a webhook, shows its secret once, changes it, rotates, switches it off and on, and deletes it, by keyboard alone', async () => {
      const [path, moved] = [unique('hook'), unique('hook')];
      const visitor = await desk.visit();
      const { page } = visitor;
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      const dialog = page.getByRole('dialog');
      const inDialog = (name: string) => dialog.getByRole('button', { name, exact: true });
      await visitor.signIn(ADMIN, '/settings/webhooks');

      await press(button('Add webhook'));
      await typeInto(dialog.getByLabel('Address'), 'ftp://nowhere.example');
      await press(inDialog('Add'));
      await dialog.getByText('must start with https://').first().waitFor();
      visitor.complaints.length = 0;
      await pressUntilAt(dialog.getByLabel('Address'), 'Shift+Tab');
      await typeInto(dialog.getByLabel('Address'), receiver.urlOf(path));
      await press(inDialog('Add'));
      const shown = page.getByRole('alert', { name: 'The signing secret' }).locator('pre');
      const secret = await shown.textContent();
      const { id } = await find(receiver.urlOf(path));
      await createPerson(desk.app);
      await until(() => receiver.taken(path), ({ length }) => length > 0);
      expect(() => verify(secret ?? '', receiver.at(path)[0]!)).not.toThrow();

      await press(page.getByRole('link', { name: receiver.urlOf(path) }));
      await press(button('Change'));
      await typeInto(dialog.getByLabel('Address'), receiver.urlOf(moved));
      await press(inDialog('Save'));
      await page.getByRole('cell', { name: receiver.urlOf(moved) }).waitFor();
      expect(await webhooks().view(id)).toMatchObject({ url: receiver.urlOf(moved) });

      await press(button('Rotate secret'));
      await press(inDialog('Rotate secret'));
      await until(() => shown.textContent(), (text) => text !== secret && text!.startsWith('whsec_'));
      await press(button('Switch off'));
      await press(inDialog('Switch off'));
      await page.getByText('Switched off by an administrator').waitFor();
      expect(await webhooks().view(id)).toMatchObject({ state: 'disabled' });
      const taken = receiver.taken(moved).length;
      await createPerson(desk.app);
      await webhooks().viewOnce(id, ({ waiting }) => waiting > 0);
      await press(button('Switch on'));
      await press(dialog.getByRole('checkbox', { name: 'Skip them and go on with the newest' }), 'Space');
      await press(inDialog('Switch on'));
      await button('Switch off').waitFor();
      expect(await webhooks().view(id)).toMatchObject({ state: 'enabled', waiting: 0 });
      expect(receiver.taken(moved)).toHaveLength(taken);

      await press(button('Delete'));
      await press(inDialog('Delete'));
      await visitor.expectHeading('Webhooks');
      expect(await find(receiver.urlOf(moved))).toBeUndefined();
    });

    it('shows what was sent and why it failed, sends it again, and what somebody else changed meanwhile', async () => {
      const path = unique('hook');
      receiver.answer = () => 410;
      const { id } = await webhooks().subscribe(receiver.urlOf(path), { types: ['users.updated'] });
      await webhooks().happen(1);
      await webhooks().viewOnce(id, ({ state }) => state === 'disabled');
      const visitor = await desk.visit();
      const { page } = visitor;
      await visitor.signIn(ADMIN, `/settings/webhooks/${id}`);
      await page.getByText('Switched off because the receiver answered 410 (gone)').waitFor();
      await page.getByRole('cell', { name: /^Answered 410\./ }).waitFor();
      receiver.answer = () => 204;
      await press(page.getByRole('button', { name: /^Redeliver event/ }));
      await page.getByText('Sent again', { exact: true }).waitFor();
      await visitor.expectAccessible();
      await visitor.screenshot('deliveries');
      expect(receiver.taken(path)).toHaveLength(1);

      await page.getByRole('button', { name: 'Change', exact: true }).click();
      await page.getByLabel('What it is for').fill('Mine');
      await webhooks().change(id, { description: 'Theirs' });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('row', { name: 'What it is for Theirs Mine' }).waitFor();
      visitor.complaints.length = 0;
      await page.getByRole('button', { name: 'Save mine over it' }).click();
      await until(() => webhooks().view(id), ({ description }) => description === 'Mine');
    });

    it('shows the feed backwards and by type, opens an event, and follows what happens', async () => {
      const org = await createOrganisation(desk.app);
      await webhooks().happen(60);
      const person = await createPerson(desk.app, [{ organisation_id: org, role_key: 'BILLER' }], { display_name: unique('Eventful') });
      await webhooks().numbered();
      const visitor = await desk.visit();
      const { page } = visitor;
      const { body: user } = await desk.app.as(ADMIN, 'GET', `admin/users/${person.id}`);
      const { body: feed } = await desk.app.as(ADMIN, 'GET', 'events?after=999999999999999');
      const newest = Number(feed.latest_sequence);
      const numbers = async () => (await page.locator('tbody tr td:first-child').allTextContents()).map(Number);
      await visitor.signIn(ADMIN, '/settings/events');
      await until(numbers, (all) => all.length === 50 && all[0] === newest && all[49] === newest - 49);
      await press(page.getByRole('button', { name: 'Next' }));
      await until(numbers, (all) => all[0] === newest - 50);
      await press(page.getByRole('button', { name: 'Previous' }));
      await until(numbers, (all) => all[0] === newest);

      await typeInto(page.getByRole('combobox', { name: 'Events' }), 'users.created');
      await page.getByRole('option', { name: 'users.created' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await until(() => page.url(), (url) => url.includes('users.created'));
      await page.keyboard.press('Escape');
      await press(page.getByRole('button', { name: /^users\.created/ }).first());
      await page.getByText(`"user_id": "${person.id}"`).waitFor();
      await page.getByRole('cell', { name: user.display_name }).waitFor();
      await visitor.expectAccessible();
      await visitor.screenshot('event');

      await pressUntilAt(page.getByRole('switch', { name: 'Follow' }), 'Shift+Tab');
      await page.keyboard.press('Space');
      await page.getByText('Following: 0 new events.').waitFor();
      const other = await createPerson(desk.app, [], { display_name: unique('Later') });
      await page.getByText('Following: 1 new event.').waitFor();
      await page.getByRole('button', { name: /^users\.created/ }).first().click();
      await page.getByText(`"user_id": "${other.id}"`).waitFor();
    });

    it('says that events are not kept any more, and leads to those that are', async () => {
      await webhooks().happen(3);
      const [oldest] = await prismaOf(desk.app).outboxEvent.findMany({ orderBy: { sequence: 'asc' }, take: 5 });
      await prismaOf(desk.app).outboxEvent.deleteMany({ where: { sequence: { lte: Number(oldest!.sequence) + 2 } } });
      const visitor = await desk.visit();
      await visitor.signIn(ADMIN, '/settings/events?cursor=1');
      await visitor.page.getByRole('alert').getByText('These events are not kept any more.').waitFor();
      await visitor.page.getByRole('button', { name: 'To the newest events' }).click();
      await visitor.page.locator('tbody tr').first().waitFor();
      visitor.complaints.length = 0;
    });

    it('isn’t there for an organisation’s administrator', async () => {
      const visitor = await desk.visit();
      await visitor.signIn('tenant-admin@example.com', '/settings/webhooks');
      await visitor.expectHeading('No such page');
      expect(await visitor.page.getByRole('link', { name: 'Webhooks' }).count()).toBe(0);
      await visitor.page.goto(`${desk.app.url}/settings/events`);
      await visitor.expectHeading('No such page');
    });

    it('says in words that nothing can be signed', async () => {
      const settings = desk.app.nest.get(Config).webhooks;
      const { signingKey } = settings;
      const visitor = await desk.visit();
      await visitor.signIn(ADMIN, '/settings/webhooks');
      Object.assign(settings, { signingKey: null });
      try {
        await visitor.page.getByRole('button', { name: 'Add webhook' }).click();
        await visitor.page.getByLabel('Address').fill(receiver.urlOf('unsigned'));
        await visitor.page.getByRole('button', { name: 'Add', exact: true }).click();
        await visitor.page.getByRole('alert').getByText('the service has no WEBHOOK_SIGNING_KEY').waitFor();
      } finally {
        Object.assign(settings, { signingKey });
      }
      visitor.complaints.length = 0;
    });
  },
  { WEBHOOK_ALLOW_PRIVATE: 'true' },
);
