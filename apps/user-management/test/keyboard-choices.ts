import type { Page } from 'playwright-core';
import { tabTo } from './keyboard.js';
import { until } from './poll.js';

const fieldOf = (page: Page, label: string) => page.getByRole('combobox', { name: label, exact: true });

/** Opens a list that one doesn't type into, goes down to what is meant, and takes it. */
export async function choose(page: Page, label: string, text: string): Promise<void> {
  await tabTo(fieldOf(page, label));
  const option = page.getByRole('option', { name: text, exact: true });
  await until(async () => {
    if ((await option.count()) > 0 && (await option.getAttribute('data-combobox-selected')) === 'true') return true;
    await page.keyboard.press('ArrowDown');
    return false;
  }, Boolean);
  await page.keyboard.press('Enter');
  await until(() => fieldOf(page, label).inputValue(), (value) => value === text);
}
