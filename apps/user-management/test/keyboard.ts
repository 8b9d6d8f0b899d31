import type { Locator } from 'playwright-core';
import { until } from './poll.js';

const MOST_PRESSES = 150;

export function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === element.ownerDocument.activeElement);
}

/** Presses the key until what is meant has the focus, as somebody without a mouse does. */
export async function pressUntilAt(target: Locator, key: string): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    if (await hasFocus(target)) return;
    await target.page().keyboard.press(key);
  }
  throw new Error(`${MOST_PRESSES} times ${key} did not lead to ${String(target)}`);
}

export function tabTo(target: Locator): Promise<void> {
  return pressUntilAt(target, 'Tab');
}

/** Tabs to it and presses Enter, or another key. */
export async function press(target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press(key);
}

/** Tabs to a field, and types over what stands there. */
export async function typeInto(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press('ControlOrMeta+a');
  await target.page().keyboard.type(text);
}

/**
 * Searches in a picker of several, goes down to what is meant, and takes it.
 * @param name of what is meant, when more stands there than what is searched for
 */
export async function pickAlso(target: Locator, text: string, name = text): Promise<void> {
  const page = target.page();
  await typeInto(target, text);
  const option = page.getByRole('option', { name, exact: true });
  await option.waitFor();
  await until(async () => {
    if ((await option.getAttribute('data-combobox-selected')) === 'true') return true;
    await page.keyboard.press('ArrowDown');
    return false;
  }, Boolean);
  await page.keyboard.press('Enter');
}

/** The same in a picker of one, whose name then stands in the field, and whose list is gone. */
export async function pick(target: Locator, text: string): Promise<void> {
  await pickAlso(target, text);
  const lookAt = async () => [await target.getAttribute('aria-expanded'), await target.inputValue()];
  await until(lookAt, ([isExpanded, value]) => isExpanded !== 'true' && value === text);
}
