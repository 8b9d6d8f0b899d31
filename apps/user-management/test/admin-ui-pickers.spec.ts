import { expect, it } from '@jest/globals';
import { asAdmin, createPerson, range, unique } from './arrange.js';
import { Gate } from './gate.js';
import { pick, pressUntilAt, typeInto } from './keyboard.js';
import { describePages } from './pages.js';
import { until } from './poll.js';

describePages('a picker', (desk) => {
  it('takes what is highlighted and nothing else, also when the answer to what is typed is late', async () => {
    const word = unique('Picked');
    const names = range(3).map((index) => `${word} ${'ABC'[index]}`);
    for (const name of names) await asAdmin(desk.app, 'POST', 'admin/organisations', { name });
    const person = await createPerson(desk.app);
    const visitor = await desk.visit();
    const { page } = visitor;
    await visitor.signIn('admin@example.com', `/users/${person.id}?section=memberships`);
    await visitor.expectHeading('A Person');
    await pressUntilAt(page.getByRole('button', { name: 'Add membership' }), 'Tab');
    await page.keyboard.press('Enter');
    const picker = page.getByRole('dialog').getByRole('combobox', { name: 'Organisation' });
    const options = page.getByRole('option');
    const shown = () => options.allTextContents();
    await typeInto(picker, word);
    await until(shown, (all) => all.join() === names.join());
    await page.keyboard.press('ArrowDown');

    const answered = new Gate();
    await page.route(/admin\/organisations\?.*search=/, async (route) => {
      await answered.opened;
      await route.continue();
    });
    await page.keyboard.type(' C');
    await until(shown, ({ length }) => length === 0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await picker.getAttribute('aria-expanded')).toBe('true');
    answered.open();
    await until(shown, (all) => all.join() === names[2]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until(() => picker.inputValue(), (name) => name === names[2]);

    // Taking it again doesn't take it away.
    await pick(picker, names[2]!);
    await pick(picker, names[0]!);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    expect(visitor.complaints).toEqual([]);
  });
});
