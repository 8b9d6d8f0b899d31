import type { Locator, Page } from 'playwright-core';
import { until } from './poll.js';

const MOST_PRESSES = 80;

/** Presses the key until what is meant has the focus, as somebody without a mouse does. */
export async function pressUntilAt(page: Page, key: string, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${String(target)}`);
}

export async function isFocused(target: Locator): Promise<boolean> {
  return (await target.and(target.page().locator(':focus')).count()) > 0;
}

/** Tabs to it and presses Enter. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await pressUntilAt(page, 'Tab', target);
  await page.keyboard.press('Enter');
}

/** Tabs to a field, and types over what stands there. */
export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await pressUntilAt(page, 'Tab', target);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

/** Types into a picker, which may search by it, goes down to what is meant, and takes it. */
export async function pick(page: Page, target: Locator, text: string): Promise<void> {
  await typeInto(page, target, text);
  const option = page.getByRole('option', { name: text, exact: true });
  // The list may be another one a moment later, when the service has answered.
  await until(async () => {
    if ((await option.count()) === 1 && (await option.getAttribute('data-combobox-selected')) === 'true') return true;
    await page.keyboard.press('ArrowDown');
    return false;
  }, Boolean);
  await page.keyboard.press('Enter');
  await until(() => target.inputValue(), (value) => value === text);
}
