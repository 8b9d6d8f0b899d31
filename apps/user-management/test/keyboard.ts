import type { Locator, Page } from 'playwright-core';

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

export function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate<boolean, unknown>('(element) => element === document.activeElement');
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

/** Searches in a picker, and takes what is found. */
export async function pick(page: Page, target: Locator, text: string): Promise<void> {
  await typeInto(page, target, text);
  const option = page.getByRole('option', { name: text });
  await option.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await option.waitFor({ state: 'hidden' });
}
